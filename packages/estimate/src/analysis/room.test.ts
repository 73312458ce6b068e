import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { extended, roomDecay } from './room-decay.ts'
import { systemResponse } from './system-response.ts'

const rate = 8000,
  random = createRandom(12)
/** Noise whose energy falls by 60 dB in `time` seconds. */
const decaying = (seconds: number, time: number, level = 1) =>
  new Float64Array(seconds * rate).map((_, i) => level * random.normal() * 10 ** ((-3 * i) / rate / time))
const convolved = (x: Float64Array, h: Float64Array) => {
  const out = new Float64Array(x.length)
  h.forEach((v, k) => {
    for (let i = k; i < x.length; i++) out[i]! += v * x[i - k]!
  })
  return out
}
/** Dark noise: 40 dB less at the top than at the bottom. */
const dark = (seconds: number) => {
  let last = 0
  return new Float64Array(seconds * rate).map(() => {
    last = 0.98 * last + random.normal()
    return last
  })
}
const apart = (a: Float64Array, b: Float64Array) =>
  10 * Math.log10(a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0) / b.reduce((sum, v) => sum + v * v, 0))

describe('systemResponse', () => {
  const response = decaying(0.3, 0.4, 0.05)
  response[0] = 1
  const dry = dark(2),
    wet = convolved(dry, response)
  it('gives a response again, though the sound ends in the midst of its echoes and is dark', () => {
    const { samples, explained } = systemResponse(dry, wet, 0.5 * rate),
      truth = new Float64Array(samples.length)
    truth.set(response)
    expect(apart(samples, truth)).toBeLessThan(-50)
    expect(explained).toBeGreaterThan(0.99999)
  })
  it('needs nothing of what came before, if it may listen from where that has passed', () => {
    const cut = 0.5 * rate,
      { samples } = systemResponse(dry.subarray(cut), wet.subarray(cut), 0.4 * rate, 0.4 * rate),
      truth = new Float64Array(samples.length)
    truth.set(response)
    expect(apart(samples, truth)).toBeLessThan(-40)
    expect(apart(systemResponse(dry.subarray(cut), wet.subarray(cut), 0.4 * rate).samples, truth)).toBeGreaterThan(-40)
  })
  it('does not listen where the sound was clipped', () => {
    const peak = wet.reduce((most, v) => Math.max(most, Math.abs(v)), 0),
      clipped = wet.map(v => Math.max(-0.7 * peak, Math.min(0.7 * peak, v))),
      { samples } = systemResponse(dry, clipped, 0.4 * rate),
      truth = new Float64Array(samples.length)
    truth.set(response)
    expect(apart(samples, truth)).toBeLessThan(-40)
  })
  it('does not listen where the dry was taken away', () => {
    // As dark as a voice, and eight zeros at half the rate: 60 dB less in the upper tenth, which the wet still has.
    const twice = [0, 0],
      darker = dry.map(v => twice.reduce((x, _, k) => (twice[k] = 0.98 * twice[k]! + x), v)),
      duller = Array.from({ length: 8 }).reduce<Float64Array>(x => x.map((v, i) => 0.5 * (v + (x[i - 1] ?? 0))), darker)
    expect(systemResponse(duller, convolved(darker, response), 0.5 * rate).explained).toBeGreaterThan(0.97)
  })
  it('says how little a response explains of other sound', () => {
    expect(systemResponse(dry, dark(2), 0.1 * rate).explained).toBeLessThan(0.3)
    expect(systemResponse(dry, new Float64Array(dry.length), 100).explained).toBe(0)
  })
})

describe('roomDecay', () => {
  const time = 0.9
  /** Three standard deviations of a T20 (ISO 3382-1, 7.3): 0.88 sqrt((1 + 1.9 / n) / (N B T)) with one decay, n and N 1. */
  const tolerance = (bandwidth: number) => 3 * 0.88 * Math.sqrt(2.9 / (bandwidth * time))
  it('reads the decay of noise that falls, also above a floor of other noise', () => {
    const pure = decaying(2, time),
      noisy = pure.map(v => v + 10 ** (-40 / 20) * random.normal())
    for (const room of [pure, noisy]) {
      const { time: middle, broadband, octaves } = roomDecay(room, rate)
      expect(Math.abs(broadband! / time - 1)).toBeLessThan(tolerance(rate / 2))
      // Octaves of cos² are about an octave wide at half: 700 Hz at 1 kHz, half of it at 500 Hz; the mean of both.
      expect(Math.abs(middle! / time - 1)).toBeLessThan(tolerance(1050))
      expect(octaves.map(({ centre }) => centre)).toEqual([62.5, 125, 250, 500, 1000, 2000])
    }
    // 40 dB down at 60 dB a 0.9 s.
    for (const { centre, heard } of roomDecay(noisy, rate).octaves)
      if (centre >= 500) expect(Math.abs(heard - (40 / 60) * time)).toBeLessThan(0.1)
  })
  it('says nothing of what does not decay', () => {
    const { time: middle, broadband } = roomDecay(
      new Float64Array(rate).map(() => random.normal()),
      rate
    )
    expect([middle, broadband]).toEqual([undefined, undefined])
  })
  it('lets what sinks in noise go on as it did', () => {
    const noisy = decaying(2, time).map(v => v + 10 ** (-40 / 20) * random.normal()),
      [before, after] = [noisy, extended(noisy, rate)]
    expect(Math.abs(roomDecay(after, rate).broadband! / time - 1)).toBeLessThan(tolerance(rate / 2))
    const end = (x: Float64Array) =>
      10 * Math.log10(x.subarray(1.8 * rate).reduce((sum, v) => sum + v * v, 0) / (0.2 * rate))
    expect(end(before)).toBeCloseTo(-40, 0)
    // From 1.8 s on: 120 dB down and less.
    expect(end(after)).toBeLessThan(-100)
  })
})
