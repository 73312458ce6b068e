/** The chain of one source by trying what could be missing, the likeliest first, until nothing more helps. */
import type { Audio } from '@mixwright/dsp'
import { echoIn, impulseResponse, readSourceLevels } from '../analysis/index.ts'
import { type Console, devicesOf, type Device, isLinear, startOf } from './console.ts'
import { type Fitted, heardBy } from './console-rig.ts'
import { deepened, pruned } from './deepened.ts'
import { dryOf, foldOf, problemOf, type Stretches } from './excerpts.ts'
import { isInverted, linear, type LongPassage } from './long-passage.ts'
import { roomsFor, withWholeResponse } from './measured-room.ts'
import { type Evidence, placeOf, type Proposal, proposals } from './proposals.ts'
import { inFront } from './in-front.ts'
import { swings } from './swings.ts'
import { alike, createTrial, mostHelpful, type SearchOptions, type Trial } from './trial.ts'

/** How one source of many is searched: everything else enters the console as one more input. */
export interface Among {
  readonly from: Console
  /** The input that holds all else, as a strip of `from` without devices. */
  readonly rest: string
  /** Devices that may be added, and the share of the loss that each must take. */
  readonly most: number
  readonly worth: number
}
export interface Step {
  readonly name: string
  readonly loss: number
  readonly devices: number
}
export interface Searched {
  readonly console: Console
  readonly loss: number
  /** What was added, and the loss then. */
  readonly steps: readonly Step[]
}
/** A loss that can be heard: what leaves more is measured as one response where that halves it, though nobody can turn that. */
const audible = 0.1
/** Share of a wet that one response makes where nothing bends or holds the level, and no noise was added. */
const exact = 0.999
/** A loss that something may be missing for that swings; and the share of the last one at which it is listened for again. */
const much = 0.03,
  hidesLess = 0.7
const usualEffort = { trial: 8, joint: 16, last: 50 }
/** Of a source that stands alone: devices that are added at most, and the share of the loss that each must take. */
const alone = { most: 12, worth: 0.04 } as const

export async function searchSource(
  stretches: Stretches,
  name: string,
  channels: 1 | 2,
  options: SearchOptions,
  among?: Among
): Promise<Searched> {
  const { kernels, effort = usualEffort, trace } = options,
    progress = forward(options.progress),
    { long, sampleRate } = stretches,
    problem = problemOf(stretches, kernels),
    { most, worth } = among ?? alone,
    trial = createTrial(stretches, problem, effort, worth, !among, options),
    start =
      among?.from ?? levelled(dryOf(stretches, name), partOf(stretches, among).wet, name, channels, sampleRate, long),
    atMost = devicesOf(start).length + most
  let best = await trial.fit(start, effort.trial)
  const steps: Step[] = [],
    note = (step: string) => {
      steps.push({ name: step, loss: best.loss, devices: devicesOf(best.console).length })
      trace?.(`+ ${step} ${best.loss.toFixed(4)}`)
    },
    done = async (): Promise<Searched> => (among ? { ...best, steps } : finished(best, steps, trial, long, options))
  note('level')
  if (best.loss <= alike) return done()
  const offers = offersFor(best.console, stretches, trial, among)
  for (let round = 0; round < roundsOfAll; round++) {
    const given = best
    offers.begin()
    while (best.loss > alike && devicesOf(best.console).length < atMost && offers.left()) {
      const found = await mostHelpful(best, offers.next(best), trial)
      offers.took(found?.name)
      if (!found) continue
      best = found
      note(found.name)
      progress(Math.min(tried, 0.15 * steps.length))
    }
    // All numbers of it have been turned.
    if (round > 0 && best === given) break
    const before = best.loss,
      deeper =
        long && before > alike
          ? await deepened(best, long, trial, {
              ...options,
              progress: far => progress(tried + (1 - tried) * 0.8 * far)
            })
          : undefined
    if (!deeper) break
    best = deeper
    note('all at once')
    if (!(best.loss < nearerBy * before)) break
  }
  return done()
}

/** What could be missing, as long as there is anything: once nothing helps, a room is measured, or measured anew, before that is the end. */
function offersFor(start: Console, stretches: Stretches, trial: Trial, among: Among | undefined) {
  const { long, sampleRate } = stretches,
    { problem, kernels } = trial,
    { wet, own } = partOf(stretches, among),
    rooms = long && ((console: Console) => roomsFor(console, long, kernels)),
    offered = (console: Console, measure: boolean) => {
      const pairs = heardBy(own(console), problem, kernels).map((sound, p) => [sound, wet[p]!] as const)
      return proposals(console, 0, {
        sampleRate,
        rare: !among,
        pairs,
        echo: strongestEcho(pairs, sampleRate),
        ...(rooms && measure && { rooms })
      })
    },
    // A room that is measured behind what bends or holds the level is none: that comes first, if there is much of it.
    straight = long !== undefined && long.between[0]!.explained > linear,
    fronts = long && long.between[0]!.explained < exact ? inFront(start, long, kernels) : []
  // What only a response showed, and with what is linear behind it.
  let hidden = fronts.flatMap(front => [
      front,
      ...offered(front.console, true)
        .filter(({ console }) => bends(console) === bends(front.console))
        .map(one => ({ ...one, name: `${front.name} + ${one.name}` }))
    ]),
    measuring = straight,
    stuck = false,
    // What swings is listened for at first, and once nothing else helps, if less hides it than before.
    listening = true,
    listened = false,
    hiding = Number.POSITIVE_INFINITY,
    anew = false,
    over = false
  return {
    begin() {
      stuck = over = false
    },
    left: () => !over,
    next({ console, loss }: Fitted): Proposal[] {
      anew = measuring && (stuck || !hasRoom(console))
      const all = offered(console, anew),
        clearer = loss > much && loss < hidesLess * hiding,
        moving = long && listening && clearer ? swings(console, long, kernels, trial.trace) : []
      listened = !long || listening || !clearer
      if (listening && clearer) hiding = loss
      listening = false
      return [...hidden, ...moving, ...all.filter(one => !stuck || one.console.responses !== console.responses)]
    },
    /** @param found the name of what helped, if anything did */
    took(found: string | undefined) {
      over = found === undefined && (anew || !long) && listened
      stuck = found === undefined
      listening ||= stuck
      measuring ||= stuck || hidden.some(offer => offer.name === found)
      hidden = []
    }
  }
}

/** Share of all work that trying is, about. */
const tried = 0.6
/** Progress that goes one way. */
function forward(progress: SearchOptions['progress']): (fraction: number) => void {
  let far = 0
  return fraction => {
    far = Math.max(far, fraction)
    progress?.(far)
  }
}
/** Rounds of trying and of all numbers at once; where these bring less than the share, none comes after. */
const roundsOfAll = 4,
  nearerBy = 0.9

/** Devices that bend or hold the level. */
const bends = ({ strips }: Console): number => strips[0]!.chain.filter(({ type }) => !isLinear(type)).length
const hasRoom = ({ rooms, strips }: Console): boolean =>
  rooms.length > 0 || strips.some(({ chain }) => chain.some(({ type }) => placeOf[type] === 'room'))

/** What is to become of the source in each stretch, and its part of a console. */
function partOf(stretches: Stretches, among: Among | undefined) {
  const rest = among && dryOf(stretches, among.rest)
  return {
    wet: stretches.passages.map(({ wet }, p) => (rest ? minus(wet, rest[p]!) : wet)),
    own: (console: Console): Console =>
      among ? { ...console, strips: console.strips.filter(({ input }) => input !== among.rest) } : console
  }
}
const minus = (audio: Audio, rest: Audio): Float32Array[] =>
  audio.map((channel, c) => channel.map((v, i) => v - rest[c]![i]!))

/** All turned once more, without what is not needed; or, where that leaves much, with one response for all that is linear. */
async function finished(
  best: Fitted,
  steps: readonly Step[],
  trial: Trial,
  long: LongPassage | undefined,
  options: SearchOptions
): Promise<Searched> {
  const { fit, effort, kernels, trace } = trial
  trace?.(`all again ${best.loss.toFixed(4)}`)
  const last = await fit(best.console, effort.last)
  trace?.(`  ${last.loss.toFixed(4)}`)
  const turnable = await pruned(last.loss < best.loss ? last : best, trial, options),
    whole = long && turnable.loss > audible ? withWholeResponse(turnable.console, long, kernels) : undefined,
    fixed = whole && (await fit(whole, effort.trial))
  if (!fixed || fixed.loss > turnable.loss / 2) return { ...turnable, steps }
  trace?.(`whole response ${fixed.loss.toFixed(4)}`)
  return {
    ...fixed,
    steps: [...steps, { name: 'whole response', loss: fixed.loss, devices: devicesOf(fixed.console).length }]
  }
}

/** Level, place and polarity by least squares. */
function levelled(
  dry: readonly Audio[],
  wet: readonly Audio[],
  name: string,
  channels: 1 | 2,
  sampleRate: number,
  long: LongPassage | undefined
): Console {
  const {
      gain,
      pan,
      inverted: most
    } = readSourceLevels(
      dry.map((audio, p) => ({ sources: [audio], mix: wet[p]! })),
      sampleRate
    ).sources[0]!,
    inverted = long ? isInverted(long) : most,
    wide = wet[0]!.length as 1 | 2,
    chain: Device[] = [
      ...foldOf(name, channels, wide),
      ...(inverted ? [{ id: `${name}/polarity`, type: 'polarity', params: {} }] : []),
      ...(wide === 2 ? [{ id: `${name}/panning`, type: 'panning', params: { pan } }] : []),
      { id: `${name}/gain`, type: 'gain', params: startOf('gain', { gain }) }
    ]
  return { strips: [{ input: name, channels, chain, sends: {} }], rooms: [], bus: [], channels: wide }
}

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
