import { describe, expect, it } from 'vitest'
import { createRandom } from '../math/random.ts'
import { createCrossSpectrum } from './cross-spectrum.ts'
import { createSpectrum, measureSpectrum } from './spectrum.ts'
import { bandSum, thirdOctaves } from './third-octaves.ts'

const noise = (count: number, seed: number): Float32Array => {
  const random = createRandom(seed)
  return new Float32Array(count).map(() => 0.1 * random.normal())
}
const sine = (frequency: number, rate: number, count: number, amplitude = 1): Float32Array =>
  new Float32Array(count).map((_, i) => amplitude * Math.sin((2 * Math.PI * frequency * i) / rate))
const meanOf = (a: Float32Array, b = a): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0) / a.length
const sumOf = (array: Float64Array): number => array.reduce((a, b) => a + b, 0)

describe('cross spectrum', () => {
  it.each([1, 100, 16384, 50000])('keeps energies and product of %i samples (Parseval)', count => {
    const a = noise(count, 1),
      b = noise(count, 2).map((v, i) => v + 0.5 * a[i]! + 0.01),
      meter = createCrossSpectrum(44100, 2)
    for (let at = 0; at < count; at += 7001) meter.push([a.subarray(at, at + 7001), b.subarray(at, at + 7001)])
    const { left, right, product } = meter.result()
    expect(sumOf(left) / meanOf(a)).toBeCloseTo(1, 10)
    expect(sumOf(right) / meanOf(b)).toBeCloseTo(1, 10)
    expect(Math.abs(sumOf(product) - meanOf(a, b))).toBeLessThan(1e-12)
    const mono = createCrossSpectrum(44100, 1)
    mono.push([a])
    const got = mono.result()
    for (let k = 0; k < left.length; k += 50) expect(Math.abs(got.left[k]! - left[k]!)).toBeLessThan(1e-15)
    expect(mono.result()).toEqual(got)
  })
})

describe('third octaves', () => {
  it('have the centres and edges of IEC 61260-1', () => {
    const bands = thirdOctaves(48000)
    expect(bands.length).toBe(30)
    expect(bands[0]!.centre).toBeCloseTo(25.119, 3)
    expect(bands[16]!.centre).toBe(1000)
    expect(bands[16]!.low).toBeCloseTo(891.25, 2)
    expect(bands[16]!.high).toBeCloseTo(bands[17]!.low, 9)
    expect(thirdOctaves(8000).at(-1)!.centre).toBeCloseTo(3162.28, 2)
  })
  it('share a bin by its width', () => {
    const power = Float64Array.from([0, 0, 4, 2, 0])
    expect(bandSum(power, 10, { low: 20, high: 30 })).toBeCloseTo(3, 12)
    expect(bandSum(power, 10, { low: 18, high: 20 })).toBeCloseTo(0.8, 12)
  })
})

describe('spectrum', () => {
  it('reads a full-scale sine as -3.01 dB in its band, and its frequency as the centroid', () => {
    const { bands, levels, centroid } = measureSpectrum([sine(1000, 48000, 96000)], 48000)
    expect(levels[bands.findIndex(b => b.centre === 1000)]).toBeCloseTo(-3.0103, 2)
    expect(Math.abs(centroid! - 1000)).toBeLessThan(1)
    // The sine begins and ends at its zero crossings: two bends of slope, each with the flat spectrum 1/ω² = 7.6² below
    // it: -65 dB in the band at 25 Hz.
    expect(Math.abs(levels[0]! + 65)).toBeLessThan(1)
  })
  it.each([[8000], [44100], [192000]])('of white noise has tilt 0 and its centroid at a quarter of %i Hz', rate => {
    const { tilt, centroid } = measureSpectrum([noise(rate * 4, 3), noise(rate * 4, 4)], rate)
    expect(Math.abs(tilt!)).toBeLessThan(0.2)
    expect(Math.abs(centroid! / (rate / 4) - 1)).toBeLessThan(0.01)
  })
  it('of noise through one pole below the bands falls by 6.02 dB per octave', () => {
    const x = noise(48000 * 8, 5)
    let last = 0
    // |H|² = (1-a)² / (1 - 2a cos w + a²): between 100 Hz and 5 kHz 6 dB per octave, flattening by 0.3 towards 10 kHz.
    const y = x.map(v => (last = v * 0.002 + last * 0.998))
    expect(measureSpectrum([y], 48000).tilt!).toBeGreaterThan(-6.3)
    expect(measureSpectrum([y], 48000).tilt!).toBeLessThan(-5.6)
  })
  it('of silence and of nothing is empty', () => {
    for (const count of [0, 48000]) {
      const { levels, tilt, centroid } = measureSpectrum([new Float32Array(count)], 48000)
      expect([levels.every(l => l === Number.NEGATIVE_INFINITY), tilt, centroid]).toEqual([true, null, null])
    }
    expect(() => createSpectrum(48000, 3)).toThrow(/3 channels/)
  })
})
