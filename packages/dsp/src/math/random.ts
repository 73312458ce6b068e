/**
 * Random numbers that are the same on every platform: integer operations and exactly rounded arithmetic only
 * (Math.log and Math.cos may differ in the last bit between engines).
 */
export interface Random {
  /** 0 … 2^32 - 1 */
  uint32(): number
  /** 0 ≤ x < 1, 53 random bits */
  uniform(): number
  /** `min` ≤ x < `max` */
  between(min: number, max: number): number
  /** A whole number 0 … count - 1, without bias. @throws RangeError unless `count` is a whole number from 1 to 2^32 */
  below(count: number): number
  /** Normal distribution, mean 0, deviation 1 */
  normal(): number
}

/**
 * xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021), its state filled
 * by splitmix32.
 * @param seed a whole number from 0 to 2^32 - 1
 * @throws RangeError for any other seed
 */
export function createRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new RangeError(`seed ${seed} is not allowed; give a whole number from 0 to 4294967295`)
  const [a, b, c, d] = splitmix(seed)
  return randomFrom(a, b, c, d)
}

/** The generator at a given state of four 32-bit words, not all zero. */
export function randomFrom(a: number, b: number, c: number, d: number): Random {
  const uint32 = (): number => {
    const s = Math.imul(b, 5),
      result = Math.imul((s << 7) | (s >>> 25), 9) >>> 0,
      t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  const uniform = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992
  let spare: number | undefined
  return {
    uint32,
    uniform,
    between: (min, max) => min + (max - min) * uniform(),
    below(count) {
      if (!Number.isInteger(count) || count < 1 || count > 2 ** 32)
        throw new RangeError(`below(${count}): give a whole number from 1 to 2^32`)
      const limit = 2 ** 32 - (2 ** 32 % count)
      for (;;) {
        const value = uint32()
        if (value < limit) return value % count
      }
    },
    normal() {
      if (spare !== undefined) {
        const value = spare
        spare = undefined
        return value
      }
      // Marsaglia's polar method (SIAM Review 1964).
      for (;;) {
        const u = 2 * uniform() - 1,
          v = 2 * uniform() - 1,
          s = u * u + v * v
        if (s >= 1 || s === 0) continue
        const scale = Math.sqrt((-2 * logarithm(s)) / s)
        spare = v * scale
        return u * scale
      }
    }
  }
}

/** splitmix32: Weyl sequence of the golden ratio through the finaliser of MurmurHash3. */
function splitmix(seed: number): [number, number, number, number] {
  let state = seed
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return z ^ (z >>> 16)
  }
  return [next(), next(), next(), next()]
}

/** ln x for 0 < x < 1 by ln x = 2 artanh((x-1)/(x+1)) on 0.5 … 1: additions, products and quotients only. */
function logarithm(x: number): number {
  let scale = 0,
    y = x
  for (; y < 0.5; y *= 2) scale++
  const r = (y - 1) / (y + 1),
    square = r * r
  let sum = 0
  // |r| ≤ 1/3: 18 terms leave less than 1e-17.
  for (let k = 35; k >= 1; k -= 2) sum = sum * square + 1 / k
  return 2 * r * sum - scale * Math.LN2
}
