import { describe, expect, it } from 'vitest'
import { createRandom } from '../math/random.ts'
import { createActivity, measureActivity } from './activity.ts'
import { createEnvelope, measureEnvelope } from './envelope.ts'
import { createOnsets, measureOnsets } from './onset.ts'

const noise = (count: number, level: number, seed = 1): Float32Array => {
  const random = createRandom(seed)
  return new Float32Array(count).map(() => level * random.normal())
}

describe('onsets', () => {
  const expected = [0.5, 0.8037, 1.25, 1.4019, 2.2, 2.3333, 3.1]
  it.each([
    [8000, 1],
    [44100, 2],
    [48000, 1],
    [96000, 2]
  ])('finds clicks within 2 ms at %i Hz', (rate, channels) => {
    const x = noise(4 * rate, 1e-5)
    for (const time of expected) x[Math.round(time * rate)] = 0.5
    const { times, rate: perSecond } = measureOnsets(
      Array.from({ length: channels }, () => x),
      rate
    )
    expect(times.length).toBe(expected.length)
    for (const [i, time] of times.entries()) expect(Math.abs(time - expected[i]!)).toBeLessThan(0.002)
    expect(perSecond).toBeCloseTo(expected.length / 4, 6)
  })
  it('finds notes of a decaying tone over another that lasts', () => {
    const rate = 44100,
      x = new Float32Array(3 * rate).map((_, i) => {
        const t = i / rate,
          since = t % 0.5
        return (
          0.1 * Math.sin(2 * Math.PI * 220 * t) +
          0.3 * Math.exp(-since * 8) * Math.min(1, since / 0.003) * Math.sin(2 * Math.PI * 1500 * t)
        )
      })
    const { times } = measureOnsets([x], rate)
    expect(times.length).toBe(6)
    for (const [i, time] of times.entries()) expect(Math.abs(time - i * 0.5)).toBeLessThan(0.012)
  })
  it('finds none in silence, in steady noise hardly any, and gives the same for any blocks', () => {
    expect(measureOnsets([new Float32Array(44100)], 44100)).toEqual({ times: [], strengths: [], rate: 0 })
    expect(measureOnsets([new Float32Array(0)], 44100).rate).toBe(0)
    const x = noise(200000, 0.1),
      meter = createOnsets(44100, 1),
      whole = measureOnsets([x], 44100)
    for (let at = 0, size = 1; at < x.length; at += size, size = ((size * 3) % 4001) + 1) {
      meter.push([x.subarray(at, at + size)])
      if (at === 40) meter.result()
    }
    expect(meter.result()).toEqual(whole)
    expect(() => createOnsets(44100, 4)).toThrow(/4 channels/)
  })
})

describe('activity', () => {
  const rate = 44100
  /** 2 s of sound, 2 s of rest, four times. */
  const played = (loud: number, soft: number): Float32Array => {
    const x = noise(16 * rate, 1)
    return x.map((v, i) => v * (Math.floor(i / rate / 2) % 2 === 0 ? loud : soft))
  }
  it.each([
    [0.1, 0],
    [0.1, 0.003],
    [0.01, 0.001]
  ])('finds where a source at %d plays above bleed at %d', (loud, soft) => {
    const x = played(loud, soft),
      { regions, share, activeRms, activeLoudness, restLoudness } = measureActivity([x, x], rate)
    expect(regions.length).toBe(4)
    for (const [i, [start, end]] of regions.entries()) {
      expect(Math.abs(start - 4 * i)).toBeLessThan(0.051)
      expect(Math.abs(end - 4 * i - 2)).toBeLessThan(0.051)
    }
    expect(share).toBeCloseTo(0.5, 1)
    // The edges hold a frame of the rest: 0.025 of 2 s, 0.05 dB.
    expect(Math.abs(activeRms! - 20 * Math.log10(loud))).toBeLessThan(0.1)
    if (soft === 0) expect(restLoudness === null || restLoudness < activeLoudness! - 20).toBe(true)
    else expect(Math.abs(activeLoudness! - restLoudness! - 20 * Math.log10(loud / soft))).toBeLessThan(1.5)
  })
  it('takes one steady level for sound, and bridges gaps below 150 ms', () => {
    const x = noise(4 * rate, 0.05)
    expect(measureActivity([x], rate)).toMatchObject({ share: 1, restLoudness: null, regions: [[0, 4]] })
    x.fill(0, 2 * rate, Math.round(2.1 * rate))
    expect(measureActivity([x], rate).regions).toEqual([[0, 4]])
  })
  it('of silence and of nothing is nothing', () => {
    for (const count of [0, 100, 44100])
      expect(measureActivity([new Float32Array(count)], rate)).toEqual({
        regions: [],
        share: 0,
        threshold: null,
        activeLoudness: null,
        activeRms: null,
        restLoudness: null
      })
    expect(() => createActivity(rate, 0)).toThrow(/0 channels/)
  })
})

describe('envelope', () => {
  it('adds up to the energy of the signal, and shows a tone in its band when it sounds', () => {
    const rate = 48000,
      x = new Float32Array(2 * rate).map((_, i) => (i < rate ? 0 : Math.sin((2 * Math.PI * 1000 * i) / rate)))
    const { bands, step, edges } = measureEnvelope([x], rate),
      at = edges.findIndex(edge => edge > 1000) - 1
    expect(step).toBe(0.02)
    expect(bands[at]!.length).toBe(101)
    expect(bands[at]![75]).toBeCloseTo(0.5, 2)
    expect(bands[at]!.subarray(0, 49).every(v => v === 0)).toBe(true)
    const whole = measureEnvelope([x, noise(2 * rate, 0.2)], rate, { edges: [0, rate / 2], step: 0.025 })
    const energy = (whole.bands[0]!.reduce((sum, v) => sum + v, 0) * whole.step) / 2
    // The mean of both channels; noise of 96000 samples has its energy within √(2/96000) = 0.5 %, and the outer bins
    // count up to 0.1 % wrong.
    expect(Math.abs(energy / ((0.25 + 0.04) / 2) - 1)).toBeLessThan(0.005)
  })
  it('refuses steps and edges that make no sense', () => {
    expect(() => createEnvelope(48000, 1, { step: 1 })).toThrow(/step 1 s/)
    expect(() => createEnvelope(48000, 1, { edges: [100, 50] })).toThrow(/rise/)
    expect(measureEnvelope([new Float32Array(0)], 48000).bands[0]!.length).toBeLessThan(2)
  })
})
