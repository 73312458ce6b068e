/** What a user may set of a master. */
import { amount, choice } from '@mixwright/dsp'
import { mixOptions } from '../mix/options.ts'
import { type PlatformName, platformNames, platforms } from './platforms.ts'

export type MasterTarget = 'auto' | 'loudness' | 'reference' | PlatformName

export const masterOptions = {
  target: choice<MasterTarget>(
    ['auto', 'loudness', 'reference', ...platformNames],
    'auto',
    `What decides how loud it gets: the material (as loud as it is still clean), the loudness that is given, the reference, or a service: ${platformNames.map(name => `${name} ${platforms[name].loudness} LUFS`).join(', ')}`
  ),
  loudness: {
    ...mixOptions.loudness,
    doc: 'Integrated loudness of the master in LUFS for the target "loudness", met within 0.1 LU or refused'
  },
  ceiling: mixOptions.ceiling,
  amount: amount(0, 1, 1, 'How much is done in all but loudness: 0 nothing, 1 all that the others say'),
  tone: amount(
    0,
    1,
    1,
    'How far the tone goes towards the reference or, without one, away from what is taken for wrong'
  ),
  width: amount(
    0,
    1,
    1,
    'How far the sides go towards those of the reference; without one only bass goes to the middle'
  ),
  dynamics: amount(
    0,
    1,
    1,
    'How far the density goes towards that of the reference or, without one, to what it should be'
  ),
  saturation: amount(0, 1, 1, 'How much a bend may take off the tips of peaks where loudness asks much of the limiter')
} as const
