/** What is done wrong to the tone of a mix: the hypotheses between which `posterior.ts` weighs. */
import { barkCorners } from '@mixwright/dsp'

/** dB at a frequency in Hz. */
export type Response = (frequency: number) => number
export interface Plant {
  readonly kind: 'bright' | 'dark' | 'mud' | 'harsh'
  readonly response: Response
}

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

/** Every hypothesis, of each kind equally many: strengths about those that are called a fault. */
export const plants: readonly Plant[] = [
  ...[2, 4, 6].flatMap((gain): Plant[] => [
    { kind: 'bright', response: tilt(gain) },
    { kind: 'dark', response: tilt(-gain) }
  ]),
  ...[3, 5, 7].flatMap((gain): Plant[] => [
    { kind: 'mud', response: bell(250, gain, 1) },
    { kind: 'harsh', response: bell(3500, gain, 1) }
  ])
]
