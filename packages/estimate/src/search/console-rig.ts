/** A console on stretches of its sources: heard, judged, turned. */
import type { Kernels, Samples } from '@mixwright/dsp'
import { fitGraph } from '../fit/fit-graph.ts'
import { knobsIn } from '../fit/graph-knobs.ts'
import { createGraphRig, type FitProblem } from '../fit/graph-rig.ts'
import type { Place } from '../fit/knobs.ts'
import { type Console, consoleGraph, readBack, registryOf } from './console.ts'

export interface Fitted {
  readonly console: Console
  readonly loss: number
}
/** All numbers of a console, turned. */
export function fitted(
  console: Console,
  problem: FitProblem,
  kernels: Kernels,
  iterations: number,
  price = 1e-5
): Fitted {
  const graph = consoleGraph(console),
    registry = registryOf(console),
    found = fitGraph(graph, problem, kernels, { knobs: knobsIn(graph, unique, registry), iterations, price, registry })
  return { console: readBack(console, found.graph), loss: found.loss }
}
/** A compressor's make-up gain is the level at the end of its chain. */
const unique = (place: Place) => !('param' in place && place.param === 'makeup')
export const lossOn = (console: Console, problem: FitProblem, kernels: Kernels): number =>
  rigOf(console, problem, kernels).hear(new Float64Array())
const rigOf = (console: Console, problem: FitProblem, kernels: Kernels) =>
  createGraphRig(consoleGraph(console), problem, [], kernels, { registry: registryOf(console) })

/** What it gives in each judged stretch. */
export function heardBy(console: Console, problem: FitProblem, kernels: Kernels): (readonly Samples[])[] {
  const rig = rigOf(console, problem, kernels)
  rig.hear(new Float64Array())
  return [...rig.sound]
}
