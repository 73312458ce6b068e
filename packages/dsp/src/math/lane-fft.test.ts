import { describe, expect, it } from 'vitest'
import { kernels } from '../../test/kernels.ts'
import { createFft } from './fft.ts'
import { createLaneFft, type LaneFft } from './lane-fft.ts'
import { createRandom } from './random.ts'

/** Fills every lane with noise of its own and returns the transforms in double precision, one pair of arrays a lane. */
function filled(fft: LaneFft): { re: Float64Array; im: Float64Array }[] {
  const random = createRandom(1)
  for (let i = 0; i < fft.re.length; i++) {
    fft.re[i] = random.between(-1, 1)
    fft.im[i] = random.between(-1, 1)
  }
  return Array.from({ length: fft.lanes }, (_, lane) => {
    const re = new Float64Array(fft.size).map((_, i) => fft.re[i * fft.lanes + lane]!),
      im = new Float64Array(fft.size).map((_, i) => fft.im[i * fft.lanes + lane]!)
    createFft(fft.size).forward(re, im)
    return { re, im }
  })
}
const sizes = [4, 8, 16, 128, 2048, 4096]
// Rounding errors add up as a random walk: about ε √(log2 N) per bin beside an rms of √(2N/3); 6 times that is no bin's.
const tolerance = (fft: LaneFft) =>
  (fft.lanes === 4 ? 2 ** -24 : 2 ** -53) * 6 * Math.sqrt(Math.log2(fft.size) + 1) * Math.sqrt(2 * fft.size)

describe.each(['f32', 'f64'] as const)('createLaneFft (%s)', real => {
  const create = (size: number): LaneFft =>
    real === 'f32' ? createLaneFft(kernels, size, real) : createLaneFft(kernels, size, real)
  it.each(sizes)('equals the transform of one signal in every lane (%i points)', size => {
    const fft = create(size),
      truth = filled(fft)
    fft.forward()
    truth.forEach(({ re, im }, lane) => {
      for (let k = 0; k < size; k++) {
        expect(Math.abs(fft.re[k * fft.lanes + lane]! - re[k]!)).toBeLessThan(tolerance(fft))
        expect(Math.abs(fft.im[k * fft.lanes + lane]! - im[k]!)).toBeLessThan(tolerance(fft))
      }
    })
  })
  it.each(sizes)('comes back by its inverse, times the size (%i points)', size => {
    const fft = create(size)
    filled(fft)
    const re = fft.re.slice(),
      im = fft.im.slice()
    fft.forward()
    fft.inverse()
    for (let i = 0; i < re.length; i++) {
      expect(Math.abs(fft.re[i]! / size - re[i]!)).toBeLessThan(tolerance(fft))
      expect(Math.abs(fft.im[i]! / size - im[i]!)).toBeLessThan(tolerance(fft))
    }
  })
  it.each([0, 2, 12, 2 ** 21])('refuses %d points', size => expect(() => create(size)).toThrow(/power of two/))
})
