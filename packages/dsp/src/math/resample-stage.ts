/** What the two steps of a sample rate conversion share. */

/** Upper edge of the pass band and lower edge of the stop band, as shares of half the lower rate; attenuation in dB. */
export const resamplerBand = { pass: 0.907, stop: 1, attenuation: 120 } as const
/** What the windows are designed for: a margin of 5 dB for Kaiser's estimate. */
export const designed = resamplerBand.attenuation + 5
/** Two channels on their way; valid until the stage that gave them gives others. */
export interface Pair {
  readonly re: Float64Array
  readonly im: Float64Array
}
export type Stage = (input: Pair) => Pair

/** Two arrays of any length asked for, made anew only where a longer one is needed; what they held is lost. */
export function reused(): (length: number) => Pair {
  let re = new Float64Array(0),
    im = re
  return length => {
    if (re.length < length) {
      re = new Float64Array(length)
      im = new Float64Array(length)
    }
    return { re: re.subarray(0, length), im: im.subarray(0, length) }
  }
}
