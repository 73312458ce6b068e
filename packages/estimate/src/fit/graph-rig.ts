/** A graph on passages of what went in and what came out, and the loss between what it gives and what came out. */
import {
  type Audio,
  type Kernels,
  type Params,
  type Processor,
  processors,
  type Registry,
  type Samples
} from '@mixwright/dsp'
import { fill, type Graph } from '@mixwright/graph'
import type { SoundLoss } from '../losses/sound-loss.ts'
import type { Evaluation } from './adam.ts'
import type { Bounds } from './bounds.ts'
import { type RigExcerpt, rigExcerpt } from './cut-excerpt.ts'
import { type Knob, knobsOf } from './knobs.ts'

/** Stretches of one song: all of one length, each of all inputs. */
export interface FitProblem {
  /** Hz */
  readonly sampleRate: number
  readonly passages: readonly Passage[]
  /** Samples at the start of each passage that only fill the graph's memory. */
  readonly warmup: number
  /** Samples of each passage that are judged. */
  readonly judged: number
  /** Of the graph. */
  readonly output: string
}
export interface Passage {
  /** By the graph's inputs; `warmup` + `judged` samples and `latencyMargin` more. */
  readonly inputs: Readonly<Record<string, Audio>>
  /** Says how far `judged` samples of the output are from what they should be. */
  readonly loss: SoundLoss
  /** Where in the song its first sample is: lanes are read there. Default 0. */
  readonly begin?: number
  /** How much the passage counts. Default 1. */
  readonly weight?: number
}
/** Most samples by which a graph may delay. */
export const latencyMargin = 12288

export interface GraphRig {
  readonly count: number
  readonly bounds: Bounds
  values(x: Float64Array): number[]
  /** The loss at a setting of the knobs. */
  hear(x: Float64Array): number
  evaluate(x: Float64Array): Evaluation
  /** The judged samples of each passage, at the last setting that was heard. */
  readonly sound: readonly (readonly Samples[])[]
  /** What one passage says alone: its share of the loss, as it sounds in `sound`; and the slopes, of which `total` makes the whole. */
  hearPassage(p: number, x: Float64Array): number
  evaluatePassage(p: number, x: Float64Array): Evaluation
}

/** The loss at `x` from what its passages say, in their order, and from what the square of a turned step costs. */
export function total(x: Float64Array, passages: readonly Evaluation[], price = 0): Evaluation {
  const gradient = x.map(v => 2 * price * v)
  let loss = price * x.reduce((sum, v) => sum + v * v, 0)
  for (const one of passages) {
    loss += one.loss
    one.gradient.forEach((g, i) => {
      gradient[i]! += g
    })
  }
  return { loss, gradient }
}

/**
 * @param price what the square of a turned step costs, so that what the sound does not tell stays where it is
 * @throws RangeError as `compile`, and for a graph that delays by more than `latencyMargin`
 */
export function createGraphRig(
  graph: Graph,
  problem: FitProblem,
  knobList: readonly Knob[],
  kernels: Kernels,
  { price = 0, registry }: { readonly price?: number; readonly registry?: Registry } = {}
): GraphRig {
  const { sampleRate, passages, warmup, judged, output } = problem,
    excerpt = rigExcerpt(graph, kernels, {
      sampleRate,
      frames: warmup + judged,
      judged,
      slopes: knobList.length > 0,
      ...(registry && { registry })
    }),
    { latency } = excerpt
  if (latency > latencyMargin)
    throw new RangeError(`the graph delays by ${latency} samples; ${latencyMargin} are provided for`)
  const frames = warmup + judged + latency,
    knobs = knobsOf(graph, knobList, registry),
    weights = passages.reduce((sum, { weight = 1 }) => sum + weight, 0),
    view = windowOf(excerpt, output, graph.outputs[output]!.channels, frames, judged),
    sound: (readonly Samples[])[] = passages.map(() => [])
  const known: Registry = registry ?? processors,
    constant = (value: unknown) => value === undefined || typeof value === 'number',
    swinging = Object.entries(graph.nodes).filter(
      ([, { type, params }]) => swings(known[type]!) && constant(params?.frequency) && constant(params?.phase)
    )
  /** Degrees by which what swings has gone on, per Hz, where a passage begins: an excerpt starts its clocks anew. */
  const wentOn = ({ begin = 0 }: Passage) => (360 * begin) / sampleRate
  const play = (passage: Passage, values: Valued) => {
    const { inputs, begin = 0 } = passage
    for (const [id] of swinging) {
      const phase = values(id, 'phase') + wentOn(passage) * values(id, 'frequency')
      excerpt.engine.set(id, 'phase', phase - 360 * Math.floor(phase / 360))
    }
    for (const [name, audio] of Object.entries(inputs))
      if (excerpt.engine.inputs[name])
        fill(
          excerpt.engine.inputs[name]!.map(channel => channel.subarray(0, frames)),
          audio.map(channel => channel.subarray(0, frames))
        )
    excerpt.render(begin)
  }
  const valuesAt = (x: Float64Array): Valued => {
    const turned = knobs.values(x)
    return (id, name) => {
      const k = knobList.findIndex(knob => 'node' in knob && knob.node === id && knob.param === name),
        { type, params } = graph.nodes[id]!
      return k >= 0 ? turned[k]! : ((params?.[name] ?? (known[type]!.params as Params)[name]!.default) as number)
    }
  }
  const shareOf = ({ weight = 1 }: Passage) => weight / weights
  const rig: GraphRig = {
    count: knobs.count,
    bounds: knobs.bounds,
    sound,
    values: knobs.values,
    hear: x =>
      total(
        x,
        passages.map((_, p) => ({ loss: rig.hearPassage(p, x), gradient: nothing })),
        price
      ).loss,
    evaluate: x =>
      total(
        x,
        passages.map((_, p) => rig.evaluatePassage(p, x)),
        price
      ),
    hearPassage(p, x) {
      knobs.turn(excerpt.engine, x)
      const passage = passages[p]!
      play(passage, valuesAt(x))
      sound[p] = view.heard.map(channel => channel.slice())
      return shareOf(passage) * passage.loss.value(view.heard)
    },
    evaluatePassage(p, x) {
      if (knobs.count === 0) return { loss: rig.hearPassage(p, x), gradient: nothing }
      knobs.turn(excerpt.engine, x)
      const passage = passages[p]!,
        share = shareOf(passage)
      play(passage, valuesAt(x))
      const loss = share * passage.loss.value(view.heard)
      view.clear()
      passage.loss.gradient(view.gradients, share)
      const found = excerpt.gradients(frames - judged)
      for (const [id] of swinging) {
        const slopes = found.nodes[id] as Record<string, number>
        slopes.frequency! += wentOn(passage) * slopes.phase!
      }
      return { loss, gradient: knobs.gradient(found, x) }
    }
  }
  return rig
}
const nothing = new Float64Array(0)

type Valued = (id: string, name: string) => number
/** An oscillator by its parameters: frequency and phase, and a clock of its own. */
const swings = ({ clock, params }: Processor): boolean => clock === true && 'frequency' in params && 'phase' in params

/** The judged end of an output. A mono output lies in two channels, which are alike: the first is heard. */
function windowOf({ engine }: RigExcerpt, output: string, channels: 1 | 2, frames: number, judged: number) {
  const of = (arrays: readonly Samples[]) =>
      arrays.slice(0, channels).map(channel => channel.subarray(frames - judged, frames)),
    gradients = engine.outputGradients[output] ?? []
  return {
    heard: of(engine.outputs[output]!),
    gradients: of(gradients),
    clear() {
      for (const channel of gradients) channel.fill(0)
    }
  }
}
