/** Windows, and the design of filters by windows. */

/** Hann window for a transform of `size` (periodic: the sample after the last would be the first again). */
export const hann = (size: number): Float64Array =>
  new Float64Array(size).map((_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size))

/**
 * Sine window, samples centred: its squares overlap by half to exactly 1, so that frames keep the signal's energy
 * (Princen & Bradley 1987).
 */
export const sineWindow = (size: number): Float64Array =>
  new Float64Array(size).map((_, i) => Math.sin((Math.PI * (i + 0.5)) / size))

/** Modified Bessel function of the first kind, order 0: Σ ((x/2)^k / k!)². Abramowitz & Stegun 9.6.12. */
export function besselI0(x: number): number {
  let sum = 1,
    term = 1
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / 2 / k) ** 2
    sum += term
  }
  return sum
}

/** Kaiser's window at `x` from -1 to 1 (0 outside). J. F. Kaiser, Proc. IEEE ISCAS 1974. */
export const kaiser = (x: number, beta: number): number =>
  Math.abs(x) > 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) / besselI0(beta)

/** Kaiser's β for a stop band `attenuation` dB down. */
export const kaiserBeta = (attenuation: number): number =>
  attenuation > 50
    ? 0.1102 * (attenuation - 8.7)
    : attenuation > 21
      ? 0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21)
      : 0

/** Half the length, in samples, of a Kaiser filter whose transition band is `width` cycles per sample wide. */
export const kaiserHalfLength = (attenuation: number, width: number): number =>
  (attenuation - 7.95) / (2.285 * 2 * Math.PI * width) / 2

/** sin(πx) / (πx) */
export const sinc = (x: number): number => (Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
