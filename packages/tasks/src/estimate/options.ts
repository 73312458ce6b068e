/** What a user may set of an estimation. */
import { amount } from '@mixwright/dsp'

export const estimateOptions = {
  tolerance: amount(0, 20, 3, 'Per cent that leaving out devices may cost of the likeness; more makes smaller graphs')
} as const
