import { describe, expect, it } from 'vitest'
import { createFft, createRealFft } from './fft.ts'
import { createRandom } from './random.ts'

const noise = (count: number, seed: number): Float64Array => {
  const random = createRandom(seed)
  return new Float64Array(count).map(() => random.between(-1, 1))
}
/** The definition, with angles reduced exactly so that they stay good for long transforms. */
function dft(re: Float64Array, im: Float64Array, k: number): [number, number] {
  const size = re.length
  let sr = 0,
    si = 0
  for (let n = 0; n < size; n++) {
    const angle = (2 * Math.PI * ((k * n) % size)) / size,
      c = Math.cos(angle),
      s = Math.sin(angle)
    sr += re[n]! * c + im[n]! * s
    si += im[n]! * c - re[n]! * s
  }
  return [sr, si]
}

describe('createFft', () => {
  // Rounding grows like log2 N ε √N rms: 1e-12 is far above it for all sizes here, and far below any wrong twiddle.
  it.each([1, 2, 4, 8, 16, 32, 128, 512, 1024, 2048])('equals the definition for %i points', size => {
    const re = noise(size, 1),
      im = noise(size, 2),
      a = re.slice(),
      b = im.slice()
    createFft(size).forward(a, b)
    for (let k = 0; k < size; k += Math.max(1, size >> 6)) {
      const [r, i] = dft(re, im, k)
      expect(Math.abs(a[k]! - r)).toBeLessThan(1e-12 * Math.sqrt(size) * 10)
      expect(Math.abs(b[k]! - i)).toBeLessThan(1e-12 * Math.sqrt(size) * 10)
    }
  })
  it.each([1, 8, 4096, 32768])('is undone by its inverse (%i points)', size => {
    const re = noise(size, 3),
      im = noise(size, 4),
      a = re.slice(),
      b = im.slice(),
      fft = createFft(size)
    fft.forward(a, b)
    fft.inverse(a, b)
    expect(Math.max(...a.map((v, i) => Math.abs(v - re[i]!)), ...b.map((v, i) => Math.abs(v - im[i]!)))).toBeLessThan(
      1e-14
    )
  })
  it.each([0, 3, 12, -4, 1.5, 2 ** 27])('refuses %d points', size =>
    expect(() => createFft(size)).toThrow(/power of two/)
  )
})

describe('createRealFft', () => {
  it.each([2, 4, 8, 64, 2048])('equals the complex transform (%i points) and its inverse undoes it', size => {
    const x = noise(size + 3, 5),
      re = x.slice(3),
      im = new Float64Array(size),
      fft = createRealFft(size)
    const a = new Float64Array(fft.bins),
      b = new Float64Array(fft.bins),
      back = new Float64Array(size + 1)
    createFft(size).forward(re, im)
    fft.forward(x, a, b, 3)
    expect(fft.bins).toBe(size / 2 + 1)
    for (let k = 0; k < fft.bins; k++) {
      expect(Math.abs(a[k]! - re[k]!)).toBeLessThan(1e-12)
      expect(Math.abs(b[k]! - im[k]!)).toBeLessThan(1e-12)
    }
    fft.inverse(a, b, back, 1)
    for (let i = 0; i < size; i++) expect(Math.abs(back[i + 1]! - x[i + 3]!)).toBeLessThan(1e-14)
  })
  it('refuses one point', () => expect(() => createRealFft(1)).toThrow(/power of two from 2/))
})
