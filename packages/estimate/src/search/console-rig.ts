/** A console on stretches of its sources: heard, judged, turned. */
import type { Audio, Kernels, Samples } from '@mixwright/dsp'
import { fitGraph } from '../fit/fit-graph.ts'
import { knobsIn } from '../fit/graph-knobs.ts'
import { createGraphRig, type FitProblem, latencyMargin } from '../fit/graph-rig.ts'
import type { Place } from '../fit/knobs.ts'
import type { SoundLoss } from '../losses/sound-loss.ts'
import { type Console, consoleGraph, mixOutput, readBack, registryOf } from './console.ts'

export interface Fitted {
  readonly console: Console
  readonly loss: number
}
/** Ends where so many steps bring less than the share of the loss. */
const patience = { memory: 8, worth: 0.005 }
/** All numbers of a console, turned: at kinks of the loss not for long. */
export function fitted(
  console: Console,
  problem: FitProblem,
  kernels: Kernels,
  iterations: number,
  price = 1e-5
): Fitted {
  const graph = consoleGraph(console),
    registry = registryOf(console),
    found = fitGraph(graph, problem, kernels, {
      ...patience,
      knobs: knobsIn(graph, unique, registry),
      iterations,
      evaluations: 2 * iterations + 2,
      price,
      registry
    })
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

/** What a console makes of all of its inputs, of one length. */
export function heardInFull(
  console: Console,
  inputs: Readonly<Record<string, Audio>>,
  sampleRate: number,
  kernels: Kernels
): readonly Samples[] {
  const judged = Object.values(inputs)[0]![0]!.length,
    padded = (channel: Float32Array) => {
      const out = new Float32Array(judged + latencyMargin)
      out.set(channel)
      return out
    },
    passage = {
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, audio]) => [name, audio.map(padded)])),
      loss: unjudged
    }
  return heardBy(console, { sampleRate, warmup: 0, judged, output: mixOutput, passages: [passage] }, kernels)[0]!
}
const unjudged: SoundLoss = { value: () => 0, gradient: () => {} }
