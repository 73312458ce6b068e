import { describe, expect, it } from 'vitest'
import { inOne } from '../../test/in-one.ts'
import type { Audio } from '../define.ts'
import { createRandom } from './random.ts'
import { kernels } from '../../test/kernels.ts'
import { createResampler, resample } from './resample.ts'
import { resamplerBand } from './resample-stage.ts'

const sine = (frequency: number, rate: number, count: number): Float32Array =>
  new Float32Array(count).map((_, i) => Math.sin((2 * Math.PI * frequency * i) / rate))
const level = (ratio: number): number => 20 * Math.log10(ratio)
/**
 * Least squares of the middle of `y` on sine and cosine: amplitude, phase in radians, and what remains (RMS re the
 * sine's).
 */
function fit(y: Float32Array, frequency: number, rate: number): { amplitude: number; phase: number; rest: number } {
  const first = y.length >> 2,
    last = y.length - first,
    w = (2 * Math.PI * frequency) / rate
  let ss = 0,
    cc = 0,
    sc = 0,
    ys = 0,
    yc = 0
  for (let i = first; i < last; i++) {
    const s = Math.sin(w * i),
      c = Math.cos(w * i)
    ss += s * s
    cc += c * c
    sc += s * c
    ys += y[i]! * s
    yc += y[i]! * c
  }
  const det = ss * cc - sc * sc,
    a = (ys * cc - yc * sc) / det,
    b = (yc * ss - ys * sc) / det
  let rest = 0
  for (let i = first; i < last; i++) rest += (y[i]! - a * Math.sin(w * i) - b * Math.cos(w * i)) ** 2
  return { amplitude: Math.hypot(a, b), phase: Math.atan2(b, a), rest: Math.sqrt((2 * rest) / (last - first)) }
}

const pairs = [
  [44100, 48000],
  [48000, 44100],
  [24000, 48000],
  [48000, 24000],
  [96000, 44100],
  [11025, 48000],
  [8000, 192000],
  [192000, 8000],
  [22050, 22051],
  [192000, 96000]
] as const

describe.each(pairs)('%i Hz to %i Hz', (from, to) => {
  const low = Math.min(from, to),
    edge = (resamplerBand.pass * low) / 2,
    frames = Math.ceil((from * 12000) / low)
  it('is flat within 0.01 dB, without delay, without images, up to the pass edge', () => {
    for (const frequency of [edge * 0.0503, edge * 0.5, edge * 0.93, edge]) {
      const [y] = resample([sine(frequency, from, frames)], from, to, kernels),
        got = fit(y!, frequency, to)
      expect(Math.abs(level(got.amplitude))).toBeLessThan(0.01)
      // f32 samples carry a phase noise of 2^-25; a hundredth of a sample of delay would be 1e-2 · w.
      expect(Math.abs(got.phase)).toBeLessThan(1e-6)
      expect(level(got.rest)).toBeLessThan(-resamplerBand.attenuation)
    }
  })
  if (from > to)
    it('keeps what would fold 120 dB down', () => {
      for (const share of [1.0005, 1.03, 1.3, 1.93]) {
        const frequency = (low / 2) * share
        if (frequency > from / 2) continue
        const [y] = resample([sine(frequency, from, frames)], from, to, kernels),
          middle = y!.subarray(y!.length >> 2, (y!.length * 3) >> 2)
        expect(level(Math.sqrt((2 * middle.reduce((sum, v) => sum + v * v, 0)) / middle.length))).toBeLessThan(
          -resamplerBand.attenuation
        )
      }
    })
  it('gives ceil(frames · to / from) samples, in any portions, channel by channel', () => {
    const random = createRandom(1),
      x = Array.from({ length: 3 }, () => new Float32Array(frames).map(() => random.between(-1, 1)))
    const whole = resample(x, from, to, kernels),
      resampler = createResampler(from, to, 3, kernels),
      parts: Audio[] = []
    for (let at = 0, size = 1; at < frames; at += size, size = Math.ceil(size * 2.3))
      parts.push(resampler.push(x.map(c => c.subarray(at, at + size))))
    parts.push(resampler.flush())
    for (const [c, joined] of inOne(parts).entries()) {
      expect(joined.length).toBe(Math.ceil((frames * to) / from))
      expect(joined).toEqual(whole[c])
      expect(resample([x[c]!], from, to, kernels)[0]!.every((v, i) => Math.abs(v - joined[i]!) < 1e-6)).toBe(true)
    }
  })
})

describe('resampler', () => {
  it('keeps a constant within the images that the stop band leaves', () => {
    const [y] = resample([new Float32Array(20000).fill(0.5)], 44100, 48000, kernels)
    for (let i = 8000; i < 12000; i++) expect(Math.abs(y![i]! - 0.5)).toBeLessThan(0.5e-6)
  })
  it('returns equal rates as they are, and nothing for nothing', () => {
    const x = sine(1000, 48000, 100)
    expect(resample([x], 48000, 48000, kernels)).toEqual([x])
    expect(resample([new Float32Array(0)], 44100, 48000, kernels)[0]!.length).toBe(0)
    expect(resample([new Float32Array(1).fill(1)], 44100, 48000, kernels)[0]!.length).toBe(2)
  })
  it('refuses rates outside its range, fractions, no channels, uneven channels, and more after the end', () => {
    expect(() => createResampler(7999, 48000, 1, kernels)).toThrow(/7999 Hz/)
    expect(() => createResampler(44100, 44100.5, 1, kernels)).toThrow(/44100.5 Hz/)
    expect(() => createResampler(44100, 48000, 0, kernels)).toThrow(/one or more channels/)
    expect(() => createResampler(44100, 48000, 2, kernels).push([new Float32Array(3), new Float32Array(4)])).toThrow(
      /2 channels/
    )
    const ended = createResampler(44100, 48000, 1, kernels)
    ended.flush()
    expect(() => ended.push([new Float32Array(1)])).toThrow(/flushed/)
    expect(ended.flush()[0]!.length).toBe(0)
  })
})
