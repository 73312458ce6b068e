import { describe, expect, it } from 'vitest'
import { createRandom } from '../math/random.ts'
import { createAntiphase, measureAntiphase } from './antiphase.ts'
import { createChatter, measureChatter } from './chatter.ts'
import { createClicks, measureClicks } from './clicks.ts'
import { createClipping, measureClipping } from './clipping.ts'
import { createComb, measureComb } from './comb.ts'
import type { Meter } from './input.ts'
import { createMicrodynamics, measureMicrodynamics } from './microdynamics.ts'
import { createPumping, measurePumping } from './pumping.ts'

const rate = 44100,
  seconds = 4,
  count = seconds * rate
const noise = (seed: number, level = 0.1): Float32Array => {
  const random = createRandom(seed)
  return new Float32Array(count).map(() => level * random.normal())
}
/** Noise that falls by 6 dB per octave from 200 Hz on, as music falls. */
function dark(seed: number): Float32Array {
  let s = 0
  return noise(seed, 1).map(v => (s += 0.03 * (v - s)))
}
const sine = (f: number, level = 1) =>
    new Float32Array(count).map((_, i) => level * Math.sin((2 * Math.PI * f * i) / rate)),
  clipped = (x: Float32Array, at: number) => x.map(v => Math.max(-at, Math.min(at, v))),
  in16 = (x: Float32Array) => x.map(v => Math.round(v * 32768) / 32768)

describe('clipping', () => {
  const music = dark(1),
    deviation = Math.sqrt(music.reduce((s, v) => s + v * v, 0) / count),
    cut = clipped(music, 2 * deviation)
  it('finds flat tops: the share of a Gaussian beyond 2 σ, at that height', () => {
    const { share, height, rate: tops, times } = measureClipping([cut], rate)
    // erfc(2 / √2) = 4.55 %, less the runs of one and two samples; in noise this dark most runs are longer.
    expect(share).toBeGreaterThan(0.03)
    expect(share).toBeLessThan(0.047)
    expect(Math.abs(height! - 20 * Math.log10(2 * deviation))).toBeLessThan(0.15)
    expect(tops).toBeGreaterThan(20)
    expect(Math.abs(cut[Math.round(times[0]! * rate)]!)).toBeCloseTo(2 * deviation, 6)
  })
  it('finds nothing in what is not cut: dark noise, low sines, in 16 bits too', () => {
    for (const x of [music, sine(50), sine(100, 0.03), sine(997), noise(3)])
      for (const y of [x, in16(x)]) expect(measureClipping([y], rate).share).toBeLessThan(1e-4)
  })
  it('survives another level and 16 bits, and a sine that is cut', () => {
    for (const x of [cut, clipped(sine(440), 0.7)])
      expect(measureClipping([in16(x.map(v => 0.37 * v))], rate).rate).toBeGreaterThan(20)
  })
  it('piles up at the cut where the tops are bent afterwards; not without', () => {
    // A low-pass at some 7 kHz bends them.
    let s = 0
    const bent = cut.map(v => (s += 0.6 * (v - s)))
    expect(measureClipping([bent], rate).pileUp!).toBeGreaterThan(3)
    expect(measureClipping([music], rate).pileUp!).toBeLessThan(1)
    // Arcsine law: 1 - (2/π) asin of 0.944 against the share from 0.841 to 0.891: 5.2 dB.
    expect(Math.abs(measureClipping([sine(997)], rate).pileUp! - 5.2)).toBeLessThan(0.7)
  })
})

describe('clicks', () => {
  it('finds each of ten, at its time, in noise that falls as music does', () => {
    const x = dark(2),
      at = Array.from({ length: 10 }, (_, k) => Math.round((0.2 + 0.37 * k) * rate))
    for (const i of at) x[i]! += 0.7
    const { times, rate: found } = measureClicks([x], rate)
    expect(times.length).toBe(10)
    expect(found).toBeCloseTo(2.5, 9)
    times.forEach((t, k) => expect(Math.abs(t - at[k]! / rate)).toBeLessThan(0.001))
  })
  it('lets drums and noise be', () => {
    const random = createRandom(3),
      drums = new Float32Array(count).map((_, i) => random.normal() * Math.exp(-((i / rate) % 0.25) / 0.03))
    expect(measureClicks([drums], rate).rate).toBe(0)
    expect(measureClicks([noise(1)], rate).rate).toBe(0)
  })
})

describe('chatter', () => {
  it('counts the gaps of 20 ms in a tone, not those of 200 ms', () => {
    const gaps = (length: number) => dark(4).map((v, i) => ((i / rate) % 0.4 < length ? 0.001 * v : v))
    // Ten in 4 s; the first lies at the start.
    expect(measureChatter([gaps(0.02)], rate).rate * seconds).toBe(9)
    expect(measureChatter([gaps(0.2)], rate).rate).toBe(0)
  })
  it('finds none in noise, low tones and silence', () => {
    for (const x of [noise(1), sine(40), new Float32Array(count)]) expect(measureChatter([x], rate).rate).toBe(0)
  })
})

describe('pumping', () => {
  const kick = new Float32Array(count).map((_, i) => {
      const t = (i / rate + 0.25) % 0.5
      return 0.8 * Math.sin(2 * Math.PI * 60 * t) * Math.exp(-t / 0.1)
    }),
    bed = noise(5, 0.05)
  it('is nothing where a steady sound stays so', () =>
    expect(Math.abs(measurePumping([kick.map((v, i) => v + bed[i]!)], rate).depth!)).toBeLessThan(0.3))
  it('is the dip by which a gain follows the strokes', () => {
    // Every 0.5 s the gain follows e^(-t / 0.12 s) as the measure does; its 95th percentile, 25 ms on, is what counts
    // as 1.
    const expected = 6 * Math.exp(-0.025 / 0.12)
    const ducked = bed.map((v, i) => v * 10 ** (-(6 / 20) * Math.exp(-((i / rate + 0.25) % 0.5) / 0.12)))
    expect(Math.abs(measurePumping([kick.map((v, i) => v + ducked[i]!)], rate).depth! - expected)).toBeLessThan(0.6)
  })
  it('is null without strokes', () => expect(measurePumping([sine(60)], rate).depth).toBeNull())
})

describe('comb', () => {
  it.each([
    [3, 0.5],
    [8, 0.8]
  ])('finds a copy %d ms late with gain %d', (ms, gain) => {
    const x = dark(6),
      late = Math.round((ms * rate) / 1000),
      got = measureComb([x.map((v, i) => v + gain * (x[i - late] ?? 0))], rate)
    expect(Math.abs(got.delay - ms)).toBeLessThan(0.03)
    // Frames of 186 ms smear the zeros a little, and twice the deviation of the surroundings is taken off.
    expect(got.gain).toBeGreaterThan(0.7 * gain)
    expect(got.gain).toBeLessThan(gain)
    expect(got.ripple).toBeCloseTo(20 * Math.log10((1 + got.gain) / (1 - got.gain)), 9)
  })
  it('finds next to none in noise, none in silence', () => {
    expect(measureComb([dark(7)], rate).gain).toBeLessThan(0.03)
    expect(measureComb([new Float32Array(count)], rate).gain).toBe(0)
  })
})

describe('antiphase', () => {
  const low = sine(60, 0.5),
    high = noise(8, 0.2)
  it('of equal channels is none, of opposite ones all', () => {
    expect(measureAntiphase([high, high], rate)).toMatchObject({ share: 0, bands: [] })
    expect(measureAntiphase([high, high.map(v => -v)], rate).share).toBeCloseTo(1, 6)
    expect(measureAntiphase([high], rate).share).toBe(0)
  })
  it('shows the low end that is reversed on one side, and its share', () => {
    const got = measureAntiphase([low.map((v, i) => v + high[i]!), low.map((v, i) => high[i]! - v)], rate)
    // 0.125 of power against 0.04, of which the third octaves hold what lies below 17.8 kHz.
    expect(Math.abs(got.share - 0.125 / (0.125 + (0.04 * 17783) / 22050))).toBeLessThan(0.02)
    expect(got.low!).toBeLessThan(-0.95)
    expect(got.bands.some(f => f > 55 && f < 70)).toBe(true)
  })
})

describe('microdynamics', () => {
  it('of noise are next to nothing, of short strokes 10 lg of what part of a second they fill', () => {
    expect(measureMicrodynamics([noise(9)], rate).ldr!).toBeLessThan(0.3)
    const strokes = noise(9).map((v, i) => ((i / rate) % 1 < 0.1 ? v : 0.001 * v))
    expect(Math.abs(measureMicrodynamics([strokes], rate).ldr! - 10)).toBeLessThan(0.3)
    expect(measureMicrodynamics([new Float32Array(count)], rate)).toEqual({ ldr: null, deviation: null })
  })
})

it('none depends on the sizes of the blocks', () => {
  const x = dark(10).map((v, i) => (i % 9973 === 0 ? v + 0.4 : Math.max(-0.4, Math.min(0.4, v)))),
    y = noise(11)
  const make: readonly ((rate: number, channels: number) => Meter<unknown>)[] = [
    createAntiphase,
    createChatter,
    createClicks,
    createClipping,
    createComb,
    createMicrodynamics,
    createPumping
  ]
  for (const create of make) {
    const whole = create(rate, 2),
      parts = create(rate, 2)
    whole.push([x, y])
    for (let i = 0, n = 1; i < count; i += n, n = ((n * 5) % 4001) + 1)
      parts.push([x.subarray(i, i + n), y.subarray(i, i + n)])
    expect(parts.result()).toEqual(whole.result())
    expect(() => create(rate, 3)).toThrow(/3 channels/)
  }
})
