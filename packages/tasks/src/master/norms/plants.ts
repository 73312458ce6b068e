/** What is done wrong to the tone of a mix: the hypotheses between which `posterior.ts` weighs. */
import { barkCorners } from '@mixwright/dsp'

export interface Plant {
  readonly kind: 'bright' | 'dark' | 'mud' | 'harsh'
  /** dB that it added, per Bark band. */
  readonly curve: readonly number[]
}
/** dB at a frequency in Hz. */
export type Response = (frequency: number) => number

/** From -gain at 20 Hz to +gain at 20 kHz, straight in octaves; dB. */
export const tilt =
  (gain: number): Response =>
  f =>
    gain * ((2 * Math.log2(Math.max(20, Math.min(20000, f)) / 20)) / Math.log2(1000) - 1)
/** The analogue prototype of the bell of R. Bristow-Johnson's "Cookbook formulae for audio EQ": (s² + sA/Q + 1) / (s² + s/(AQ) + 1). */
export const bell =
  (frequency: number, gain: number, q: number): Response =>
  f => {
    const w = f / frequency,
      a = 10 ** (gain / 40),
      real = (1 - w * w) ** 2
    return 10 * Math.log10((real + ((w * a) / q) ** 2) / (real + (w / (a * q)) ** 2))
  }
/** Mean over the triangle of each Bark band, as far as three points tell. */
export const inBark = (response: Response, bands: number): number[] =>
  Array.from({ length: bands }, (_, b) => {
    const [low, centre, high] = [barkCorners[b]!, barkCorners[b + 1]!, barkCorners[b + 2]!] as const
    return (response((low + centre) / 2) + 2 * response(centre) + response((centre + high) / 2)) / 4
  })

/** Every hypothesis, of each kind equally many in steps of strength and place. @param bands Bark bands that the rate has */
export function plantsOf(bands: number): Plant[] {
  const tilts = [2.5, 3.25, 4, 4.75, 5.5].flatMap((gain): Plant[] => [
      { kind: 'bright', curve: inBark(tilt(gain), bands) },
      { kind: 'dark', curve: inBark(tilt(-gain), bands) }
    ]),
    bells = (kind: 'mud' | 'harsh', places: readonly number[]) =>
      places.flatMap(frequency =>
        [3, 4, 5, 6, 7].flatMap(gain =>
          [0.8, 1.2].map((q): Plant => ({ kind, curve: inBark(bell(frequency, gain, q), bands) }))
        )
      )
  return [...tilts, ...bells('mud', [210, 250, 300]), ...bells('harsh', [2900, 3500, 4200])]
}
