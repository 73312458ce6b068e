/** A console on stretches of its sources: heard, judged, turned. */
import type { Audio, Kernels, Samples } from '@mixwright/dsp'
import { knobsIn, turned } from '../fit/graph-knobs.ts'
import { createGraphRig, type FitProblem, type GraphRig, latencyMargin } from '../fit/graph-rig.ts'
import { type Knob, knobsOf, type Place } from '../fit/knobs.ts'
import { lbfgs, type LbfgsOptions } from '../fit/lbfgs.ts'
import type { SoundLoss } from '../losses/sound-loss.ts'
import { type Console, consoleGraph, mixOutput, readBack, registryOf } from './console.ts'

export interface Fitted {
  readonly console: Console
  readonly loss: number
}
/**
 * Ends where so many steps bring less than the share of the loss. With fewer steps in mind many compressors at once take
 * long: of ten tracks 20 steps left .560 with 8, .529 with 16, .524 with 30.
 */
const enough = { memory: 20, patience: 8, worth: 0.005 }
/** At kinks of the loss not for long. */
export const howToTurn = (iterations: number): LbfgsOptions => ({
  ...enough,
  iterations,
  evaluations: 2 * iterations + 2
})
/** What the square of a turned step costs: what the sound does not tell stays where it is. */
export const price = 1e-5

/** All numbers of a console, to be turned in steps from where they stand. */
export function turnable(console: Console) {
  const graph = consoleGraph(console),
    registry = registryOf(console),
    places = knobsIn(graph, unique, registry),
    { count, bounds, values } = knobsOf(graph, places, registry)
  return {
    places,
    count,
    bounds,
    settled: (x: Float64Array): Console => readBack(console, turned(graph, places, values(x)))
  }
}
/** A compressor's make-up gain is the level at the end of its chain. */
export const unique = (place: Place) => !('param' in place && place.param === 'makeup')

/** All numbers of a console, turned. */
export function fitted(console: Console, problem: FitProblem, kernels: Kernels, iterations: number): Fitted {
  const { places, count, bounds, settled } = turnable(console),
    { evaluate } = rigOf(console, problem, kernels, places),
    { x, loss } = lbfgs(new Float64Array(count), evaluate, { ...howToTurn(iterations), bounds })
  return { console: settled(x), loss }
}
export const lossOn = (console: Console, problem: FitProblem, kernels: Kernels): number =>
  rigOf(console, problem, kernels).hear(new Float64Array())
export const rigOf = (
  console: Console,
  problem: FitProblem,
  kernels: Kernels,
  places: readonly Knob[] = []
): GraphRig => createGraphRig(consoleGraph(console), problem, places, kernels, { price, registry: registryOf(console) })

/** What it gives in each judged stretch. */
export function heardBy(console: Console, problem: FitProblem, kernels: Kernels): (readonly Samples[])[] {
  const passages = problem.passages.map(passage => ({ ...passage, loss: unjudged })),
    rig = rigOf(console, { ...problem, passages }, kernels)
  rig.hear(new Float64Array())
  return [...rig.sound]
}

/** What a console makes of all of its inputs, of one length. */
export const heardInFull = (
  console: Console,
  inputs: Readonly<Record<string, Audio>>,
  sampleRate: number,
  kernels: Kernels
): readonly Samples[] => heardBy(console, soundProblem(inputs, unjudged, sampleRate), kernels)[0]!
/** All of its inputs, of one length, judged as one. */
export function soundProblem(inputs: Readonly<Record<string, Audio>>, loss: SoundLoss, sampleRate: number): FitProblem {
  const judged = Object.values(inputs)[0]![0]!.length,
    padded = (channel: Float32Array) => {
      const out = new Float32Array(judged + latencyMargin)
      out.set(channel)
      return out
    },
    passage = {
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, audio]) => [name, audio.map(padded)])),
      loss
    }
  return { sampleRate, warmup: 0, judged, output: mixOutput, passages: [passage] }
}
const unjudged: SoundLoss = { value: () => 0, gradient: () => {} }
