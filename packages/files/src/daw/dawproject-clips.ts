/** Clips of a DAWproject, which may hold warped audio and clips of their own, as stretches of files. */
import { type DawClip, dawLimits } from './session.ts'
import { childOf, childrenOf, type Element } from './xml.ts'

/** The unit of times where an element does not say, and beats per minute. */
export interface Timing {
  readonly unit: string
  readonly tempo: number
}
/** Seconds of one unit of time. */
export const factorOf = (unit: string, tempo: number): number => (unit === 'seconds' ? 1 : 60 / tempo)

/** What of the song's time a timeline fills: `origin` is where its own time is 0. All in seconds. */
interface Window extends Timing {
  readonly origin: number
  readonly from: number
  readonly to: number
  readonly gain: number
  readonly fadeIn: number
  readonly fadeOut: number
}
type Leave = (what: string) => void

export const clipsOn = (lane: Element, timing: Timing, leave: Leave): DawClip[] =>
  visit(lane, { ...timing, origin: 0, from: 0, to: Number.POSITIVE_INFINITY, gain: 1, fadeIn: 0, fadeOut: 0 }, leave)

function visit(one: Element, outer: Window, leave: Leave): DawClip[] {
  const window = { ...outer, unit: one.attributes.timeUnit ?? outer.unit }
  switch (one.name) {
    case 'Clips':
      return childrenOf(one, 'Clip').flatMap(clip => clipIn(clip, window, leave))
    case 'Lanes': {
      const gain = one.children.find(child => childOf(child, 'Target')?.attributes.expression === 'gain'),
        points = childrenOf(gain, 'RealPoint')
      if (points.length > 1) leave('a gain that moves within a clip (its first value is taken)')
      const level = points[0] ? levelOf(Number(points[0].attributes.value), gain!.attributes.unit) : 1
      return one.children.flatMap(child => visit(child, { ...window, gain: window.gain * level }, leave))
    }
    case 'Warps':
      return childrenOf(one, 'Audio').flatMap(audio => warped(one, audio, window, leave))
    case 'Audio':
      return stretch(one, window, window.from - window.origin)
    case 'Notes':
      leave('notes')
      return []
    default:
      return []
  }
}
const levelOf = (value: number, unit: string | undefined): number => (unit === 'decibel' ? 10 ** (value / 20) : value)

function clipIn(clip: Element, window: Window, leave: Leave): DawClip[] {
  const { attributes } = clip,
    number = (name: string) => Number(attributes[name] ?? 0)
  if (attributes.enable === 'false') return []
  if (attributes.reference) leave('a clip that refers to another')
  const unit = attributes.contentTimeUnit ?? window.unit,
    outside = factorOf(window.unit, window.tempo),
    inside = factorOf(unit, window.tempo),
    fade = factorOf(attributes.fadeTimeUnit ?? window.unit, window.tempo),
    start = window.origin + number('time') * outside,
    end = attributes.duration === undefined ? window.to : start + number('duration') * outside
  const rounds = roundsOf(start, end, number('playStart') * inside, {
    from: number('loopStart') * inside,
    to: attributes.loopEnd === undefined ? Number.POSITIVE_INFINITY : number('loopEnd') * inside
  })
  return rounds.flatMap(({ at, content, stop }, i) => {
    const inner = {
      ...window,
      unit,
      origin: at - content,
      from: Math.max(window.from, at),
      to: Math.min(window.to, stop),
      // A negative one is a crossfade of that length.
      fadeIn: i > 0 ? 0 : Math.abs(number('fadeInTime')) * fade || window.fadeIn,
      fadeOut: i < rounds.length - 1 ? 0 : Math.abs(number('fadeOutTime')) * fade || window.fadeOut
    }
    return inner.to > inner.from ? clip.children.flatMap(child => visit(child, inner, leave)) : []
  })
}

interface Round {
  /** Where it begins in the song, in its content, and where it ends in the song; seconds. */
  readonly at: number
  readonly content: number
  readonly stop: number
}
/** A clip plays from `content` on; at the end of its loop it goes back to the loop's beginning. */
function roundsOf(start: number, end: number, content: number, loop: { from: number; to: number }): Round[] {
  const once = { at: start, content, stop: end },
    length = loop.to - loop.from,
    first = start + loop.to - content
  if (!Number.isFinite(end) || !(length > 0) || !(first > start) || !(end > first + tiny)) return [once]
  if ((end - first) / length > dawLimits.rounds) return [once]
  const rounds: Round[] = [{ ...once, stop: first }]
  for (let at = first; end > at + tiny; at += length)
    rounds.push({ at, content: loop.from, stop: Math.min(end, at + length) })
  return rounds
}
/** Seconds that beats leave over. */
const tiny = 1e-6

/** Where warps keep to the recording's speed they only say where it begins. */
function warped(warps: Element, audio: Element, window: Window, leave: Leave): DawClip[] {
  const time = factorOf(window.unit, window.tempo),
    content = factorOf(warps.attributes.contentTimeUnit ?? 'seconds', window.tempo),
    points = childrenOf(warps, 'Warp').map(
      ({ attributes }) => [Number(attributes.time) * time, Number(attributes.contentTime) * content] as const
    )
  if (points.length < 2) return stretch(audio, window, window.from - window.origin)
  const at = (seconds: number): number => {
    const next = points.findIndex(([t]) => t > seconds),
      i = Math.max(1, next < 0 ? points.length - 1 : next),
      [t0, c0] = points[i - 1]!,
      [t1, c1] = points[i]!
    return c0 + ((seconds - t0) * (c1 - c0)) / (t1 - t0)
  }
  const offset = at(window.from - window.origin),
    last = points.at(-1)![0],
    end = Math.min(window.to - window.origin, last)
  if (Math.abs(at(end) - offset - (end - (window.from - window.origin))) > 0.005)
    leave('audio that is stretched (taken at its own speed)')
  return stretch(audio, window, offset)
}

function stretch(audio: Element, window: Window, offset: number): DawClip[] {
  const file = childOf(audio, 'File')?.attributes.path?.replaceAll('\\', '/').replace(/^\.\//, ''),
    unit = audio.attributes.timeUnit ?? 'seconds',
    whole = Number(audio.attributes.duration) * factorOf(unit, window.tempo),
    { from, gain, fadeIn, fadeOut } = window,
    until = Math.min(window.to, Number.isFinite(whole) ? from + whole - offset : window.to),
    length = until - from
  if (!file || !(length > 0) || !Number.isFinite(length)) return []
  return [{ file, start: tidy(from), offset: tidy(Math.max(0, offset)), length: tidy(length), gain, fadeIn, fadeOut }]
}
const tidy = (seconds: number): number => Number(seconds.toFixed(12))
