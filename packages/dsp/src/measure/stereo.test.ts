import { describe, expect, it } from 'vitest'
import { createRandom } from '../math/random.ts'
import { measureStereo } from './stereo.ts'

const count = 96000,
  rate = 48000
const noise = (seed: number): Float32Array => {
  const random = createRandom(seed)
  return new Float32Array(count).map(() => 0.1 * random.normal())
}
const a = noise(1),
  b = noise(2)
const meanOf = (f: (i: number) => number): number => {
  let sum = 0
  for (let i = 0; i < count; i++) sum += f(i)
  return sum / count
}

describe('stereo', () => {
  it('of equal channels, and of mono, is narrow, centred, and loses nothing', () => {
    for (const audio of [[a, a], [a]]) {
      const { width, imbalance, correlation, monoLoss } = measureStereo(audio, rate)
      expect([width!, imbalance!, correlation!, monoLoss!].map(v => Math.round(v * 1e9) / 1e9 + 0)).toEqual([
        0, 0, 1, 0
      ])
    }
  })
  it('of independent channels has width 1, correlation 0 and 3.01 dB of loss', () => {
    const { width, imbalance, correlation, monoLoss } = measureStereo([a, b], rate)
    // The correlation of n independent pairs deviates by 1/√n = 0.0032.
    expect(Math.abs(correlation!)).toBeLessThan(0.016)
    expect(Math.abs(width! - 1)).toBeLessThan(0.07)
    expect(Math.abs(monoLoss! - 3.01)).toBeLessThan(0.07)
    expect(Math.abs(imbalance!)).toBeLessThan(0.016)
  })
  it('equals its definitions in time', () => {
    const left = a.map((v, i) => v + 0.3 * b[i]!),
      right = a.map((v, i) => 0.5 * v - b[i]!)
    const got = measureStereo([left, right], rate),
      l = meanOf(i => left[i]! ** 2),
      r = meanOf(i => right[i]! ** 2),
      lr = meanOf(i => left[i]! * right[i]!)
    expect(got.width).toBeCloseTo(
      meanOf(i => (left[i]! - right[i]!) ** 2) / meanOf(i => (left[i]! + right[i]!) ** 2),
      8
    )
    expect(got.imbalance).toBeCloseTo((r - l) / (r + l), 8)
    expect(got.correlation).toBeCloseTo(lr / Math.sqrt(l * r), 8)
    expect(got.monoLoss).toBeCloseTo(10 * Math.log10((2 * (l + r)) / (l + r + 2 * lr)), 8)
  })
  it('of opposite channels cancels, of one channel is to its side', () => {
    const opposite = measureStereo([a, a.map(v => -v)], rate)
    expect([opposite.width, opposite.correlation, opposite.monoLoss]).toEqual([null, -1, 120])
    expect(opposite.imbalance).toBeCloseTo(0, 12)
    const right = measureStereo([new Float32Array(count), a], rate)
    expect([right.width!, right.imbalance!].map(v => Math.round(v * 1e9) / 1e9)).toEqual([1, 1])
    expect(right.correlation).toBeNull()
    expect(right.bands.every(band => band.correlation === null && band.imbalance! > 0.999)).toBe(true)
    expect(right.monoLoss).toBeCloseTo(3.0103, 4)
  })
  it('tells bands apart: low in the middle, high in opposition', () => {
    const low = new Float32Array(count).map((_, i) => Math.sin((2 * Math.PI * 100 * i) / rate)),
      high = low.map((_, i) => Math.sin((2 * Math.PI * 5012 * i) / rate))
    const { bands } = measureStereo([low.map((v, i) => v + high[i]!), low.map((v, i) => v - 0.5 * high[i]!)], rate)
    const at = (f: number) => bands.find(band => Math.abs(band.centre / f - 1) < 0.01)!
    expect(at(100).correlation).toBeCloseTo(1, 4)
    expect(at(5012).correlation).toBeCloseTo(-1, 4)
    // (1 + 1/2)² / (1 - 1/2)², and (1/4 - 1) / (1/4 + 1).
    expect(at(5012).width).toBeCloseTo(9, 3)
    expect(at(5012).imbalance).toBeCloseTo(-0.6, 4)
  })
  it('of silence is null', () =>
    expect(measureStereo([new Float32Array(1000), new Float32Array(1000)], rate)).toMatchObject({
      width: null,
      imbalance: null,
      correlation: null,
      monoLoss: null
    }))
})
