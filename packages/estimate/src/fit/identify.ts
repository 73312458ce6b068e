/** The settings of a known graph, each with how sure it is. */
import { type Audio, fromUnit, type Kernels } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { certaintyOf, rangesOf, type SettingRange } from './certainty.ts'
import { directionText } from './curvature.ts'
import { fitSettings, type SettingsOptions } from './fit-settings.ts'
import type { HeardProblem } from './variants.ts'

/** Its range is how far it may go either way until the error to signal has risen by -60 dB, all others following. */
export interface IdentifiedSetting extends SettingRange {
  readonly name: string
  /** In its own unit. */
  readonly value: number
  readonly unit: string
}
export interface IdentifiedGraph {
  readonly graph: Graph
  /** The graph-match loss. */
  readonly loss: number
  /** dB */
  readonly error: number
  readonly settings: readonly IdentifiedSetting[]
  /** Ways that the sound does not tell: "fader.gain up 0.71, bus.gain down 0.71". */
  readonly unidentified: readonly string[]
}

/** @throws RangeError as `fitSettings`; the signal's reason */
export function identifySettings(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  options: SettingsOptions = {}
): IdentifiedGraph {
  const fit = fitSettings(graph, problem, target, kernels, options),
    certainty = certaintyOf(fit.graph, problem, target, kernels, options),
    ranges = rangesOf(certainty)
  return {
    graph: fit.graph,
    loss: fit.loss,
    error: 10 * Math.log10(Math.max(fit.errorToSignal, Number.MIN_VALUE)),
    settings: certainty.settings.map(({ name, range, unit }, j) => ({
      name,
      value: fromUnit(range, unit),
      unit: range.unit,
      ...ranges[j]!
    })),
    unidentified: certainty.unidentified.map(directionText)
  }
}
