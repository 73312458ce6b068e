/** All numbers of a graph that an estimation may set, each as a share of its range. */
import { fromUnit, type NumberParam, type Params, processors, type Registry, toUnit } from '@mixwright/dsp'
import { edgeGainRange, type Graph, isLane } from '@mixwright/graph'
import type { Place } from './knobs.ts'

export interface Setting {
  readonly place: Place
  /** "strip/bell-1.gain", "bus/sum < strip/gain-1" */
  readonly name: string
  readonly range: NumberParam
  /** Of the graph that it was found in, 0 to 1 of the range. */
  readonly unit: number
  /** Its range is a whole turn: the end is the beginning. */
  readonly circular: boolean
}
/** Of the gains of edges, dB. */
export const edgeRange: NumberParam = {
  kind: 'number',
  ...edgeGainRange,
  default: 0,
  unit: 'dB',
  scale: 'linear',
  doc: 'Gain of an edge'
}

/** The constant numbers of all nodes that are not bypassed and no whole numbers, and the gains that edges state; `may` picks among them. */
export function settingsIn(
  graph: Graph,
  may: (place: Place) => boolean = () => true,
  registry: Registry = processors
): Setting[] {
  const nodes = Object.entries(graph.nodes).flatMap(([id, { type, params, bypass }]) =>
      bypass
        ? []
        : Object.entries(registry[type]!.params as Params).flatMap(([name, range]): Setting[] => {
            if (range.kind !== 'number' || range.integer || isLane(params?.[name])) return []
            const value = params?.[name] ?? range.default
            return [
              {
                place: { node: id, param: name },
                name: `${id}.${name}`,
                range,
                unit: toUnit(range, value as number),
                circular: range.unit === 'degrees' && range.max - range.min === 360
              }
            ]
          })
    ),
    edges = graph.edges.flatMap(({ gain, from, to }, edge): Setting[] =>
      typeof gain === 'number'
        ? [
            {
              place: { edge },
              name: `${to[0]} < ${from[0]}`,
              range: edgeRange,
              unit: toUnit(edgeRange, gain),
              circular: false
            }
          ]
        : []
    )
  return [...nodes, ...edges].filter(({ place }) => may(place))
}
/** The nearest share of the range; a turn goes round. */
export const inRange = ({ circular }: Setting, unit: number): number =>
  circular ? unit - Math.floor(unit) : Math.max(0, Math.min(1, unit))
/** In their own units. */
export const valuesAt = (settings: readonly Setting[], units: ArrayLike<number>): number[] =>
  settings.map((setting, i) => fromUnit(setting.range, inRange(setting, units[i]!)))
