/** What chorus, flanger and vibrato share on the TypeScript side: one modulated delay in three ranges. */
import { amount, type Env, type KernelState, ms } from '../define.ts'

export const modulatedDelay = [
  'D = delay · (1 + modulation), with the signal on the modulation inlet held within -1 to 1; d = w[i - D], w = x +',
  'feedback · d; y = cos(mix · 90°) x + sin(mix · 90°) d. Between samples the quintic through six of them (Lagrange): a fifth',
  'of the sample rate passes within 0.14 dB, a quarter within 0.45 dB. D is at least three samples.'
].join(' ')
export const modulatedDelaySources = [
  'J. Dattorro, Effect Design, Part 2: Delay-Line Modulation and Chorus, JAES 45(10), 1997',
  'T. I. Laakso, V. Välimäki, M. Karjalainen, U. K. Laine, Splitting the Unit Delay, IEEE Signal Processing Magazine 13(1), 1996'
] as const
export const modulatedInlets = { main: 'Signal', modulation: 'What swings the delay, -1 to 1: an LFO' } as const

/** @param shortest, longest, delay ms */
export const modulatedParams = (shortest: number, longest: number, delay: number, feedback: number, mix: number) =>
  ({
    delay: ms(
      shortest,
      longest,
      delay,
      'Centre of the delay, which the modulation swings by up to its own value. Turned or automated it jumps every 64 samples',
      { jumps: true }
    ),
    feedback: amount(-0.95, 0.95, feedback, 'Share of the delayed signal that is delayed again; negative: turned over'),
    mix: amount(0, 1, mix, '0: dry; 0.5: both alike; 1: the delayed signal alone; constant power')
  }) as const

/** The layout that kernels/modulated-delay.ts expects, for a swing to twice the longest delay. */
export function swingingRing(longest: number, { sampleRate }: Env): KernelState {
  const length = Math.ceil((2 * longest * sampleRate) / 1000) + 8
  return { bytes: 16 + 16 * (length + 5), words: [0, length] }
}
/** Seconds to -60 dB, were every passage as long as the modulation can make it. */
export function swingingDecay({ delay, feedback }: { delay: number; feedback: number }, { sampleRate }: Env): number {
  const repeats = feedback === 0 ? 0 : Math.ceil(Math.log(1e-3) / Math.log(Math.abs(feedback)))
  return (repeats + 1) * (2 * (delay / 1000) + 6 / sampleRate)
}
