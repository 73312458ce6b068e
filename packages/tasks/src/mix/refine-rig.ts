/** The console on passages of a song, with the loss that its knobs are turned by. */
import type { Audio, Clip, Kernels, Samples } from '@mixwright/dsp'
import {
  type BarkPowers,
  createBarkPowers,
  type Evaluation,
  glimpseLoss,
  type Knob,
  type Knobs,
  knobsOf,
  levelErrors,
  type LevelTarget,
  loudFrames,
  loudnessWeights,
  loudPower,
  soundingCells
} from '@mixwright/estimate'
import { type Excerpt, excerptOf, fill, type Graph } from '@mixwright/graph'
import { joined } from './excerpts.ts'
import type { RefineJob, RefineStrip } from './refine.ts'
import { type Points, pointsAt } from './ride.ts'

/** In the unit of the loss: one step of a bell and a third of a per cent of the lead's cells are worth the same. */
export const price = { glimpses: 200, room: 0.7, frequency: 0.2 } as const
export const steps = { fader: 1, room: 1.5, frequency: 0.4 } as const
/** Steps at most: 4 dB, an octave. */
const reach = { room: 8 / 3, frequency: 2.5 } as const
/** dB below its loudest frame: where a strip's level is read. */
const loud = 15
/** Power below which a strip has no level in these passages. */
const inaudible = 1e-9

/** What is heard at a setting of the knobs. */
export interface Heard {
  /** Of each strip: level after processing against where its fader alone would have put it, dB. */
  readonly errors: readonly number[]
  /** Share of the lead's cells that stand out of the rest; undefined without a lead. */
  readonly glimpses: number | undefined
}
export interface Rig {
  readonly knobs: Knobs
  /** Per strip: its knobs, by their index; `room + 1` is the frequency of the bell whose gain `room` is. */
  readonly places: readonly { readonly fader: number | undefined; readonly room: number | undefined }[]
  hear(x: Float64Array): Heard
  evaluate(x: Float64Array): Heard & Evaluation
  /** The lead and all else, powers per frame and band. */
  apart(x: Float64Array): { readonly front: Float64Array; readonly rest: Float64Array }
  /** Of loudness, per band. */
  readonly weights: readonly number[]
  /** What levels aim at. */
  readonly targets: readonly LevelTarget[]
}

/**
 * @param known targets of other passages, where levels are not asked for: the knobs are then the same as there
 * @throws RangeError as `compile`
 */
export async function createRig(
  job: RefineJob,
  clips: Readonly<Record<string, Clip>>,
  kernels: Kernels,
  known?: readonly LevelTarget[]
): Promise<Rig> {
  const { graph, sampleRate, strips } = job,
    frames = job.starts.length * job.length,
    outputs = [...strips.map(strip => strip.output), others],
    excerpt = excerptOf(withOutputs(graph, outputs), kernels, { sampleRate, gradients: { frames } }),
    meters = outputs.map(() => createBarkPowers(kernels, sampleRate, frames)),
    weights = loudnessWeights(meters[0]!.bands),
    heard = await listen(job, clips, excerpt, meters[0]!, weights),
    targets = known ?? heard,
    { list, places } = knobList(strips, targets),
    knobs = knobsOf(graph, list),
    judge = createJudge(
      meters.map(meter => meter.frames * meter.bands),
      targets,
      strips.map(strip => strip.lead),
      weights
    )
  const powers = (x: Float64Array) => {
    knobs.turn(excerpt.engine, x)
    excerpt.render()
    return outputs.map((name, s) => {
      const [left, right] = excerpt.engine.outputs[name] as [Samples, Samples]
      return meters[s]!.power(left, right)
    })
  }
  const render = (x: Float64Array) => judge(powers(x))
  return {
    knobs,
    places,
    weights,
    targets,
    hear: render,
    apart(x) {
      const all = powers(x),
        leads = (s: number) => strips[s]?.lead === true
      return { front: sumOf(all.filter((_, s) => leads(s))), rest: sumOf(all.filter((_, s) => !leads(s))) }
    },
    evaluate(x) {
      const { loss, gradients, errors, glimpses } = render(x)
      outputs.forEach((name, s) => {
        const [left, right] = excerpt.engine.outputGradients[name] as [Samples, Samples]
        left.fill(0)
        right.fill(0)
        meters[s]!.gradient(gradients[s]!, left, right)
      })
      const gradient = knobs.gradient(excerpt.gradients(), x)
      let paid = 0
      list.forEach(({ cost }, i) => {
        paid += cost * x[i]! * x[i]!
        gradient[i]! += 2 * cost * x[i]!
      })
      return { loss: loss + paid, gradient, errors, glimpses }
    }
  }
}

/** The graph with some of its outputs; what went to the others goes to one, `others`. */
const others = 'others'
function withOutputs(graph: Graph, outputs: readonly string[]): Graph {
  const isStem = (name: string) => name.startsWith('stem:')
  return {
    ...graph,
    outputs: Object.fromEntries(outputs.map(name => [name, graph.outputs[name] ?? { channels: 2 as const }])),
    edges: graph.edges.flatMap(edge => {
      if (edge.to[0] !== 'output' || outputs.includes(edge.to[1])) return [edge]
      return isStem(edge.to[1]) ? [{ ...edge, to: ['output', others] as const }] : []
    })
  }
}

/** The loss of powers per output (the last: the rest) with its gradient, kept until the next call. */
function createJudge(
  lengths: readonly number[],
  targets: readonly LevelTarget[],
  lead: readonly boolean[],
  weights: readonly number[]
) {
  const gradients = lengths.map(length => new Float64Array(length))
  let cells: Uint8Array | undefined
  return (powers: readonly Float64Array[]) => {
    for (const g of gradients) g.fill(0)
    const errors = levelErrors(powers.slice(0, targets.length), targets, weights)
    if (!lead.includes(true)) return { loss: 0, errors, gradients, glimpses: undefined }
    const front = sumOf(powers.filter((_, s) => lead[s] === true)),
      rest = sumOf(powers.filter((_, s) => lead[s] !== true)),
      toFront = new Float64Array(front.length),
      toRest = new Float64Array(rest.length)
    cells ??= soundingCells(front)
    const glimpses = glimpseLoss(front, rest, cells, toFront, toRest, price.glimpses)
    gradients.forEach((g, s) => g.set(lead[s] === true ? toFront : toRest))
    return { loss: -price.glimpses * glimpses, errors, gradients, glimpses }
  }
}

/** Fills the passages into the engine, and says at which level each strip's fader alone would leave it. */
async function listen(
  { strips, starts, length }: RefineJob,
  clips: Readonly<Record<string, Clip>>,
  excerpt: Excerpt,
  meter: BarkPowers,
  weights: readonly number[]
): Promise<LevelTarget[]> {
  const targets: LevelTarget[] = []
  for (const strip of strips) {
    const audio = await joined(clips[strip.input]!, starts, length).read(0, starts.length * length),
      input = excerpt.engine.inputs[strip.input]!
    fill(input, strip.ride ? riddenBy(audio, strip.ride, starts, length, clips[strip.input]!.sampleRate) : audio)
    // Its loud frames: what a gate takes away between them is no change of level.
    const power = meter.power(input[0]!, input[1]!),
      when = loudFrames(power, weights, loud),
      loudness = loudPower(power, weights, when)
    if (strip.ride) fill(input, audio)
    targets.push({
      level: 10 * Math.log10(loudness + 1e-30) + strip.gain,
      weight: loudness > inaudible ? 1 : 0,
      when
    })
  }
  return targets
}

/** Joined passages as their stem's ride has them. */
function riddenBy(
  audio: Audio,
  ride: Points,
  starts: readonly number[],
  length: number,
  sampleRate: number
): Float32Array[] {
  return audio.map(channel =>
    channel.map((v, i) => {
      const piece = Math.floor(i / length)
      return v * 10 ** (pointsAt(ride, (starts[piece]! + i - piece * length) / sampleRate) / 20)
    })
  )
}

function knobList(strips: readonly RefineStrip[], targets: readonly LevelTarget[]) {
  const list: (Knob & { readonly cost: number })[] = [],
    add = (...knobs: (Knob & { readonly cost: number })[]) => list.push(...knobs) - knobs.length
  const places = strips.map(({ fader, turned, room }, s) => ({
    fader:
      turned && targets[s]!.weight > 0 ? add({ node: fader, param: 'gain', step: steps.fader, cost: 0 }) : undefined,
    room:
      room &&
      add(
        { node: room, param: 'gain', step: steps.room, reach: reach.room, cost: price.room },
        { node: room, param: 'frequency', step: steps.frequency, reach: reach.frequency, cost: price.frequency }
      )
  }))
  return { list, places: places as Rig['places'] }
}

function sumOf(powers: readonly Float64Array[]): Float64Array {
  const sum = powers[0]!.slice()
  for (const power of powers.slice(1)) for (let i = 0; i < sum.length; i++) sum[i]! += power[i]!
  return sum
}
