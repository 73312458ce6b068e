/** The chain of one source by trying what could be missing, the likeliest first, until nothing more helps. */
import type { Audio, Kernels } from '@mixwright/dsp'
import { echoIn, impulseResponse, readSourceLevels } from '../analysis/index.ts'
import type { FitProblem } from '../fit/graph-rig.ts'
import { type Console, devicesOf, type Device, startOf, withoutDevice } from './console.ts'
import { compressorInFront } from './compressor-in-front.ts'
import { type Fitted, fitted, heardBy, lossOn } from './console-rig.ts'
import { dryOf, foldOf, problemOf, type Stretches } from './excerpts.ts'
import { linear, movingVoice } from './long-passage.ts'
import { withMeasuredRoom, withWholeResponse } from './measured-room.ts'
import { type Evidence, type Proposal, proposals } from './proposals.ts'

export interface SearchOptions {
  readonly kernels: Kernels
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((fraction: number) => void) | undefined
  /** Share of the loss that all pruning may cost. Default: 0.03. */
  readonly tolerance?: number
  /** Steps of gradient for what is tried, for what is taken, and at the end. */
  readonly effort?: { readonly trial: number; readonly joint: number; readonly last: number }
  readonly trace?: (line: string) => void
}
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
/** The loss without one device, all others as they are. */
export interface Contribution {
  readonly id: string
  readonly without: number
}

/** A loss below which nothing more is sought: no ear tells these apart. */
export const alike = 0.01
/** A loss that can be heard: what leaves more is measured as one response where that halves it, though nobody can turn that. */
const audible = 0.1
const usualEffort = { trial: 8, joint: 16, last: 50 }
/** Of a source that stands alone: devices that are added at most, and the share of the loss that each must take. */
const alone = { most: 12, worth: 0.04 } as const

/** So many of what is offered are tried in earnest. */
const promising = 3

interface Named {
  readonly what: string
  readonly console: Console
}
type Fit = (console: Console, on: FitProblem, iterations: number) => Fitted

export function searchSource(
  stretches: Stretches,
  name: string,
  channels: 1 | 2,
  options: SearchOptions,
  among?: Among
): Searched {
  const { kernels, effort = usualEffort, signal, progress, trace } = options,
    problem = problemOf(stretches, kernels),
    [glance, first] = [1, 2].map(
      (count): FitProblem => ({ ...problem, passages: problem.passages.slice(0, count) })
    ) as [FitProblem, FitProblem],
    { most, worth } = among ?? alone,
    rest = among && dryOf(stretches, among.rest),
    /** What is to become of the source, and its part of a console. */
    wet = stretches.passages.map((passage, p) => (rest ? minus(passage.wet, rest[p]!) : passage.wet)),
    own = (console: Console): Console =>
      among ? { ...console, strips: console.strips.filter(({ input }) => input !== among.rest) } : console,
    dry = dryOf(stretches, name)
  const { long } = stretches,
    echo = strongestEcho(dry, wet, stretches.sampleRate),
    moving = long && movingVoice(long),
    fit: Fit = (console, on, iterations) => {
      signal?.throwIfAborted()
      return fitted(console, on, kernels, Math.ceil(iterations * (console.responses ? withRoom : 1)))
    },
    nearer = (one: Console, other: Console, on: FitProblem) =>
      lossOn(one, on, kernels) < lossOn(other, on, kernels) ? one : other,
    /** What helps most, with all turned again; undefined where nothing helps enough. */
    next = (
      best: Fitted,
      measured?: Evidence['measured'],
      more: readonly Proposal[] = [],
      onlyRooms = false
    ): (Fitted & { what: string }) | undefined => {
      const all = proposals(best.console, 0, {
          sampleRate: stretches.sampleRate,
          pairs: heardBy(own(best.console), problem, kernels).map((sound, p) => [sound, wet[p]!]),
          echo,
          moving,
          ...(measured && { measured })
        }),
        offers = [...more, ...all.filter(({ console }) => !onlyRooms || console.responses)],
        // What needs more devices must give more.
        value = (one: Fitted) => one.loss * (1 + worth * (weightOf(one.console) - weightOf(best.console))),
        turned = (some: readonly Named[], on: FitProblem, iterations: number) =>
          some
            .map(({ what, console }) => ({ what, offered: console, ...fit(console, on, iterations) }))
            .sort((a, b) => value(a) - value(b)),
        glanced = turned(likeliest(offers, glance, kernels), glance, Math.ceil(effort.trial / 2)),
        // A glance can turn what moves so that it fits nowhere else.
        again = glanced
          .slice(0, promising)
          .map(({ what, offered, console }) => ({ what, console: nearer(offered, console, first) })),
        tried = turned(again, first, effort.trial),
        onFirst = lossOn(best.console, first, kernels)
      trace?.([glanced, tried].map(all => all.map(t => `${t.what} ${t.loss.toFixed(3)}`).join(' | ')).join('\n      '))
      const [found] = tried
      if (!found || value(found) > onFirst) return undefined
      const joint = fit(found.console, problem, effort.joint)
      return joint.loss > best.loss * (1 - worth) - indistinct ? undefined : { ...joint, what: found.what }
    }
  const start = among?.from ?? levelled(dry, wet, name, channels, stretches.sampleRate),
    atMost = devicesOf(start).length + most
  let best = fit(start, problem, effort.trial)
  const steps: Step[] = [{ name: 'level', loss: best.loss, devices: 0 }],
    measured = long && ((console: Console) => withMeasuredRoom(console, long, kernels))
  trace?.(`level ${best.loss.toFixed(4)}`)
  // A room that is measured behind what bends or holds the level is none: that comes first, if there is any.
  const straight = long !== undefined && long.between[0]!.explained > linear,
    front = long && !straight && best.loss > alike ? compressorInFront(best.console, long, kernels) : undefined
  let measuring = straight,
    stuck = false,
    hidden = front ? inFront(front, measured!) : []
  while (best.loss > alike && devicesOf(best.console).length < atMost) {
    const found = next(best, measuring ? measured : undefined, hidden, stuck)
    if (!found && (measuring || !long)) break
    stuck = !found
    measuring ||= !found || hidden.some(({ name }) => name === found.what)
    hidden = []
    if (!found) continue
    best = found
    steps.push({ name: found.what, loss: best.loss, devices: devicesOf(best.console).length })
    trace?.(`+ ${found.what} ${best.loss.toFixed(4)}`)
    progress?.(Math.min(0.8, 0.15 * steps.length))
  }
  if (among) return { ...best, steps }
  trace?.(`all again ${best.loss.toFixed(4)}`)
  const last = fit(best.console, problem, effort.last)
  trace?.(`  ${last.loss.toFixed(4)}`)
  const turnable = pruned(last.loss < best.loss ? last : best, fit, problem, options),
    whole = long && turnable.loss > audible ? withWholeResponse(turnable.console, long, kernels) : undefined,
    fixed = whole && fit(whole, problem, effort.trial)
  if (!fixed || fixed.loss > turnable.loss / 2) return { ...turnable, steps }
  trace?.(`whole response ${fixed.loss.toFixed(4)}`)
  return {
    ...fixed,
    steps: [...steps, { name: 'whole response', loss: fixed.loss, devices: devicesOf(fixed.console).length }]
  }
}

/** A compressor that only a response showed, alone and with the room behind it. */
function inFront(console: Console, measured: NonNullable<Evidence['measured']>): Proposal[] {
  const after = measured(console)
  return [
    { name: 'compressor in front', console },
    ...(after ? [{ name: 'compressor in front + measured room', console: after }] : [])
  ]
}

const minus = (audio: Audio, rest: Audio): Float32Array[] =>
  audio.map((channel, c) => channel.map((v, i) => v - rest[c]![i]!))

/** What each device is good for; levels and places are not asked for. */
export const contributionsOf = (console: Console, stretches: Stretches, kernels: Kernels): Contribution[] => {
  const problem = problemOf(stretches, kernels)
  return devicesOf(console)
    .filter(({ type, lanes }) => type !== 'gain' || lanes)
    .map(({ id }) => ({ id, without: lossOn(withoutDevice(console, id), problem, kernels) }))
}

/** Consoles with a room are heard first, as it takes long to turn them: so many are turned, and by so much less. */
const likely = 2,
  withRoom = 0.4
function likeliest(offers: readonly Proposal[], problem: FitProblem, kernels: Kernels): Named[] {
  const heard = offers
    .filter(({ console }) => console.responses)
    .map(offer => ({ offer, loss: lossOn(offer.console, problem, kernels) }))
    .sort((a, b) => a.loss - b.loss)
  return [
    ...offers.filter(({ console }) => !console.responses),
    ...heard.slice(0, likely).map(({ offer }) => offer)
  ].map(({ name, console }) => ({ what: name, console }))
}

/** A measured response is as dear as so many devices: a room that one can turn is preferred where it comes near. */
const dearResponse = 4
const weightOf = (console: Console): number =>
  devicesOf(console).reduce((sum, { type }) => sum + (console.responses?.[type] ? dearResponse : 1), 0)

/** Level, place and polarity by least squares. */
function levelled(
  dry: readonly Audio[],
  wet: readonly Audio[],
  name: string,
  channels: 1 | 2,
  sampleRate: number
): Console {
  const { gain, pan, inverted } = readSourceLevels(
      dry.map((audio, p) => ({ sources: [audio], mix: wet[p]! })),
      sampleRate
    ).sources[0]!,
    wide = wet[0]!.length as 1 | 2,
    chain: Device[] = [
      ...foldOf(name, channels, wide),
      ...(inverted ? [{ id: `${name}/polarity`, type: 'polarity', params: {} }] : []),
      ...(wide === 2 ? [{ id: `${name}/panning`, type: 'panning', params: { pan } }] : []),
      { id: `${name}/gain`, type: 'gain', params: startOf('gain', { gain }) }
    ]
  return { strips: [{ input: name, channels, chain, sends: {} }], rooms: [], bus: [], channels: wide }
}

function strongestEcho(dry: readonly Audio[], wet: readonly Audio[], sampleRate: number) {
  const joined = (parts: readonly Audio[]) => {
    const out = new Float64Array(parts.reduce((sum, [left]) => sum + left!.length, 0))
    let at = 0
    for (const audio of parts) {
      audio[0]!.forEach((v, i) => {
        out[at + i] = audio[1] ? 0.5 * (v + audio[1][i]!) : v
      })
      at += audio[0]!.length
    }
    return out
  }
  return echoIn(impulseResponse(joined(dry), joined(wet), sampleRate).samples, sampleRate)
}

/** Loss that is nothing. */
export const indistinct = 0.0005
/** Share of the loss that pruning may cost in all, each device half of it. */
export const usualTolerance = 0.03
function pruned(
  start: Fitted,
  fit: Fit,
  problem: FitProblem,
  { tolerance = usualTolerance, trace }: SearchOptions
): Fitted {
  let best = start
  for (;;) {
    const tried = devicesOf(best.console)
      .filter(({ type }) => type !== 'gain')
      .map(({ id }) => ({ id, ...fit(withoutDevice(best.console, id), problem, 0) }))
      .sort((a, b) => a.loss - b.loss)
      .slice(0, 3)
    let gone = false
    for (const { id, console, loss } of tried) {
      if (loss > 3 * best.loss + 0.05) continue
      const again = fit(console, problem, 15)
      if (again.loss > Math.min(best.loss * (1 + tolerance / 2), start.loss * (1 + tolerance)) + indistinct) continue
      trace?.(`- ${id} ${again.loss.toFixed(4)}`)
      best = again
      gone = true
      break
    }
    if (!gone) return best
  }
}
