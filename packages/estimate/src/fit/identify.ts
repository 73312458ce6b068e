/** The settings of a known graph, each with how sure it is. */
import { type Audio, fromUnit, type Kernels } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { certaintyOf } from './certainty.ts'
import { directionText } from './curvature.ts'
import { fitSettings, type SettingsOptions } from './fit-settings.ts'
import { valuesAt } from './settings.ts'
import type { HeardProblem } from './variants.ts'

export interface IdentifiedSetting {
  readonly name: string
  /** In its own unit, and how far it may go either way until the error to signal has risen by -60 dB, all others following. */
  readonly value: number
  readonly from: number
  readonly to: number
  readonly unit: string
  /** May go less than a twentieth of its range. */
  readonly told: boolean
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
/** Share of a range that a way may have that no sound tells. */
const reach = 0.1

/** @throws RangeError as `fitSettings`; the signal's reason */
export function identifySettings(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  options: SettingsOptions = {}
): IdentifiedGraph {
  const fit = fitSettings(graph, problem, target, kernels, options),
    { registry } = options,
    { uncertainties, unidentified } = certaintyOf(fit.graph, problem, target, kernels, {
      reach,
      ...(registry && { registry })
    }),
    values = valuesAt(fit.settings, fit.units)
  return {
    graph: fit.graph,
    loss: fit.loss,
    error: 10 * Math.log10(Math.max(fit.errorToSignal, Number.MIN_VALUE)),
    settings: fit.settings.map(({ name, range }, j) => {
      const at = (by: number) => fromUnit(range, Math.max(0, Math.min(1, fit.units[j]! + by * uncertainties[j]!)))
      return {
        name,
        value: values[j]!,
        from: at(-1),
        to: at(1),
        unit: range.unit,
        // Along ways that nothing tells, uncertainties end at the reach.
        told: uncertainties[j]! < reach / 2
      }
    }),
    unidentified: unidentified.map(directionText)
  }
}
