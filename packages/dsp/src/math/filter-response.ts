/** What the second-order filters do to each frequency, in closed form. */
import { highestCorner } from './svf.ts'

/** The filters of an equaliser: with a gain, those that cut, and those that take a band out or leave nothing else. */
export type EqFilter = 'bell' | 'lowshelf' | 'highshelf'
export type CutFilter = 'lowpass' | 'highpass'
export type BandFilter = 'bandpass' | 'bandreject'
export interface FilterSetting {
  readonly type: EqFilter
  /** Hz */
  readonly frequency: number
  readonly q: number
  /** dB */
  readonly gain: number
}

/** |H|² of a section (n2 s² + n1 s + n0) / (d2 s² + d1 s + d0) at s = jw, by w². */
const section = (n2: number, n1: number, n0: number, d2: number, d1: number, d0: number) => (ww: number) =>
  ((n0 - n2 * ww) ** 2 + n1 * n1 * ww) / ((d0 - d2 * ww) ** 2 + d1 * d1 * ww)

/**
 * |H|² of a filter at a frequency (both Hz), as the processors of the same names have it: analogue prototypes of R.
 * Bristow-Johnson's Audio EQ Cookbook (W3C note, 2021), A = 10^(gain/40), bilinear with the corner prewarped.
 */
export function powerResponse(
  { type, frequency, q, gain }: Omit<FilterSetting, 'type'> & { readonly type: EqFilter | CutFilter | BandFilter },
  sampleRate: number
): (frequency: number) => number {
  const A = 10 ** (gain / 40),
    root = Math.sqrt(A),
    corner = Math.tan((Math.PI * Math.min(frequency, highestCorner * sampleRate)) / sampleRate),
    at = {
      bell: () => section(1, A / q, 1, 1, 1 / (A * q), 1),
      lowshelf: () => section(A, (A * root) / q, A * A, A, root / q, 1),
      highshelf: () => section(A * A, (A * root) / q, A, 1, root / q, A),
      lowpass: () => section(0, 0, 1, 1, 1 / q, 1),
      highpass: () => section(1, 0, 0, 1, 1 / q, 1),
      bandpass: () => section(0, 1 / q, 0, 1, 1 / q, 1),
      bandreject: () => section(1, 0, 1, 1, 1 / q, 1)
    }[type]()
  return f => at((Math.tan((Math.PI * f) / sampleRate) / corner) ** 2)
}
