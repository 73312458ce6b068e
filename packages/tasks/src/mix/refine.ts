/**
 * Decisions by gradient: the console's faders and the bells that make room for a lead, turned on passages of the song
 * through the graph itself until levels are where the rules want them *after* all processing, and the lead stands out.
 */
import type { Clip, Kernels } from '@mixwright/dsp'
import { adam } from '@mixwright/estimate'
import type { Graph } from '@mixwright/graph'
import { createRig, price, steps } from './refine-rig.ts'
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
  /** Node of the bell that may make room for the lead. */
  readonly room?: string
}
/** Plain data, so that another thread can do it. */
export interface RefineJob {
  /** The console for the passages one after the other (`joinedGraph`). */
  readonly graph: Graph
  readonly sampleRate: number
  /** First samples of the passages, and their length. */
  readonly starts: readonly number[]
  readonly length: number
  readonly strips: readonly RefineStrip[]
}
export interface RefinedStrip {
  /** dB, in place of the rules'. */
  readonly fader: number
  /** Level after processing against where the fader alone would have put it, dB, before and after: the mean is 0. */
  readonly error: readonly [before: number, after: number] | undefined
  /** Absent: no cut is worth a bell. */
  readonly room?: {
    readonly frequency: number
    readonly gain: number
    /** Share of glimpses with this bell at 0 dB and all else as it is. */
    readonly without: number
  }
}
export interface Refined {
  readonly strips: readonly RefinedStrip[]
  /** Share of the lead's cells that stand out of the rest, 0 to 1; undefined without a lead. */
  readonly glimpses: readonly [before: number, after: number] | undefined
}

/** Turns of all knobs together. */
const iterations = 7

/** @throws RangeError as `compile`; the signal's reason */
export async function refineGraph(
  job: RefineJob,
  clips: Readonly<Record<string, Clip>>,
  { kernels, signal, progress }: { kernels: Kernels; signal?: AbortSignal | undefined; progress?: (f: number) => void }
): Promise<Refined> {
  const rig = await createRig(job, clips, kernels),
    { knobs, places } = rig,
    rooms = places.flatMap(({ room }) => (room === undefined ? [] : [room, room + 1])),
    x = new Float64Array(knobs.count),
    before = rig.hear(x)
  let heard = before
  /** A fader moves its level by as much: one step from where the errors are known. */
  const level = () =>
    places.forEach(({ fader }, s) => {
      if (fader !== undefined) x[fader]! -= heard.errors[s]! / steps.fader
    })
  level()
  // The bells alone follow the gradient, so that nothing is made clearer by making it louder; the faders follow them.
  const evaluate = (bells: Float64Array) => {
    rooms.forEach((knob, i) => {
      x[knob] = bells[i]!
    })
    const found = rig.evaluate(x)
    heard = found
    level()
    return { loss: found.loss, gradient: Float64Array.from(rooms, knob => found.gradient[knob]!) }
  }
  const start = new Float64Array(rooms.length),
    { gradient } = evaluate(start)
  if (places.some(({ room }) => room !== undefined && worthTurning(gradient[rooms.indexOf(room)]!)))
    evaluate(adam(start, evaluate, { rate: 0.5, iterations, signal, progress }).x)
  const after = rig.hear(x),
    values = knobs.values(x)
  return {
    glimpses: before.glimpses === undefined ? undefined : [before.glimpses, after.glimpses!],
    strips: job.strips.map((strip, s) => {
      const at = places[s]!
      return {
        fader: at.fader === undefined ? strip.gain : values[at.fader]!,
        error: at.fader === undefined ? undefined : [before.errors[s]!, after.errors[s]!],
        ...(at.room !== undefined &&
          values[at.room]! <= -worthRoom && {
            room: {
              gain: values[at.room]!,
              frequency: values[at.room + 1]!,
              without: rig.hear(x.with(at.room, 0)).glimpses!
            }
          })
      }
    })
  }
}
/** A smaller cut is not worth a bell, dB. */
const worthRoom = 0.6
/** Whether the price of a bell, cost · x², would meet this slope at 0 at a cut that is worth it. */
const worthTurning = (slope: number) => (slope / (2 * price.room)) * steps.room > worthRoom
