/** Random graphs: drawing them, examples with their sound, their statistics. */
export * from './draw-graph.ts'
export * from './examples.ts'
export * from './redraw.ts'
export * from './stats.ts'
export {
  type PresetName as GraphPresetName,
  presetNames as graphPresetNames,
  presets as graphPresets
} from './weights.ts'
