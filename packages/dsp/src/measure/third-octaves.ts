/** Third-octave bands, IEC 61260-1: exact centres 1000 · 10^(n/10) Hz, edges 10^(±1/20) beside them. */

/** Nominal 25 Hz to 20 kHz. */
const first = -16,
  last = 13

export interface Band {
  /** Hz */
  readonly centre: number
  readonly low: number
  readonly high: number
}
/** The bands from 25 Hz to 20 kHz that lie below half the sample rate. */
export const thirdOctaves = (sampleRate: number): readonly Band[] =>
  Array.from({ length: last - first + 1 }, (_, i) => {
    const centre = 1000 * 10 ** ((i + first) / 10)
    return { centre, low: centre * 10 ** -0.05, high: centre * 10 ** 0.05 }
  }).filter(band => band.high <= sampleRate / 2)

/** Sums bins within a band; bin k spreads evenly over (k ± 1/2) · binWidth, so that narrow bands get their share. */
export function bandSum(power: Float64Array, binWidth: number, band: Pick<Band, 'low' | 'high'>): number {
  const low = band.low / binWidth + 0.5,
    high = Math.min(band.high / binWidth + 0.5, power.length)
  let sum = 0
  for (let k = Math.floor(low); k < high; k++) sum += power[k]! * (Math.min(k + 1, high) - Math.max(k, low))
  return sum
}
