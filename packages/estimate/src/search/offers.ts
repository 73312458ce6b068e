/** What could be missing between a console and the wet of one source, and when to look for it. */
import type { Audio, Kernels } from '@mixwright/dsp'
import { echoIn, impulseResponse } from '../analysis/index.ts'
import { type Console, isLinear } from './console.ts'
import { type Fitted, heardBy } from './console-rig.ts'
import { dryOf, type Stretches } from './excerpts.ts'
import { inFront } from './in-front.ts'
import { linear, type LongPassage } from './long-passage.ts'
import { roomsFor } from './measured-room.ts'
import { type Evidence, placeOf, type Proposal, proposals } from './proposals.ts'
import { swings } from './swings.ts'
import type { Trial } from './trial.ts'

/** How one source of many is searched: everything else enters the console as one more input. */
export interface Among {
  readonly from: Console
  /** The input that holds all else, as a strip of `from` without devices. */
  readonly rest: string
  /** Devices that may be added, and the share of the loss that each must take. */
  readonly most: number
  readonly worth: number
}
/** Share of a wet that one response makes where nothing bends or holds the level, and no noise was added. */
const exact = 0.999
/** A loss that something may be missing for that swings; and the share of the last one at which it is listened for again. */
const much = 0.03,
  hidesLess = 0.7

/** As long as there is anything: once nothing helps, a room is measured, or measured anew, before that is the end. */
export function offersFor(start: Console, stretches: Stretches, trial: Trial, among: Among | undefined) {
  const { long } = stretches,
    offered = offering(stretches, trial, among),
    ears = long && listener(long, trial)
  // What only a response showed, and with what is linear behind it.
  let hidden = long ? hiddenIn(long, start, trial.kernels, offered) : [],
    // A room that is measured behind what bends or holds the level is none: that comes first, if there is much of it.
    measuring = long !== undefined && long.between[0]!.explained > linear,
    stuck = false,
    // What swings is listened for at first, and once nothing else helps.
    listening = true,
    anew = false,
    over = false
  return {
    begin() {
      stuck = over = false
    },
    left: () => !over,
    next(best: Fitted): Proposal[] {
      const { console } = best
      anew = measuring && (stuck || !hasRoom(console))
      const all = offered(console, anew),
        moving = listening && ears?.clearer(best) ? ears.hear(best) : []
      listening = false
      return [...hidden, ...moving, ...all.filter(one => !stuck || one.console.responses !== console.responses)]
    },
    /** @param found what helped, if anything did */
    took(best: Fitted, found: string | undefined) {
      over = found === undefined && (anew || !long) && !ears?.clearer(best)
      stuck = found === undefined
      listening ||= stuck
      measuring ||= stuck || hidden.some(offer => offer.name === found)
      hidden = []
    }
  }
}

/** What the sound shows to be missing. */
function offering({ long, ...stretches }: Stretches, { problem, kernels }: Trial, among: Among | undefined) {
  const { sampleRate } = stretches,
    { wet, own } = partOf(stretches, among),
    rooms = long && ((console: Console) => roomsFor(console, long, kernels))
  return (console: Console, measure: boolean): Proposal[] => {
    const pairs = heardBy(own(console), problem, kernels).map((sound, p) => [sound, wet[p]!] as const)
    return proposals(console, 0, {
      sampleRate,
      rare: !among,
      pairs,
      echo: strongestEcho(pairs, sampleRate),
      ...(rooms && measure && { rooms })
    })
  }
}
/** What bends or holds the level behind what is linear, by itself and with all that is missing there. */
function hiddenIn(
  long: LongPassage,
  start: Console,
  kernels: Kernels,
  offered: ReturnType<typeof offering>
): Proposal[] {
  if (long.between[0]!.explained >= exact) return []
  return inFront(start, long, kernels).flatMap(front => [
    front,
    ...offered(front.console, true)
      .filter(({ console }) => bends(console) === bends(front.console))
      .map(one => ({ ...one, name: `${front.name} + ${one.name}` }))
  ])
}
/** Listens for what swings, again only if less hides it than before. */
function listener(long: LongPassage, { kernels, trace }: Trial) {
  let hiding = Number.POSITIVE_INFINITY
  return {
    clearer: ({ loss }: Fitted): boolean => loss > much && loss < hidesLess * hiding,
    hear({ console, loss }: Fitted): Proposal[] {
      hiding = loss
      return swings(console, long, kernels, trace)
    }
  }
}

/** Devices that bend or hold the level. */
const bends = ({ strips }: Console): number => strips[0]!.chain.filter(({ type }) => !isLinear(type)).length
const hasRoom = ({ rooms, strips }: Console): boolean =>
  rooms.length > 0 || strips.some(({ chain }) => chain.some(({ type }) => placeOf[type] === 'room'))

/** What is to become of the source in each stretch, and its part of a console. */
export function partOf(stretches: Stretches, among: Among | undefined) {
  const rest = among && dryOf(stretches, among.rest)
  return {
    wet: stretches.passages.map(({ wet }, p) => (rest ? minus(wet, rest[p]!) : wet)),
    own: (console: Console): Console =>
      among ? { ...console, strips: console.strips.filter(({ input }) => input !== among.rest) } : console
  }
}
const minus = (audio: Audio, rest: Audio): Float32Array[] =>
  audio.map((channel, c) => channel.map((v, i) => v - rest[c]![i]!))

function strongestEcho(pairs: Evidence['pairs'], sampleRate: number) {
  const [before, after] = [0, 1].map(side => {
    const parts = pairs.map(pair => pair[side]!),
      out = new Float64Array(parts.reduce((sum, [left]) => sum + left!.length, 0))
    let at = 0
    for (const [left, right] of parts) {
      left!.forEach((v, i) => {
        out[at + i] = right ? 0.5 * (v + right[i]!) : v
      })
      at += left!.length
    }
    return out
  })
  return echoIn(impulseResponse(before!, after!, sampleRate).samples, sampleRate)
}
