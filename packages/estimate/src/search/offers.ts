/** What could be missing between a console and the wet of one source, and when to look for it. */
import type { Audio } from '@mixwright/dsp'
import { echoIn, impulseResponse } from '../analysis/index.ts'
import { type Console, isLinear } from './console.ts'
import { type Fitted, heardBy } from './console-rig.ts'
import { dryOf, type Stretches } from './excerpts.ts'
import { frontTypes } from './in-front.ts'
import { linear, type LongPassage } from './long-passage.ts'
import { type Evidence, placeOf, type Proposal, proposals } from './proposals.ts'
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
  let hidden: Promise<Proposal[]> | undefined = long && hiddenIn(long, start, trial, offered),
    names: readonly string[] = [],
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
    async next(best: Fitted): Promise<Proposal[]> {
      const { console } = best
      anew = measuring && (stuck || !hasRoom(console))
      const [behind = [], moving = [], all] = await Promise.all([
        hidden,
        listening && ears?.clearer(best) ? ears.hear(best) : undefined,
        offered(console, anew)
      ])
      listening = false
      hidden = undefined
      names = behind.map(({ name }) => name)
      return [...behind, ...moving, ...all.filter(one => !stuck || one.console.responses !== console.responses)]
    },
    /** @param found what helped, if anything did */
    took(best: Fitted, found: string | undefined) {
      over = found === undefined && (anew || !long) && !ears?.clearer(best)
      stuck = found === undefined
      listening ||= stuck
      measuring ||= found === undefined || names.includes(found)
    }
  }
}

/** What the sound shows to be missing. */
function offering({ long, ...stretches }: Stretches, { problem, kernels, work }: Trial, among: Among | undefined) {
  const { sampleRate } = stretches,
    { wet, own } = partOf(stretches, among)
  return async (console: Console, measure: boolean): Promise<Proposal[]> => {
    const pairs = heardBy(own(console), problem, kernels).map((sound, p) => [sound, wet[p]!] as const)
    return proposals(console, 0, {
      sampleRate,
      rare: !among,
      pairs,
      echo: strongestEcho(pairs, sampleRate),
      ...(long && measure && { rooms: (console: Console) => work.rooms({ console, passage: long }) })
    })
  }
}
/** What bends or holds the level behind what is linear, by itself and with all that is missing there. */
async function hiddenIn(
  long: LongPassage,
  console: Console,
  { work }: Trial,
  offered: ReturnType<typeof offering>
): Promise<Proposal[]> {
  if (long.between[0]!.explained >= exact) return []
  const fronts = await Promise.all(frontTypes.map(type => work.front({ type, console, passage: long }))),
    all = await Promise.all(
      fronts
        .flat()
        .map(async front => [
          front,
          ...(await offered(front.console, true))
            .filter(({ console }) => bends(console) === bends(front.console))
            .map(one => ({ ...one, name: `${front.name} + ${one.name}` }))
        ])
    )
  return all.flat()
}
/** Listens for what swings, again only if less hides it than before. */
function listener(passage: LongPassage, { work }: Trial) {
  let hiding = Number.POSITIVE_INFINITY
  return {
    clearer: ({ loss }: Fitted): boolean => loss > much && loss < hidesLess * hiding,
    hear({ console, loss }: Fitted): Promise<Proposal[]> {
      hiding = loss
      return work.swings({ console, passage })
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
