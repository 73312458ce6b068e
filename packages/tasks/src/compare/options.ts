/** What a user may set. Everything that shows or reads an option derives from this. */
import { amount, choice } from '@mixwright/dsp'

export const compareOptions = {
  seconds: amount(2, 60, 30, 'Length of the excerpt that is played, in seconds'),
  align: choice(
    ['auto', 'start', 'own'],
    'auto',
    'auto: versions of one recording play in step, others their own best part; start: all as their files start; own: each its own best part'
  ),
  trials: amount(4, 100, 16, 'Trials of an ABX run', { integer: true }),
  seed: amount(0, 4294967295, 1, 'Seed of the dither and of the order in the file; listeners get orders of their own', {
    integer: true
  })
} as const
