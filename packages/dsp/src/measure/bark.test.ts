import { describe, expect, it } from 'vitest'
import { createRandom } from '../math/random.ts'
import { barkCorners, barkDistance, barkOf, createBark, frequencyOfBark, measureBark } from './bark.ts'

const random = createRandom(9),
  rate = 44100,
  x = new Float32Array(3 * rate).map(() => 0.1 * random.normal())

describe('Bark scale', () => {
  it("is Traunmüller's", () => {
    expect(barkOf(1000)).toBeCloseTo(26.81 / 2.96 - 0.53, 12)
    for (const f of [20, 440, 15000]) expect(frequencyOfBark(barkOf(f))).toBeCloseTo(f, 8)
    expect(barkCorners.length).toBe(26)
    expect([barkCorners[0], barkCorners[25]].map(f => Math.round(f! * 1e6) / 1e6)).toEqual([20, 20000])
  })
})

describe('Bark spectrum', () => {
  it('puts a sine into the bands around it, as mid when in both channels, as side when opposite', () => {
    const sine = new Float32Array(2 * rate).map((_, i) => Math.sin((2 * Math.PI * barkCorners[10]! * i) / rate))
    const same = measureBark([sine, sine], rate),
      opposite = measureBark([sine, sine.map(v => -v)], rate)
    expect(same.mid.indexOf(Math.max(...same.mid))).toBe(9)
    expect(same.side.every(v => v < 1e-6 * same.mid[9]!)).toBe(true)
    expect(opposite.side[9]).toBeCloseTo(same.mid[9]!, 6)
    expect(measureBark([sine], rate).mid[9]! / same.mid[9]!).toBeCloseTo(1, 9)
    // A Hann window sums to N/2 and spreads a sine over three bins, 1/4, 1/2, 1/4: the amplitude 2 of L + R gives N on
    // a bin, up to 6 % more between.
    expect(same.mid[9]! / 32768).toBeGreaterThan(0.97)
    expect(same.mid[9]! / 32768).toBeLessThan(1.07)
  })
  it('has only the bands below half the sample rate, and something for a short sound', () => {
    const eight = measureBark([x.subarray(0, 4000)], 8000)
    expect(eight.mid.length).toBe(barkCorners.filter(f => f <= 4000).length - 2)
    expect(Math.min(...eight.mid)).toBeGreaterThan(0)
    expect(measureBark([new Float32Array(10)], rate).mid.every(v => v === 0)).toBe(true)
    expect(() => createBark(rate, 0)).toThrow(/0 channels/)
  })
})

describe('Bark distance', () => {
  const a = measureBark([x], rate)
  it('is nothing for another level once the loudness is taken off', () => {
    const louder = measureBark([x.map(v => 2 * v)], rate)
    expect(barkDistance(louder.mid, a.mid, 20 * Math.log10(2))).toBeCloseTo(0, 6)
    expect(barkDistance(louder.mid, a.mid, 0)).toBeCloseTo(6.0206, 4)
  })
  it('of a tilt is the mean of its gains over the bands', () => {
    // One-zero tilt y[n] = x[n] - 0.9 x[n-1]: the gain at the bands' centres, by its formula.
    const tilted = measureBark([x.map((v, i) => v - 0.9 * (x[i - 1] ?? 0))], rate)
    const gains = barkCorners.slice(1, 25).map(f => 10 * Math.log10(1.81 - 1.8 * Math.cos((2 * Math.PI * f) / rate)))
    const expected = gains.reduce((sum, g) => sum + Math.abs(g), 0) / 24
    // Bands are up to 0.7 octaves wide, the lowest ones; over them the gain bends by some tenths of a decibel.
    expect(Math.abs(barkDistance(tilted.mid, a.mid, 0)! - expected)).toBeLessThan(0.15)
  })
  it('is null against silence, and refused between sample rates', () => {
    expect(barkDistance(new Float64Array(24), a.mid, 0)).toBeNull()
    expect(() => barkDistance(a.mid.subarray(2), a.mid, 0)).toThrow(/22 and 24 bands/)
  })
})
