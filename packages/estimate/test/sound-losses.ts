/** What every loss of sound must do, whatever it judges. */
import { createRandom, type Real, type Samples } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import type { SoundLoss } from '../src/index.ts'

/** Begun anew by whatever needs the same sounds whichever test files ran before in the same worker. */
let random = createRandom(11)
export const rate = 44100
export type Make = (target: readonly Samples[], real: Real) => SoundLoss

/** Noise through a one-pole low-pass with a beat, so that bands and frames differ; `peak` about its largest sample. */
export function coloured(length: number, level = 0.3): Float64Array {
  let low = 0
  return new Float64Array(length).map((_, i) => {
    low += 0.2 * (random.normal() - low)
    return level * low * (0.2 + Math.exp(-(i % 5000) / 1500))
  })
}
/** Two channels with a common part. */
export const stereo = (length: number): Float64Array[] => {
  const common = coloured(length)
  return [0, 1].map(() => coloured(length, 0.2).map((v, i) => v + common[i]!))
}
export const mixed = (a: readonly Samples[], b: readonly Samples[], gainA: number, gainB: number): Float64Array[] =>
  a.map((channel, c) => Float64Array.from(channel, (v, i) => gainA * v + gainB * b[c]![i]!))
export const silent = (length: number, channels = 2): Float64Array[] =>
  Array.from({ length: channels }, () => new Float64Array(length))
export const gradientOf = (loss: SoundLoss, audio: readonly Samples[], scale = 1): Float64Array[] => {
  const into = audio.map(channel => new Float64Array(channel.length))
  loss.value(audio)
  loss.gradient(into, scale)
  return into
}
export function dot(a: readonly Samples[], b: readonly Samples[]): number {
  let sum = 0
  a.forEach((channel, c) => {
    for (let i = 0; i < channel.length; i++) sum += channel[i]! * b[c]![i]!
  })
  return sum
}

/**
 * The median of what `judge` finds at three sounds near `audio`: the gradient of a magnitude is steep where a bin is all
 * but 0 and jumps at a floor, and at one sound of several some bin is there.
 */
function nearby(audio: readonly Samples[], judge: (sound: Float64Array[]) => number): number {
  random = createRandom(12)
  const errors = [0, 1, 2].map(() => judge(mixed(audio, stereo(audio[0]!.length), 1, 0.1)))
  return errors.sort((a, b) => a - b)[1]!
}
/** Relative difference of the slope along a random direction from the central difference of the value. */
export const slopeError = (loss: SoundLoss, audio: readonly Samples[], step = 1e-7): number =>
  nearby(audio, sound => {
    const direction = stereo(audio[0]!.length).slice(0, audio.length),
      slope = dot(gradientOf(loss, sound), direction),
      at = (e: number) => loss.value(mixed(sound, direction, 1, e))
    return Math.abs((2 * step * slope) / (at(step) - at(-step)) - 1)
  })
/** Relative difference of two losses' gradients. */
const gradientError = (exact: SoundLoss, other: SoundLoss, audio: readonly Samples[]): number =>
  nearby(audio, sound => {
    const a = gradientOf(exact, sound),
      off = mixed(a, gradientOf(other, sound), 1, -1)
    return Math.sqrt(dot(off, off) / dot(a, a))
  })

/** @param tolerance of the slope in double precision @param single of the value in single, a tenth of the gradient’s */
export function judgesSound(make: Make, length: number, { tolerance = 1e-6, single = 1e-4, step = 1e-7 } = {}): void {
  random = createRandom(11)
  const target = stereo(length),
    other = stereo(length),
    near = mixed(target, other, 0.8, 0.2)
  it('has the gradient of central differences in double precision, scaled and added to what is there', () => {
    const loss = make(target, 'f64')
    expect(slopeError(loss, near, step)).toBeLessThan(tolerance)
    const once = gradientOf(loss, near),
      into = near.map(channel => new Float64Array(channel.length).fill(1))
    loss.gradient(into, -2)
    for (const i of [length >> 1, length >> 2]) expect(into[1]![i]).toBeCloseTo(1 - 2 * once[1]![i]!, 12)
  })
  it('agrees in single precision', () => {
    const exact = make(target, 'f64'),
      shipped = make(target, 'f32')
    expect(Math.abs(shipped.value(near) / exact.value(near) - 1)).toBeLessThan(single)
    expect(gradientError(exact, shipped, near)).toBeLessThan(10 * single)
  })
  it('is 0 at the target, and there silence is no way out', () => {
    const loss = make(target, 'f32'),
      atSilence = loss.value(silent(length))
    expect(loss.value(target)).toBe(0)
    for (const sound of [mixed(target, other, 0.5, 0), mixed(target, other, 1, 0.1), near]) {
      expect(loss.value(sound)).toBeGreaterThan(0)
      expect(loss.value(sound)).toBeLessThan(atSilence)
    }
  })
  it('stays finite with silence as sound and as target, with one channel, and at the target', () => {
    for (const aim of [target, silent(length), [target[0]!, new Float64Array(length)]]) {
      const loss = make(aim, 'f32')
      for (const sound of [near, silent(length), target, aim]) {
        expect(gradientOf(loss, sound).every(channel => channel.every(Number.isFinite))).toBe(true)
        expect(Number.isFinite(loss.value(sound))).toBe(true)
      }
    }
    const mono = make([target[0]!], 'f64')
    expect(mono.value([target[0]!])).toBe(0)
    expect(slopeError(mono, [near[0]!], step)).toBeLessThan(tolerance)
  })
  it('refuses other shapes', () => {
    expect(() => make([], 'f32')).toThrow('0 channels')
    expect(() => make(target, 'f32').value([target[0]!])).toThrow('give as many')
  })
}
