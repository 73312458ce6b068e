/**
 * Named styles: chains, with where their numbers come from. Of a range the middle is taken. A style is what its chain makes of the
 * very sound that it is given to, so it needs no recording.
 */
import type { FilterSetting } from '@mixwright/dsp'

export interface NamedStyle {
  readonly doc: string
  readonly from: string
  readonly filters: readonly FilterSetting[]
  /** Settings of `compressor`, for a sound whose peaks stand at `peak` dBFS in front of the filters. */
  readonly compressor?: Readonly<Record<'threshold' | 'ratio' | 'attack' | 'release', number>>
}
/** Middle of the random headroom of 3 to 9 dB in DeepAFx-ST, dBFS. */
export const stylePeak = -6

const deepafx =
  'ranges in scripts/generate_styles.py of DeepAFx-ST (C. J. Steinmetz, N. J. Bryan, J. D. Reiss, Style Transfer of Audio Effects with Differentiable Signal Processing, JAES 70(9), 2022)'
const low = (frequency: number, gain: number): FilterSetting => ({ type: 'lowshelf', frequency, q: Math.SQRT1_2, gain })
const high = (frequency: number, gain: number): FilterSetting => ({
  type: 'highshelf',
  frequency,
  q: Math.SQRT1_2,
  gain
})

export const namedStyles = {
  neutral: {
    doc: 'a little presence, ordinary compression',
    from: `${deepafx}: threshold −30 to −20 dB, ratio 1.5 to 2, attack 50 to 70 ms, release 100 to 300 ms; shelves +1 to +3 dB at 80 to 200 Hz and 6 to 8 kHz`,
    filters: [low(140, 2), high(7000, 2)],
    compressor: { threshold: -25, ratio: 1.75, attack: 60, release: 200 }
  },
  broadcast: {
    doc: 'more presence, strong compression',
    from: `${deepafx}: threshold −50 to −40 dB, ratio 3 to 5, attack 5 to 30 ms, release 50 to 150 ms; shelves +2 to +6 dB at 80 to 200 Hz and 6 to 8 kHz`,
    filters: [low(140, 4), high(7000, 4)],
    compressor: { threshold: -45, ratio: 4, attack: 17.5, release: 100 }
  },
  telephone: {
    doc: 'a narrow band around 1.5 kHz, quick compression',
    from: `${deepafx}: threshold −40 to −20 dB, ratio 1.5 to 3, attack 1 to 6 ms, release 10 to 60 ms; shelves −26 to −20 dB at 200 to 400 Hz and 4 to 6 kHz, +12 to +16 dB at 1 to 2 kHz`,
    filters: [low(300, -23), { type: 'bell', frequency: 1500, q: Math.SQRT1_2, gain: 14 }, high(5000, -23)],
    compressor: { threshold: -30, ratio: 2.25, attack: 3.5, release: 35 }
  },
  bright: {
    doc: 'strong highs, few lows',
    from: `${deepafx}: shelves −26 to −20 dB at 200 to 400 Hz, +20 to +26 dB at 8 to 10 kHz`,
    filters: [low(300, -23), high(9000, 23)]
  },
  warm: {
    doc: 'strong lows, few highs',
    from: `${deepafx}: shelves +20 to +26 dB at 200 to 400 Hz; highs as its words have them ("bass boost with high-shelf decrease"), −26 to −20 dB at 8 to 10 kHz: its code raises them by 14 to 20 dB, for want of brackets`,
    filters: [low(300, 23), high(9000, -23)]
  }
} as const satisfies Readonly<Record<string, NamedStyle>>
export type StyleName = keyof typeof namedStyles
export const styleNames = Object.keys(namedStyles) as StyleName[]
