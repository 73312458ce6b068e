import { describe, expect, it } from 'vitest'
import { createRandom, randomFrom } from './random.ts'

describe('random numbers', () => {
  it('are xoshiro128**: the state 1, 2, 3, 4 gives the words of the algorithm worked out by hand', () => {
    // rotl(2 · 5, 7) · 9 = 1280 · 9 = 11520. Then the second word of the state is 2 ^ (3 ^ 1) = 0: 0.
    // Then it is 0 ^ (((3 ^ 1) ^ 2 << 9) ^ (1 ^ (4 ^ 2))) = 1026 ^ 7 = 1029: rotl(5145, 7) · 9 = 658560 · 9 = 5927040.
    const random = randomFrom(1, 2, 3, 4)
    expect([random.uint32(), random.uint32(), random.uint32()]).toEqual([11520, 0, 5927040])
  })
  it('repeat for a seed and differ between seeds', () => {
    const take = (seed: number) => {
      const random = createRandom(seed)
      return Array.from({ length: 8 }, () => random.uint32())
    }
    expect(take(7)).toEqual(take(7))
    expect(take(7)).not.toEqual(take(8))
    expect(new Set(take(0)).size).toBe(8)
  })
  it('have the moments of their distributions', () => {
    const random = createRandom(42),
      count = 100000
    let mean = 0,
      square = 0,
      fourth = 0,
      uniform = 0
    for (let i = 0; i < count; i++) {
      const x = random.normal(),
        u = random.uniform()
      mean += x / count
      square += (x * x) / count
      fourth += x ** 4 / count
      uniform += (u - 0.5) ** 2 / count
      if (!(u >= 0 && u < 1)) throw new Error(`uniform gave ${u}`)
    }
    // Five standard errors: 1/√n, √(2/n), √(96/n), and √(1/180 n) for the uniform's variance 1/12.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(count))
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / count))
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / count))
    expect(Math.abs(uniform - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count))
  })
  it('are bit for bit the recorded ones, on every engine', () => {
    const random = createRandom(2026)
    expect([
      random.uint32(),
      random.uniform(),
      Array.from({ length: 20 }, random.normal),
      random.below(6)
    ]).toMatchInlineSnapshot(`
      [
        1436751614,
        0.17278119477909837,
        [
          -0.4984559881682091,
          0.8660025796719555,
          1.7488205330816804,
          0.1117121748322071,
          0.8965478101002826,
          0.8896959952621971,
          2.6654091238478173,
          1.3823531826675075,
          -1.073010290953814,
          -0.7271538640858431,
          0.00908596877503051,
          -1.5260896471871492,
          -2.9338548023920787,
          -0.9504578040735152,
          1.884576715492903,
          -1.0764889439984635,
          1.1621596461585024,
          -0.9057735255537839,
          0.5413241718893516,
          -1.1698577645939037,
        ],
        5,
      ]
    `)
  })
  it('spread evenly below a count', () => {
    const random = createRandom(3),
      counts = new Array(6).fill(0) as number[]
    for (let i = 0; i < 60000; i++) counts[random.below(6)]!++
    for (const count of counts) expect(Math.abs(count - 10000)).toBeLessThan(5 * Math.sqrt((60000 * 5) / 36))
  })
  it.each([-1, 1.5, 2 ** 32, Number.NaN])('refuse the seed %d', seed =>
    expect(() => createRandom(seed)).toThrow(/whole number/)
  )
  it('refuse an empty range', () => expect(() => createRandom(1).below(0)).toThrow(/below\(0\)/))
})
