/** What a user may set of a master. */
import { amount, choice } from '@mixwright/dsp'
import { mixOptions } from '../mix/options.ts'
import { type PlatformName, platformNames, platforms } from './platforms.ts'

const custom = 'none'
export type PlatformChoice = PlatformName | typeof custom

export const masterOptions = {
  loudness: { ...mixOptions.loudness, doc: 'Integrated loudness of the master in LUFS, met within 0.1 LU or refused' },
  ceiling: mixOptions.ceiling,
  platform: choice<PlatformChoice>(
    [custom, ...platformNames],
    custom,
    `Loudness and ceiling of a service in their place: ${platformNames.map(name => `${name} ${platforms[name].loudness} LUFS`).join(', ')}`
  ),
  amount: amount(0, 1, 1, 'How much is done in all but loudness: 0 nothing, 1 all that the others say'),
  tone: amount(0, 1, 1, 'How far the tone goes towards the reference or, without one, towards what records have'),
  width: amount(0, 1, 1, 'How far the width goes towards that of the reference'),
  dynamics: amount(0, 1, 1, 'How far the density goes towards that of the reference')
} as const
