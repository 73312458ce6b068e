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
import { edgeGainRange, type Excerpt, excerptOf, fill, type Graph } from '@mixwright/graph'
import { joined } from './excerpts.ts'
import type { Apart } from './room-choice.ts'
import type { RefineJob, RefineStrip } from './refine.ts'
import { type Points, pointsAt } from './ride.ts'

/**
 * In the unit of the loss: one step of a bell and a third of a per cent of the lead's cells are worth the same; of a bell of
 * the lead's own one per cent, because its tone is what a song is known by.
 */
export const price = { glimpses: 200, bell: 0.7, own: 2, frequency: 0.2 } as const
export const steps = { fader: 1, bell: 1.5, frequency: 0.4 } as const
/** Steps at most: 4 dB, an octave. */
const reach = { bell: 8 / 3, frequency: 2.5 } as const
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
  /** Per strip: the knob of its fader, by its index. */
  readonly faders: readonly (number | undefined)[]
  /** All bells, strip by strip: the knob of each one's gain, by its index; the next is that of its frequency. */
  readonly bells: readonly { readonly strip: number; readonly gain: number }[]
  hear(x: Float64Array): Heard
  /** @param dearness factor of all prices */
  evaluate(x: Float64Array, dearness?: number): Heard & Evaluation
  /** Glimpses of the recordings at their faders, without any processing; undefined without a lead. */
  readonly recorded: number | undefined
  /** The lead and all else. */
  apart(x: Float64Array): Apart
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
    recorded = await listen(job, clips, excerpt, meters[0]!, weights),
    { cells } = recorded,
    targets = known ?? recorded.targets,
    { list, faders, bells } = knobList(strips, targets),
    knobs = knobsOf(graph, list),
    judge = createJudge(
      meters.map(meter => meter.frames * meter.bands),
      targets,
      strips,
      weights,
      cells
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
    faders,
    bells,
    weights,
    targets,
    hear: render,
    apart(x) {
      const all = powers(x),
        leads = (s: number) => strips[s]?.lead === true
      return { front: sumOf(all.filter((_, s) => leads(s))), rest: sumOf(all.filter((_, s) => !leads(s))), cells }
    },
    recorded: recorded.glimpses,
    evaluate(x, dearness = 1) {
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
        paid += dearness * cost * x[i]! * x[i]!
        gradient[i]! += 2 * dearness * cost * x[i]!
      })
      return { loss: loss + paid, gradient, errors, glimpses }
    }
  }
}

/** The graph with some of its outputs; what went to the others goes to one, `others`. */
const others = 'others'
function withOutputs(graph: Graph, outputs: readonly string[]): Graph {
  const isStem = (name: string) => name.startsWith('stem:'),
    elsewhere = graph.edges.some(({ to }) => to[0] === 'output' && isStem(to[1]) && !outputs.includes(to[1])),
    // Where nothing is left, next to nothing: an output must be fed.
    nothing = {
      from: ['input', Object.keys(graph.inputs)[0]!],
      to: ['output', others],
      gain: edgeGainRange.min
    } as const
  return {
    ...graph,
    outputs: Object.fromEntries(outputs.map(name => [name, graph.outputs[name] ?? { channels: 2 as const }])),
    edges: graph.edges
      .flatMap(edge => {
        if (edge.to[0] !== 'output' || outputs.includes(edge.to[1])) return [edge]
        return isStem(edge.to[1]) ? [{ ...edge, to: ['output', others] as const }] : []
      })
      .concat(elsewhere ? [] : [nothing])
  }
}

/**
 * The loss of powers per output (the last: the rest) with its gradient, kept until the next call. Each turned strip is
 * heard as if its fader had already followed, so that nothing is made clearer by making it louder: where its powers p,
 * weighted by w, add up to P and should to T, p T / P is heard, of whose loss with slopes g the gradient by p is
 * (g - w Σ g p / P) T / P.
 */
function createJudge(
  lengths: readonly number[],
  targets: readonly LevelTarget[],
  strips: readonly RefineStrip[],
  weights: readonly number[],
  cells: Uint8Array
) {
  const gradients = lengths.map(length => new Float64Array(length)),
    isLead = (s: number) => strips[s]?.lead === true
  return (powers: readonly Float64Array[]) => {
    const errors = levelErrors(powers.slice(0, targets.length), targets, weights)
    for (const g of gradients) g.fill(0)
    if (!strips.some(strip => strip.lead)) return { loss: 0, errors, gradients, glimpses: undefined }
    const held = (s: number) => strips[s]?.turned === true && targets[s]!.weight > 0,
      scales = powers.map((_, s) => (held(s) ? 10 ** (-errors[s]! / 10) : 1)),
      heard = powers.map((power, s) => power.map(p => p * scales[s]!)),
      front = sumOf(heard.filter((_, s) => isLead(s))),
      rest = sumOf(heard.filter((_, s) => !isLead(s))),
      toFront = new Float64Array(front.length),
      toRest = new Float64Array(rest.length)
    const glimpses = glimpseLoss(front, rest, cells, toFront, toRest, price.glimpses)
    gradients.forEach((g, s) => {
      g.set(isLead(s) ? toFront : toRest)
      if (held(s)) levelled(g, powers[s]!, scales[s]!, weights, targets[s]!.when)
    })
    return { loss: -price.glimpses * glimpses, errors, gradients, glimpses }
  }
}
/** From the gradient by powers at a level to that by the powers that are brought to it. */
function levelled(
  gradient: Float64Array,
  power: Float64Array,
  scale: number,
  weights: readonly number[],
  when: Uint8Array | undefined
): void {
  const bands = weights.length,
    along = gradient.reduce((sum, g, i) => sum + g * power[i]!, 0) / loudPower(power, weights, when)
  for (let i = 0; i < gradient.length; i++) {
    const counts = !when || when[Math.floor(i / bands)] ? weights[i % bands]! : 0
    gradient[i] = (gradient[i]! - counts * along) * scale
  }
}

/**
 * Fills the passages into the engine. Says at which level each strip's fader alone would leave it, and in which cells the
 * lead was recorded: what a compressor lifts out of its pauses is none of it.
 */
async function listen(
  { strips, starts, length }: RefineJob,
  clips: Readonly<Record<string, Clip>>,
  excerpt: Excerpt,
  meter: BarkPowers,
  weights: readonly number[]
): Promise<{ readonly targets: readonly LevelTarget[]; readonly cells: Uint8Array; readonly glimpses?: number }> {
  const targets: LevelTarget[] = [],
    leads: Float64Array[] = [],
    others: Float64Array[] = []
  for (const strip of strips) {
    const audio = await joined(clips[strip.input]!, starts, length).read(0, starts.length * length),
      input = excerpt.engine.inputs[strip.input]!
    fill(input, strip.ride ? riddenBy(audio, strip.ride, starts, length, clips[strip.input]!.sampleRate) : audio)
    // Its loud frames: what a gate takes away between them is no change of level.
    const power = meter.power(input[0]!, input[1]!),
      when = loudFrames(power, weights, loud),
      loudness = loudPower(power, weights, when)
    ;(strip.lead ? leads : others).push(power.map(p => p * 10 ** (strip.gain / 10)))
    if (strip.ride) fill(input, audio)
    targets.push({
      level: 10 * Math.log10(loudness + 1e-30) + strip.gain,
      weight: loudness > inaudible ? 1 : 0,
      when
    })
  }
  if (leads.length === 0) return { targets, cells: new Uint8Array() }
  const front = sumOf(leads),
    cells = soundingCells(front),
    unread = new Float64Array(front.length),
    rest = others.length ? sumOf(others) : unread
  return { targets, cells, glimpses: glimpseLoss(front, rest, cells, unread, unread.slice()) }
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
  const faders = strips.map(({ fader, turned }, s) =>
      turned && targets[s]!.weight > 0 ? add({ node: fader, param: 'gain', step: steps.fader, cost: 0 }) : undefined
    ),
    bells = strips.flatMap((strip, s) =>
      strip.bells.map(node => ({
        strip: s,
        gain: add(
          { node, param: 'gain', step: steps.bell, reach: reach.bell, cost: strip.lead ? price.own : price.bell },
          { node, param: 'frequency', step: steps.frequency, reach: reach.frequency, cost: price.frequency }
        )
      }))
    )
  return { list, faders, bells }
}

function sumOf(powers: readonly Float64Array[]): Float64Array {
  const sum = powers[0]!.slice()
  for (const power of powers.slice(1)) for (let i = 0; i < sum.length; i++) sum[i]! += power[i]!
  return sum
}
