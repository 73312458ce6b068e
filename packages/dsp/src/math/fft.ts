/**
 * Fast Fourier transforms of power-of-two length in double precision: in-place radix 4 (decimation in time) with one
 * table of
 * twiddles per stage, read in order. A plan is made once and allocates nothing afterwards; it is not re-entrant.
 * Convention: X[k] = Σ x[n] e^(-2πi kn/N); the inverse divides by N.
 */
import type { Samples } from '../define.ts'

export interface Fft {
  readonly size: number
  /** In place. Both arrays hold `size` numbers. */
  forward(re: Float64Array, im: Float64Array): void
  /** In place, scaled by 1 / size: undoes `forward`. */
  inverse(re: Float64Array, im: Float64Array): void
}

export interface RealFft {
  readonly size: number
  /** size / 2 + 1, from 0 Hz to half the sample rate. */
  readonly bins: number
  /** Transforms `size` samples of `x` from index `at` on. Writes `bins` numbers to `re` and `im`. */
  forward(x: Samples, re: Float64Array, im: Float64Array, at?: number): void
  /**
   * Undoes `forward`: writes `size` samples. The imaginary parts of the first and the last bin are taken as 0. Keeps
   * `re` and `im`.
   */
  inverse(re: Float64Array, im: Float64Array, x: Samples, at?: number): void
}

export function requirePowerOfTwo(size: number, least: number, most = 26): void {
  if (!Number.isInteger(size) || size < least || size > 2 ** most || (size & (size - 1)) !== 0)
    throw new RangeError(`FFT size ${size} is not allowed; give a power of two from ${least} to 2^${most}`)
}

/** @throws RangeError unless `size` is a power of two from 1 to 2^26 */
export function createFft(size: number): Fft {
  requirePowerOfTwo(size, 1)
  const swaps = swapsOf(size),
    odd = Math.log2(size) % 2 === 1
  const stages: { quarter: number; table: Float64Array }[] = []
  for (let quarter = odd ? 2 : 4; quarter * 4 <= size; quarter *= 4)
    stages.push({ quarter, table: twiddlesOf(4 * quarter) })
  const transform = (re: Float64Array, im: Float64Array): void => {
    permute(re, im, swaps)
    if (odd) pairs(re, im, size)
    else if (size > 1) fours(re, im, size)
    for (let s = 0; s < stages.length; s++) stage(re, im, size, stages[s]!.quarter, stages[s]!.table)
  }
  return {
    size,
    forward: transform,
    inverse(re, im) {
      // Exchanging the parts conjugates (up to a factor i, twice): the inverse is the forward transform of the
      // exchanged parts.
      transform(im, re)
      const scale = 1 / size
      for (let i = 0; i < size; i++) {
        re[i] = re[i]! * scale
        im[i] = im[i]! * scale
      }
    }
  }
}

/** Sizes of transforms whose tables are kept once they are made: 3 MB for all of them. */
const mostKept = 2 ** 16
/** A table by the size of its transform, to be read and not written. */
function table<T>(make: (size: number) => T): (size: number) => T {
  const kept = new Map<number, T>()
  return size => {
    const found = kept.get(size) ?? make(size)
    if (size <= mostKept) kept.set(size, found)
    return found
  }
}

/** Pairs (i, j), i < j, that bit reversal exchanges. */
export const swapsOf = table((size): Uint32Array => {
  const found = new Uint32Array(size)
  let count = 0
  for (let i = 0, j = 0; i < size; i++) {
    if (i < j) {
      found[count++] = i
      found[count++] = j
    }
    let bit = size >> 1
    for (; bit > 0 && (j & bit) !== 0; bit >>= 1) j ^= bit
    j ^= bit
  }
  return found.slice(0, count)
})

/** cos and -sin of k, 2k, 3k × 2π / size, six numbers for each k below a quarter of `size`. */
export const twiddlesOf = table((size): Float64Array => {
  const quarter = size / 4,
    found = new Float64Array(6 * quarter)
  for (let k = 0; k < quarter; k++)
    for (let j = 1; j <= 3; j++) {
      const angle = (2 * Math.PI * j * k) / size
      found[6 * k + 2 * j - 2] = Math.cos(angle)
      found[6 * k + 2 * j - 1] = -Math.sin(angle)
    }
  return found
})

function permute(re: Float64Array, im: Float64Array, swaps: Uint32Array): void {
  for (let s = 0; s < swaps.length; s += 2) {
    const i = swaps[s]!,
      j = swaps[s + 1]!,
      r = re[i]!,
      m = im[i]!
    re[i] = re[j]!
    im[i] = im[j]!
    re[j] = r
    im[j] = m
  }
}

function pairs(re: Float64Array, im: Float64Array, size: number): void {
  for (let i = 0; i < size; i += 2) {
    const r = re[i]!,
      m = im[i]!,
      r1 = re[i + 1]!,
      m1 = im[i + 1]!
    re[i] = r + r1
    im[i] = m + m1
    re[i + 1] = r - r1
    im[i + 1] = m - m1
  }
}

/** The first radix-4 stage has no twiddles. Bit-reversed order: the second and third of four are exchanged. */
function fours(re: Float64Array, im: Float64Array, size: number): void {
  for (let i = 0; i < size; i += 4) {
    const ar = re[i]!,
      ai = im[i]!,
      cr = re[i + 1]!,
      ci = im[i + 1]!,
      br = re[i + 2]!,
      bi = im[i + 2]!,
      dr = re[i + 3]!,
      di = im[i + 3]!
    const pr = ar + cr,
      pi = ai + ci,
      mr = ar - cr,
      mi = ai - ci,
      sr = br + dr,
      si = bi + di,
      tr = br - dr,
      ti = bi - di
    re[i] = pr + sr
    im[i] = pi + si
    re[i + 1] = mr + ti
    im[i + 1] = mi - tr
    re[i + 2] = pr - sr
    im[i + 2] = pi - si
    re[i + 3] = mr - ti
    im[i + 3] = mi + tr
  }
}

/** Joins four transforms of length `quarter` into one of four times the length. */
function stage(re: Float64Array, im: Float64Array, size: number, quarter: number, table: Float64Array): void {
  for (let start = 0; start < size; start += 4 * quarter)
    for (let i = start, t = 0, end = start + quarter; i < end; i++, t += 6) {
      const i1 = i + quarter,
        i2 = i1 + quarter,
        i3 = i2 + quarter
      const w1r = table[t]!,
        w1i = table[t + 1]!,
        w2r = table[t + 2]!,
        w2i = table[t + 3]!,
        w3r = table[t + 4]!,
        w3i = table[t + 5]!
      const ar = re[i]!,
        ai = im[i]!,
        x1 = re[i1]!,
        y1 = im[i1]!,
        x2 = re[i2]!,
        y2 = im[i2]!,
        x3 = re[i3]!,
        y3 = im[i3]!
      const cr = x1 * w2r - y1 * w2i,
        ci = x1 * w2i + y1 * w2r
      const br = x2 * w1r - y2 * w1i,
        bi = x2 * w1i + y2 * w1r
      const dr = x3 * w3r - y3 * w3i,
        di = x3 * w3i + y3 * w3r
      const pr = ar + cr,
        pi = ai + ci,
        mr = ar - cr,
        mi = ai - ci,
        sr = br + dr,
        si = bi + di,
        tr = br - dr,
        ti = bi - di
      re[i] = pr + sr
      im[i] = pi + si
      re[i1] = mr + ti
      im[i1] = mi - tr
      re[i2] = pr - sr
      im[i2] = pi - si
      re[i3] = mr - ti
      im[i3] = mi + tr
    }
}

/**
 * Real signals by one complex transform of half the length: even samples as real, odd samples as imaginary parts.
 * @throws RangeError unless `size` is a power of two from 2 to 2^26
 */
export function createRealFft(size: number): RealFft {
  requirePowerOfTwo(size, 2)
  const half = size / 2,
    fft = createFft(half),
    zr = new Float64Array(half),
    zi = new Float64Array(half)
  const cos = Float64Array.from({ length: half + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size))
  const sin = Float64Array.from({ length: half + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size))
  return {
    size,
    bins: half + 1,
    forward(x, re, im, at = 0) {
      for (let i = 0, j = at; i < half; i++, j += 2) {
        zr[i] = x[j]!
        zi[i] = x[j + 1]!
      }
      fft.forward(zr, zi)
      re[0] = zr[0]! + zi[0]!
      re[half] = zr[0]! - zi[0]!
      im[0] = im[half] = 0
      for (let k = 1; k < half; k++) {
        // E = transform of the even samples, O = of the odd ones: X[k] = E[k] + e^(-2πik/N) O[k].
        const a = zr[k]!,
          b = zi[k]!,
          c = zr[half - k]!,
          d = zi[half - k]!
        const er = (a + c) / 2,
          ei = (b - d) / 2,
          or = (b + d) / 2,
          oi = (c - a) / 2
        re[k] = er + or * cos[k]! + oi * sin[k]!
        im[k] = ei + oi * cos[k]! - or * sin[k]!
      }
    },
    inverse(re, im, x, at = 0) {
      zr[0] = (re[0]! + re[half]!) / 2
      zi[0] = (re[0]! - re[half]!) / 2
      for (let k = 1; k < half; k++) {
        const a = re[k]!,
          b = im[k]!,
          c = re[half - k]!,
          d = -im[half - k]!
        const er = (a + c) / 2,
          ei = (b + d) / 2,
          xr = (a - c) / 2,
          xi = (b - d) / 2
        const or = xr * cos[k]! - xi * sin[k]!,
          oi = xr * sin[k]! + xi * cos[k]!
        zr[k] = er - oi
        zi[k] = ei + or
      }
      fft.inverse(zr, zi)
      for (let i = 0, j = at; i < half; i++, j += 2) {
        x[j] = zr[i]!
        x[j + 1] = zi[i]!
      }
    }
  }
}
