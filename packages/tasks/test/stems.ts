/** Synthetic stems for tests: made of sines and noise, a few seconds long, the same on every machine. */
import { type Clip, clipOf, createRandom } from '@mixwright/dsp'
import { kernels } from '../../dsp/test/kernels.ts'
import { analyseStem } from '../src/mix/analyse.ts'
import type { StemAnalysis } from '../src/mix/analysis.ts'

export const rate = 44100
export type Mono = Float32Array
function make(seconds: number, at: (t: number, i: number) => number): Mono {
  const out = new Float32Array(Math.round(seconds * rate))
  for (let i = 0; i < out.length; i++) out[i] = at(i / rate, i)
  return out
}
function total(x: Mono): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]!
  return sum
}
/** Each sound is made once. @throws Error where somebody has written into it since */
function kept<A extends readonly number[]>(sound: (...how: A) => Mono): (...how: A) => Mono {
  const made = new Map<string, { readonly x: Mono; readonly sum: number }>()
  return (...how) => {
    const key = how.join(),
      before = made.get(key),
      x = before?.x ?? sound(...how)
    if (!before) made.set(key, { x, sum: total(x) })
    else if (total(x) !== before.sum) throw new Error(`a sound of ${key} was changed; change a copy`)
    return x
  }
}

/** A second channel that is none. */
const none: Mono = new Float32Array(0),
  clips = new WeakMap<Mono, WeakMap<Mono, Clip>>(),
  heard = new WeakMap<Clip, Map<string, Promise<StemAnalysis>>>()
/** The same for the same channels, which nobody changes any more. */
export function clip(...channels: Mono[]): Clip {
  const [left, right = none] = channels as [Mono, Mono?],
    found = clips.get(left)?.get(right) ?? clipOf(channels, rate)
  if (!clips.has(left)) clips.set(left, new WeakMap())
  clips.get(left)!.set(right, found)
  return found
}
/** Each clip is analysed once. */
export function analyse(clip: Clip, name: string): Promise<StemAnalysis> {
  if (!heard.has(clip)) heard.set(clip, new Map())
  const by = heard.get(clip)!
  if (!by.has(name)) by.set(name, analyseStem(clip, name, { kernels }))
  return by.get(name)!
}

export const noise = kept((seconds: number, level = 0.1, seed = 1): Mono => {
  const random = createRandom(seed)
  return make(seconds, () => level * random.normal())
})
/** One pole; `high` keeps what lies above. */
export function filtered(x: Mono, corner: number, high: boolean): Mono {
  const a = 1 - Math.exp((-2 * Math.PI * corner) / rate)
  let low = 0
  return x.map(v => {
    low += a * (v - low)
    return high ? v - low : low
  })
}
export function scaled(x: Mono, dB: number): Mono {
  const gain = 10 ** (dB / 20)
  return x.map(v => v * gain)
}
export const sum = (...parts: Mono[]): Mono =>
  parts[0]!.map((_, i) => {
    let total = 0
    for (const part of parts) if (i < part.length) total += part[i]!
    return total
  })
export const delayed = (x: Mono, samples: number): Mono => x.map((_, i) => x[i - samples] ?? 0)
/**
 * Every `period` seconds from `first` on: `sound` at the time since the hit, its level from hit to hit differing a
 * little.
 */
function hits(seconds: number, period: number, first: number, sound: (t: number) => number, seed: number): Mono {
  const random = createRandom(seed),
    levels = Array.from({ length: Math.ceil(seconds / period) + 1 }, () => 10 ** (random.between(-4, 0) / 20))
  return make(seconds, t => {
    const hit = Math.floor((t - first) / period)
    return hit < 0 ? 0 : levels[hit]! * sound(t - first - hit * period)
  })
}
export const kick = kept(
  (seconds: number, seed = 11): Mono =>
    hits(
      seconds,
      0.5,
      0,
      t => 0.8 * Math.exp(-t / 0.09) * Math.sin(2 * Math.PI * (52 * t + 3 * (1 - Math.exp(-t / 0.03)))),
      seed
    )
)
export const snare = kept((seconds: number, seed = 12): Mono => {
  const hiss = filtered(filtered(noise(seconds, 0.5, seed), 4000, false), 250, true),
    hit = hits(seconds, 1, 0.5, t => Math.exp(-t / 0.08), seed),
    body = hits(seconds, 1, 0.5, t => 0.5 * Math.exp(-t / 0.09) * Math.sin(2 * Math.PI * 195 * t), seed)
  return body.map((v, i) => v + hiss[i]! * hit[i]!)
})
export const hat = kept((seconds: number, seed = 13): Mono => {
  const hiss = filtered(filtered(noise(seconds, 0.4, seed), 7000, true), 6000, true),
    hit = hits(seconds, 0.25, 0.02, t => Math.exp(-t / 0.03), seed)
  return hiss.map((v, i) => v * hit[i]!)
})
/** Partials, the h-th of them h^slope softer than the first, of a phase in cycles. */
function tone(partials: number, slope: number): (phase: number) => number {
  const softer = Array.from({ length: partials }, (_, k) => (k + 1) ** slope)
  return phase => {
    let v = 0
    for (let k = 0; k < partials; k++) v += Math.sin(2 * Math.PI * (k + 1) * phase) / softer[k]!
    return v
  }
}
const scale = [41.2, 55, 49, 61.7, 73.4, 55],
  bassString = tone(6, 1.6),
  chordString = tone(8, 1.3),
  padTone = tone(6, 1.5),
  vowel = tone(14, 1.2)
export const bass = kept(
  (seconds: number): Mono =>
    make(seconds, t => {
      const note = Math.floor(t / 0.5),
        u = t - note * 0.5
      return 0.3 * Math.min(1, u / 0.01) * Math.exp(-u / 0.9) * bassString(scale[note % 6]! * t)
    })
)
export const chords = kept(
  (seconds: number): Mono =>
    make(seconds, t => {
      const note = Math.floor(t / 1),
        u = t - note
      return (
        0.12 *
        Math.min(1, u / 0.004) *
        Math.exp(-u / 0.6) *
        [4, 5, 6].reduce((v, k) => v + chordString(scale[note % 6]! * k * t), 0)
      )
    })
)
export const pad = kept(
  (seconds: number): Mono =>
    make(seconds, t => 0.06 * [4, 5, 6].reduce((v, k) => v + padTone(55 * k * (1 + 0.001 * k) * t), 0))
)
/** Syllables that glide and waver, a breath of hiss before each, and rests. */
export const voice = kept((seconds: number, seed = 14): Mono => {
  const hiss = filtered(filtered(noise(seconds, 0.3, seed), 6000, true), 5000, true)
  let phase = 0
  return make(seconds, (t, i) => {
    const syllable = Math.floor(t / 0.45),
      u = t - syllable * 0.45,
      rest = syllable % 6 === 5
    const pitch =
      220 *
      2 ** (([0, 2, 4, 5, 4][syllable % 5]! + 2 * Math.min(1, u / 0.2) + 0.5 * Math.sin(2 * Math.PI * 5.5 * t)) / 12)
    phase += pitch / rate
    if (rest) return 0
    return u < 0.07
      ? 0.35 * hiss[i]!
      : 0.12 * Math.min(1, (u - 0.07) / 0.03) * Math.min(1, (0.45 - u) / 0.05) * vowel(phase)
  })
})
