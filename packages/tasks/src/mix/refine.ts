/**
 * Decisions by gradient: the console's faders and the bells that bring out a lead, its own and those that make room for
 * it, turned on passages of the song through the graph itself until levels are where the rules want them *after* all
 * processing, and the lead stands out.
 */
import type { Clip, Kernels } from '@mixwright/dsp'
import { adam } from '@mixwright/estimate'
import type { Graph } from '@mixwright/graph'
import { createRig, price, type Rig, steps } from './refine-rig.ts'
import { type Apart, type Chosen, type Choice, choicesOf, choose, joinedApart, mostBells } from './room-choice.ts'
import type { Points } from './ride.ts'

/** One stem's way through the console. */
export interface RefineStrip {
  readonly input: string
  readonly output: string
  /** Node of its fader, and what the rules gave it, dB. */
  readonly fader: string
  readonly gain: number
  /** Whether its fader is turned, until its level after processing is what the fader alone would have made of it. */
  readonly turned: boolean
  readonly lead: boolean
  /** How its level moves behind the fader, in the song's time: where it belongs moves with it. */
  readonly ride?: Points
  /** Nodes of the bells that may bring out the lead: the lead's own turn both ways, others only make room. */
  readonly bells: readonly string[]
}
/** Passages of a song, one after the other. */
export interface RefinePart {
  /** The console for them (`joinedGraph`). */
  readonly graph: Graph
  /** First sample of each. */
  readonly starts: readonly number[]
}
/** Plain data, so that another thread can do it. */
export interface RefineJob extends RefinePart {
  readonly sampleRate: number
  /** Samples of a passage. */
  readonly length: number
  /** Other passages, as many at a time: bells are kept for what they do there. */
  readonly wider: readonly RefinePart[]
  readonly strips: readonly RefineStrip[]
}
export interface RefinedStrip {
  /** dB, in place of the rules'. */
  readonly fader: number
  /** Level after processing against where the fader alone would have put it, dB, before and after. */
  readonly error: readonly [before: number, after: number] | undefined
  /** Per bell; absent: it is not worth its place. */
  readonly bells: readonly (RefinedBell | undefined)[]
}
export interface RefinedBell {
  readonly frequency: number
  readonly gain: number
  /** Share of glimpses without this bell, the lead as loud against the rest. */
  readonly without: number
}
export interface Refined {
  readonly strips: readonly RefinedStrip[]
  /**
   * Share of the lead's cells that stand out of the rest without any bell and with those kept, the lead as loud against
   * the rest, 0 to 1; undefined without a lead.
   */
  readonly glimpses: readonly [plain: number, after: number] | undefined
}

/** Turns of all knobs together. */
const iterations = 10,
  rate = 0.3
/** A smaller move is not worth a bell, dB. */
const worthBell = 0.6
/** Whether the price of a bell, cost · x², would meet this slope at 0 at a move that is worth it. */
const worthTurning = (slope: number, dearness: number) => (slope / (2 * dearness * price.bell)) * steps.bell > worthBell
/** What bells cost where processing and rooms leave less of the lead than its recording had among the others'. */
const urgent = 0.25

interface Services {
  readonly kernels: Kernels
  readonly signal?: AbortSignal | undefined
  readonly progress?: (f: number) => void
}
/** @throws RangeError as `compile`; the signal's reason */
export async function refineGraph(
  job: RefineJob,
  clips: Readonly<Record<string, Clip>>,
  services: Services
): Promise<Refined> {
  const { before, choices, values, faders, places, ...first } = await found(job, clips, services),
    { bells, glimpses, plain, missing } = await chosen(job, clips, services, choices, first),
    { errors } = choices.find(choice => choice.bells === bells)!.setting,
    to = values.get(bells)!
  return {
    glimpses: before.glimpses === undefined ? undefined : [plain, glimpses],
    strips: job.strips.map((strip, s) => {
      const fader = faders[s]
      return {
        fader: fader === undefined ? strip.gain : to[fader]!,
        error: fader === undefined ? undefined : [before.errors[s]!, errors[s]!],
        bells: places.flatMap(({ strip: at, gain }, b) => {
          if (at !== s) return []
          const kept = bells.indexOf(b)
          return [kept < 0 ? undefined : { gain: to[gain]!, frequency: to[gain + 1]!, without: missing[kept]! }]
        })
      }
    })
  }
}

/** What the job's own passages give: bells to choose from, and all that is left of them when their engine is gone. */
async function found(job: RefineJob, clips: Readonly<Record<string, Clip>>, services: Services) {
  const rig = await createRig(job, clips, services.kernels),
    before = rig.hear(new Float64Array(rig.knobs.count)),
    plainly = turned(rig, job, services, 1),
    hidden = (rig.hear(plainly).glimpses ?? 0) < (rig.recorded ?? 0),
    x = hidden ? turned(rig, job, services, urgent) : plainly,
    choices = choicesOf(bellsIn(rig, job, x), bells => levelled(rig, without(rig, x, bells)))
  return {
    before,
    choices,
    faders: rig.faders,
    places: rig.bells,
    targets: rig.targets,
    weights: rig.weights,
    values: new Map(choices.map(({ bells, setting }) => [bells, rig.knobs.values(setting.x)])),
    // In a song so short that there is no other part, bells are chosen where they were found.
    apart: job.wider.length || choices.length === 1 ? undefined : choices.map(({ setting }) => rig.apart(setting.x)),
    glimpses: rig.hear(choices[0]!.setting.x).glimpses ?? 0
  }
}

/** Bells where the gradient has them, faders levelled all the while. */
function turned(rig: Rig, job: RefineJob, { signal, progress }: Services, dearness: number): Float64Array {
  const turnable = rig.bells.flatMap(({ gain }) => [gain, gain + 1]),
    x = new Float64Array(rig.knobs.count)
  level(rig, x, rig.hear(x).errors)
  // The bells alone follow the gradient, so that nothing is made clearer by making it louder; the faders follow them.
  const evaluate = (bells: Float64Array) => {
    turnable.forEach((knob, i) => {
      x[knob] = bells[i]!
    })
    const found = rig.evaluate(x, dearness)
    level(rig, x, found.errors)
    return { loss: found.loss, gradient: Float64Array.from(turnable, knob => found.gradient[knob]!) }
  }
  const start = new Float64Array(turnable.length),
    { gradient } = evaluate(start)
  if (rig.bells.some(({ strip }, b) => worthTurning(useful(job.strips[strip]!, -gradient[2 * b]!), dearness)))
    evaluate(adam(start, evaluate, { rate, iterations, signal, progress }).x)
  return x
}

/** How far a bell is turned the way that it may turn: a lead's own both ways, others down. */
const useful = ({ lead }: RefineStrip, gain: number) => (lead ? Math.abs(gain) : -gain)

/** A fader moves its level by as much: one step from where the errors are known. */
function level({ faders }: Rig, x: Float64Array, errors: readonly number[]): void {
  faders.forEach((fader, s) => {
    if (fader !== undefined) x[fader]! -= errors[s]! / steps.fader
  })
}
function levelled(rig: Rig, x: Float64Array): { readonly x: Float64Array; readonly errors: readonly number[] } {
  level(rig, x, rig.hear(x).errors)
  return { x, errors: rig.hear(x).errors }
}

/** Bells that are worth their place, the furthest turned. */
function bellsIn({ bells, knobs }: Rig, { strips }: RefineJob, x: Float64Array): number[] {
  const values = knobs.values(x),
    turns = bells.map(({ strip, gain }) => useful(strips[strip]!, values[gain]!))
  return turns
    .flatMap((turn, b) => (turn >= worthBell ? [b] : []))
    .sort((a, b) => turns[b]! - turns[a]!)
    .slice(0, mostBells)
}
/** With some of the bells only. */
function without({ bells }: Rig, x: Float64Array, kept: readonly number[]): Float64Array {
  const some = x.slice()
  bells.forEach(({ gain }, b) => {
    if (!kept.includes(b)) some[gain] = 0
  })
  return some
}

/** Heard on other parts of the song than they were found on. */
async function chosen(
  job: RefineJob,
  clips: Readonly<Record<string, Clip>>,
  { kernels, signal }: Services,
  choices: readonly Choice<{ readonly x: Float64Array }>[],
  {
    apart,
    targets,
    weights,
    glimpses
  }: Pick<Rig, 'targets' | 'weights'> & {
    readonly apart: readonly Apart[] | undefined
    readonly glimpses: number
  }
): Promise<Chosen> {
  if (choices.length === 1) return { bells: choices[0]!.bells, glimpses, plain: glimpses, missing: [] }
  const heard = apart?.map(one => [one]) ?? choices.map((): Apart[] => [])
  for (const part of job.wider) {
    signal?.throwIfAborted()
    const rig = await createRig({ ...job, ...part }, clips, kernels, targets)
    choices.forEach(({ setting }, c) => heard[c]!.push(rig.apart(setting.x)))
  }
  return choose(choices, heard.map(joinedApart), weights)
}
