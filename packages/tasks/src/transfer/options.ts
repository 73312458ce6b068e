/** What a user may set of a transfer. */
import { amount, dB } from '@mixwright/dsp'

/** What is transferred, each by an amount of its own, and in words. */
export const aspects = {
  tone: 'How far the tone goes towards the reference',
  dynamics: 'How much is done of the compression or expansion that is found',
  saturation: 'How much is done of the bend that is found',
  width: 'How far the sides go towards those of the reference, region by region',
  space: 'How much is done of the room that is found',
  loudness: 'How far the loudness goes to that of the reference; at 1 it is met within 0.1 LU'
} as const
export type Aspect = keyof typeof aspects

const amounts = Object.fromEntries(
  Object.entries(aspects).map(([name, doc]) => [name, amount(0, 1, 1, `${doc}: 0 nothing, 1 all`)])
) as Record<Aspect, ReturnType<typeof amount>>

export const transferOptions = {
  ...amounts,
  ceiling: dB(-12, 0, -1, 'True peak that the result does not exceed, in dBTP, unless the reference does')
} as const
