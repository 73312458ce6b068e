import { describe, expect, it } from 'vitest'
import { clipOf } from '../clip.ts'
import { createRandom } from '../math/random.ts'
import { createBarkFrames, measureBarkFrames } from './bark-frames.ts'
import { readMoments } from './moments.ts'

const rate = 44100,
  random = createRandom(5),
  noise = () => new Float32Array(2 * rate).map(() => 0.1 * random.normal()),
  a = noise(),
  b = noise()

describe('Bark frames', () => {
  it('hold the power of a sine, half of it in mono if only one channel has it', () => {
    const sine = a.map((_, i) => Math.sin((2 * Math.PI * 1000 * i) / rate)),
      { power, mid, bands, frames, step } = measureBarkFrames([sine, new Float32Array(sine.length)], rate)
    expect([bands, step]).toEqual([24, 1024 / rate])
    const sumOf = (x: Float32Array, i: number) => x.subarray(i * bands, (i + 1) * bands).reduce((s, v) => s + v, 0)
    for (let i = 4; i < frames - 4; i++) {
      // 1/2 in one of two channels; (1/2)² · 1/2 in the sum. The triangles add to 1, but bend within bins: 0.1 %.
      expect(sumOf(power, i)).toBeCloseTo(1 / 4, 3)
      expect(sumOf(mid, i)).toBeCloseTo(1 / 8, 3)
    }
  })
  it('follow a sound in time, frame i at i · step', () => {
    const late = a.map((v, i) => (i < rate ? 0 : v)),
      { power, bands, frames, step } = measureBarkFrames([late], rate)
    const at = (i: number) => power.subarray(i * bands, (i + 1) * bands).reduce((s, v) => s + v, 0)
    expect(frames).toBe(Math.floor((2 * rate) / 1024) + 1)
    // A frame reaches 46 ms to either side of its centre.
    for (let i = 0; i < frames; i++) if (i * step < 1 - 0.047) expect(at(i)).toBe(0)
    expect(at(Math.ceil((1 + 0.047) / step))).toBeGreaterThan(0.005)
  })
  it('do not depend on the blocks, and equal channels are their own mid', () => {
    const whole = measureBarkFrames([a, a], rate),
      meter = createBarkFrames(rate, 2)
    for (let i = 0; i < a.length; i += 7777) meter.push([a.subarray(i, i + 7777), a.subarray(i, i + 7777)])
    expect(meter.result()).toEqual(whole)
    whole.power.forEach((p, i) => expect(Math.abs(p - whole.mid[i]!)).toBeLessThanOrEqual(1e-6 * p))
  })
})

describe('moments', () => {
  it('average four frames to the power of noise, mono to half of that where channels are independent', async () => {
    const { power, mid, count, bins, size } = await readMoments(clipOf([a, b], rate), {
      start: 0,
      length: a.length,
      most: 100
    })
    expect(count).toBe(Math.floor((a.length - 4096 - 3 * 1024) / 4096) + 1)
    const mean = (x: Float32Array) => x.reduce((s, v) => s + v, 0) / count / bins / ((3 / 8) * size)
    // Variance 0.01. Some 2 s of two channels: 88200 · 2 squares, each with a deviation of √2 of the mean; windows use
    // 2/3.
    expect(Math.abs(mean(power) / 0.01 - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean(mid) / 0.005 - 1)).toBeLessThan(0.03)
  })
  it('are at most as many as asked, spread over the whole, and silent beyond the clip', async () => {
    const half = a.map((v, i) => (i < rate ? 0 : v)),
      few = await readMoments(clipOf([half], rate), { start: -2 * rate, length: 4 * rate, most: 8 })
    // Every 0.5 s from -2 s on, 0.16 s each; there is sound from 1 s on, at moments 6 and 7.
    expect(few.count).toBe(8)
    const energies = Array.from({ length: 8 }, (_, m) =>
      few.power.subarray(m * few.bins, (m + 1) * few.bins).reduce((s, v) => s + v, 0)
    )
    expect(energies.map(e => e > 0)).toEqual([false, false, false, false, false, false, true, true])
  })
})
