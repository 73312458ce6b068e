import { describe, expect, it } from 'vitest'
import { binomialTail, holm, meanOf, proportionInterval, studentQuantile, studentTails } from './statistics.ts'

describe('binomial tail', () => {
  // Pascal's triangle in whole numbers: exact.
  const choose = (n: number, k: number): bigint => {
    let value = 1n
    for (let i = 1n; i <= BigInt(k); i++) value = (value * (BigInt(n) - i + 1n)) / i
    return value
  }
  it('of a fair coin, against whole numbers', () => {
    for (const n of [1, 2, 16, 40, 52])
      for (let k = 0; k <= n; k++) {
        let sum = 0n
        for (let j = k; j <= n; j++) sum += choose(n, j)
        // Up to 2 n terms, each with a few roundings more than the one before.
        expect(Math.abs(binomialTail(k, n, 0.5) / (Number(sum) / 2 ** n) - 1)).toBeLessThan(
          8 * n * n * 2 ** -53 + 1e-15
        )
      }
  })
  it('of 16 trials: 12 right is the usual limit', () => {
    expect(binomialTail(12, 16, 0.5)).toBeCloseTo(2517 / 65536, 14)
    expect(binomialTail(11, 16, 0.5)).toBeCloseTo(6885 / 65536, 14)
  })
  it('of other chances and at the ends', () => {
    expect(binomialTail(1, 3, 0.25)).toBeCloseTo(1 - 0.75 ** 3, 14)
    expect(binomialTail(3, 3, 0.9)).toBeCloseTo(0.729, 14)
    expect([binomialTail(0, 5, 0.5), binomialTail(6, 5, 0.5), binomialTail(2, 5, 0), binomialTail(2, 5, 1)]).toEqual([
      1, 0, 0, 1
    ])
  })
  it('of thousands of trials neither overflows nor vanishes', () => {
    // Symmetry: P(X ≥ n/2 + 1) = (1 - P(X = n/2)) / 2, with Stirling's P(X = n/2) = sqrt(2 / (π n)) (1 - 1/(4n) + …).
    const n = 5000,
      centre = Math.sqrt(2 / (Math.PI * n)) * (1 - 1 / (4 * n))
    expect(Math.abs(binomialTail(n / 2 + 1, n, 0.5) - (1 - centre) / 2)).toBeLessThan(1 / n ** 2)
  })
})

it('the interval of a proportion is Clopper and Pearson’s', () => {
  // No success: the upper end is 1 - (α/2)^(1/n); mirrored for all.
  expect(proportionInterval(0, 10, 0.95).high).toBeCloseTo(1 - 0.025 ** 0.1, 12)
  expect(proportionInterval(10, 10, 0.95).low).toBeCloseTo(0.025 ** 0.1, 12)
  expect(proportionInterval(0, 10, 0.95).low).toBe(0)
  // R: binom.test(12, 16)$conf.int
  const { low, high } = proportionInterval(12, 16, 0.95)
  expect(low).toBeCloseTo(0.4762, 4)
  expect(high).toBeCloseTo(0.9273, 4)
})

describe('Student’s t', () => {
  it('has the closed forms of 1 and 2 degrees of freedom', () => {
    for (const t of [0.1, 1, 3, 40]) {
      expect(studentTails(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12)
      expect(studentTails(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12)
    }
  })
  it('has the quantiles of the tables', () => {
    const table = [
      [1, 12.7062],
      [2, 4.30265],
      [4, 2.77645],
      [10, 2.22814],
      [30, 2.04227],
      [1000, 1.96234]
    ] as const
    for (const [freedom, t] of table) expect(studentQuantile(0.95, freedom)).toBeCloseTo(t, 4)
  })
})

describe('the mean', () => {
  it('of Gosset’s ten pairs: more sleep by 1.58 h, t = 4.06 with 9 degrees of freedom, p = 0.0028', () => {
    // Student, "The probable error of a mean", Biometrika 1908; interval and p as R's t.test(…, paired) prints them.
    const more = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4],
      { n, mean, interval, p } = meanOf(more)
    expect(n).toBe(10)
    expect(mean).toBeCloseTo(1.58, 12)
    expect(interval!.low).toBeCloseTo(0.7001142, 6)
    expect(interval!.high).toBeCloseTo(2.4598858, 6)
    expect(p!).toBeCloseTo(0.002833, 6)
  })
  it('of one value, or of equal ones, claims nothing', () => {
    expect(meanOf([7])).toEqual({ n: 1, mean: 7, interval: null, p: null })
    expect(meanOf([7, 7])).toEqual({ n: 2, mean: 7, interval: null, p: null })
  })
})

it('Holm’s correction multiplies by what is left and never falls', () => {
  const found = holm([0.04, null, 0.01, 0.03])
  expect(found[1]).toBeNull()
  expect(found.map(p => p && Number(p.toFixed(10)))).toEqual([0.06, null, 0.03, 0.06])
  expect(holm([0.9, 0.8])).toEqual([1, 1])
})
