/** The reverb as a room: decay by Schroeder's backward integration, density of echoes, level, spectrum, width. */
import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import { createRandom, createRealFft, hann } from '../math/index.ts'
import { bandSum, thirdOctaves } from '../measure/third-octaves.ts'
import { decayTime } from '../math/room.ts'
import { reverb } from './reverb.ts'
import { stereoReverb } from './stereo-reverb.ts'

const rate = 48000,
  wetOnly = { size: 0.58, damping: 0, width: 1, mix: 1 }
type Options = Partial<typeof wetOnly>
/** Answer of both channels to an impulse in both. */
function impulseResponse(options: Options, seconds: number, sampleRate = rate): readonly [Float64Array, Float64Array] {
  const n = Math.round(seconds * sampleRate)
  return rig(stereoReverb, { rate: sampleRate, frames: n, values: { ...wetOnly, ...options } }).run([
    stereo(n, i => (i === 0 ? 1 : 0))
  ])[0]!
}
const energy = (x: Float64Array) => x.reduce((s, v) => s + v * v, 0)
const dB = (power: number) => 10 * Math.log10(power)

/** Power of the third octave around f, frame by frame (Hann, every quarter of its length). */
function bandTrack(x: Float64Array, f: number, sampleRate: number, size: number): { hop: number; power: number[] } {
  const fft = createRealFft(size),
    window = hann(size),
    frame = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    power: number[] = [],
    hop = size / 4
  const from = Math.round(((f * 2 ** (-1 / 6)) / sampleRate) * size),
    to = Math.round(((f * 2 ** (1 / 6)) / sampleRate) * size)
  for (let at = 0; at + size <= x.length; at += hop) {
    for (let i = 0; i < size; i++) frame[i] = window[i]! * x[at + i]!
    fft.forward(frame, re, im)
    let sum = 0
    for (let k = from; k <= to; k++) sum += re[k]! ** 2 + im[k]! ** 2
    power.push(sum)
  }
  return { hop, power }
}
/**
 * T60 around f: slope of the backward integral (M. R. Schroeder, JASA 37, 1965) between -5 and -35 dB (ISO 3382-1,
 * T30).
 */
function measuredDecay(channels: readonly Float64Array[], f: number, sampleRate = rate, size = 1024): number {
  const tracks = channels.map(x => bandTrack(x, f, sampleRate, size)),
    power = tracks[0]!.power.map((v, i) => v + tracks[1]!.power[i]!),
    points: [number, number][] = []
  let rest = 0
  const backward = power.map((_, i) => (rest += power[power.length - 1 - i]!)).reverse()
  backward.forEach((e, i) => {
    const level = dB(e / backward[0]!)
    if (level <= -5 && level >= -35) points.push([(i * tracks[0]!.hop) / sampleRate, level])
  })
  const mean = (k: 0 | 1) => points.reduce((s, p) => s + p[k], 0) / points.length,
    t = mean(0),
    l = mean(1)
  return (
    (-60 * points.reduce((s, p) => s + (p[0] - t) ** 2, 0)) / points.reduce((s, p) => s + (p[0] - t) * (p[1] - l), 0)
  )
}

describe('decay', () => {
  it('maps size to 0.1 s … 12 s', () =>
    expect([0, 0.1, 0.3, 0.58, 1].map(size => Number(decayTime(size).toFixed(2)))).toEqual([0.1, 0.16, 0.42, 1.61, 12]))
  // One band's estimate scatters with 1/sqrt(bandwidth · T), so short decays are judged by the mean of ten bands.
  it.each([
    [0.2, 48000],
    [0.3, 48000],
    [0.45, 48000],
    [0.58, 48000],
    [0.58, 44100],
    [0.58, 96000],
    [0.8, 48000],
    [1, 48000]
  ])('at size %f and %i Hz is that of the map within 5 per cent, from 500 Hz to 4 kHz', (size, sampleRate) => {
    const T = decayTime(size),
      h = impulseResponse({ size }, 0.8 * T + 0.2, sampleRate),
      ratios = Array.from({ length: 10 }, (_, k) => measuredDecay(h, 500 * 10 ** (k / 10), sampleRate) / T)
    expect(Math.abs(ratios.reduce((a, b) => a + b, 0) / 10 - 1), 'mean').toBeLessThan(0.03)
    if (size >= 0.45) expect(Math.max(...ratios.map(r => Math.abs(r - 1)))).toBeLessThan(0.05)
  })
  it('is the same in the mono reverb, whose channels know nothing of each other', () => {
    const size = 0.58,
      T = decayTime(size),
      n = Math.round((0.8 * T + 0.2) * rate),
      [h] = rig(reverb, { rate, frames: n, values: { size, damping: 0, mix: 1 } }).run([
        stereo(n, (i, c) => (i === 0 && c === 0 ? 1 : 0))
      ]),
      ratios = Array.from({ length: 10 }, (_, k) => measuredDecay([h![0], h![0]], 500 * 10 ** (k / 10)) / T)
    expect(Math.abs(ratios.reduce((a, b) => a + b, 0) / 10 - 1)).toBeLessThan(0.04)
    expect(energy(h![1])).toBe(0)
  })
  it.each([
    [0.3, 0.45],
    [0.58, 0.3],
    [0.58, 0.55],
    [0.8, 0.5],
    [0.8, 1]
  ])('at size %f and damping %f is shorter at 8 kHz by 10^damping, within 10 per cent', (size, damping) => {
    const T = decayTime(size),
      h = impulseResponse({ size, damping }, 0.8 * T + 0.2)
    expect(Math.abs(measuredDecay(h, 8000, rate, 512) / (T / 10 ** damping) - 1)).toBeLessThan(0.1)
  })
})

describe('the tail', () => {
  it('is dense from the first 20 ms on: as many samples beyond one standard deviation as Gaussian noise has, a tenth less at most (Abel and Huang, AES 121, 2006)', () => {
    for (const x of impulseResponse({}, 0.5))
      for (const ms of [20, 40, 80, 160, 320]) {
        const part = x.subarray((ms * rate) / 1000, ((ms + 20) * rate) / 1000),
          deviation = Math.sqrt(energy(part) / part.length)
        expect(part.filter(v => Math.abs(v) > deviation).length / part.length / 0.3173, `${ms} ms`).toBeGreaterThan(0.9)
      }
  })
  it.each([0.3, 0.58])('has a flat spectrum at size %f: third octaves from 100 Hz to 10 kHz within 3 dB', size => {
    const n = 2 ** 17,
      fft = createRealFft(n),
      re = new Float64Array(fft.bins),
      im = new Float64Array(fft.bins),
      width = rate / n
    for (const x of impulseResponse({ size }, n / rate)) {
      fft.forward(x, re, im)
      const power = re.map((v, k) => v * v + im[k]! ** 2)
      for (const band of thirdOctaves(rate))
        if (band.low > 85 && band.high < 11500)
          expect(
            Math.abs(dB((bandSum(power, width, band) * width) / (band.high - band.low))),
            `${band.low} Hz`
          ).toBeLessThan(3)
    }
  })
  it.each([0, 0.1, 0.3, 0.58, 0.8, 1])(
    'at size %f is as loud as its input within 1 dB, left and right alike within 0.5 dB, and decorrelated',
    size => {
      const [l, r] = impulseResponse({ size }, decayTime(size) + 0.1)
      expect(Math.abs(dB((energy(l) + energy(r)) / 2))).toBeLessThan(1)
      expect(Math.abs(dB(energy(l) / energy(r)))).toBeLessThan(0.5)
      // Independent noise of the effective length T/13.8 (power falls by e) correlates by chance by about sqrt(13.8/(T
      // rate)): 0.05 at most.
      expect(Math.abs(l.reduce((s, v, i) => s + v * r[i]!, 0)) / Math.sqrt(energy(l) * energy(r))).toBeLessThan(0.1)
    }
  )
})

describe('width and mix', () => {
  it('width 0 is mono and as loud', () => {
    const [l, r] = impulseResponse({ width: 0 }, 1.7),
      [a, b] = impulseResponse({}, 1.7)
    expect(l).toEqual(r)
    expect(Math.abs(dB((2 * energy(l)) / (energy(a) + energy(b))))).toBeLessThan(0.5)
  })
  it('mix keeps the power: dry cos, wet sin', () => {
    const random = createRandom(7),
      n = rate,
      x = stereo(n, () => random.normal()),
      run = (mix: number) =>
        rig(stereoReverb, { rate, frames: n, values: { ...wetOnly, size: 0.3, mix } }).run([x])[0]![0]
    const wet = run(1),
      half = run(1 / 3)
    expect(half[9999]).toBeCloseTo(Math.cos(Math.PI / 6) * x[0][9999]! + Math.sin(Math.PI / 6) * wet[9999]!, 10)
    expect(Math.abs(dB(energy(wet.subarray(rate / 2)) / energy(x[0].subarray(rate / 2))))).toBeLessThan(1.5)
  })
})
