import { createRandom, measureBarkFrames } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { createBarkPowers } from './bark-powers.ts'

const rate = 44100,
  length = 4096 + 5 * 2048 + 100,
  random = createRandom(3),
  noise = (count: number) => new Float64Array(count).map(() => random.normal())

describe('createBarkPowers', () => {
  it('reads what the measure of Bark frames reads, where both have a frame', () => {
    const left = new Float32Array(noise(length)),
      right = new Float32Array(noise(length)),
      { power, bands } = createBarkPowers(kernels, rate, length),
      found = power(left, right),
      measured = measureBarkFrames([left, right], rate)
    // Frame t begins at t · 2048; the measure's frame i is centred on i · 1024.
    for (let t = 0; t < 3; t++)
      for (let b = 0; b < bands; b++)
        expect(found[t * bands + b]! / measured.power[(2 * t + 2) * bands + b]!).toBeCloseTo(1, 4)
  })
  it('has the gradient of central differences, in double precision, and the shipped one agrees', () => {
    const bark = createBarkPowers(kernels, rate, length, 'f64'),
      x = [noise(length), noise(length)] as const,
      d = [noise(length), noise(length)] as const,
      weights = noise(bark.frames * bark.bands),
      // Curved, so that the gradient depends on where it is taken.
      loss = (e: number) => {
        const moved = x.map((c, i) => c.map((v, n) => v + e * d[i]![n]!))
        return bark.power(moved[0]!, moved[1]!).reduce((sum, p, i) => sum + weights[i]! * Math.log(p), 0)
      }
    const e = 1e-4,
      numeric = (loss(e) - loss(-e)) / (2 * e),
      exact = (single: boolean) => {
        const one = single ? createBarkPowers(kernels, rate, length) : bark,
          g = [new Float64Array(length), new Float64Array(length)] as const,
          p = one.power(x[0], x[1])
        one.gradient(
          p.map((v, i) => weights[i]! / v),
          g[0],
          g[1]
        )
        return g[0].reduce((sum, v, n) => sum + v * d[0][n]! + g[1][n]! * d[1][n]!, 0)
      }
    // Second differences of log p leave about e² of the value; 1e-6 is above that and far below any wrong factor.
    expect(Math.abs(exact(false) / numeric - 1)).toBeLessThan(1e-6)
    expect(Math.abs(exact(true) / numeric - 1)).toBeLessThan(1e-4)
  })
  it('refuses what is shorter than a frame', () => {
    expect(() => createBarkPowers(kernels, rate, 4000)).toThrow('shorter than a frame of 4096')
  })
})
