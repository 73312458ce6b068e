/** Magnitudes of two signals whose spectra are one, of left + i right, and the adjoint. */
import type { Samples } from '@mixwright/dsp'
import type { Spectra } from './stereo-frames.ts'

/** Of left, and right, or of their sum and difference, from one lane's spectrum of left + i right. */
export function pairMagnitudes({ re, im, lanes }: Spectra, lane: number, sums: boolean, to: readonly Samples[]): void {
  const bins = to[0]!.length,
    [first, second] = to as readonly [Samples, Samples | undefined]
  for (let k = 0, i = lane, j = lane; k < bins; k++, i += lanes, j = re.length - k * lanes + lane) {
    // 2 L = (x, y), 2 R = (u, v): L = (Z[k] + Z*[-k]) / 2, R = (Z[k] - Z*[-k]) / 2i.
    const x = re[i]! + re[j]!,
      y = im[i]! - im[j]!,
      u = im[i]! + im[j]!,
      v = re[j]! - re[i]!
    first[k] = 0.5 * (sums ? Math.sqrt((x + u) * (x + u) + (y + v) * (y + v)) : Math.sqrt(x * x + y * y))
    if (second) second[k] = 0.5 * (sums ? Math.sqrt((x - u) * (x - u) + (y - v) * (y - v)) : Math.sqrt(u * u + v * v))
  }
}
/**
 * Its adjoint: with g the slopes over the magnitudes, d left = g L or g (L + R) + h (L - R), d right = h R or
 * g (L + R) - h (L - R), half of each on either side of the spectrum.
 */
export function weighPair(
  { re, im, lanes }: Spectra,
  lane: number,
  sums: boolean,
  gains: readonly Samples[],
  to: Spectra
): void {
  const bins = gains[0]!.length,
    [first, second] = gains as readonly [Samples, Samples | undefined]
  for (let k = 0, i = lane, j = lane; k < bins; k++, i += lanes, j = re.length - k * lanes + lane) {
    const x = re[i]! + re[j]!,
      y = im[i]! - im[j]!,
      u = im[i]! + im[j]!,
      v = re[j]! - re[i]!,
      // The ends are their own mirrors and take both halves.
      half = k === 0 || k === bins - 1 ? 0.5 : 0.25,
      g = half * first[k]!,
      h = second ? half * second[k]! : 0,
      own = sums ? g + h : g,
      other = sums ? own : h,
      cross = sums ? g - h : 0,
      lx = own * x + cross * u,
      ly = own * y + cross * v,
      rx = other * u + cross * x,
      ry = other * v + cross * y
    to.re[i] = lx - ry
    to.im[i] = ly + rx
    to.re[j] = lx + ry
    to.im[j] = rx - ly
  }
}
