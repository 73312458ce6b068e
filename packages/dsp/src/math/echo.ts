/** What the two delays share on the TypeScript side: parameters, memory, decay. */
import { amount, type Env, hz, type KernelState, ms, quality } from '../define.ts'
import { decaySeconds } from './svf.ts'

const longest = 2000
export const echoParams = {
  delay: ms(
    1,
    longest,
    330,
    'Time from echo to echo; whole and fractional samples. Under automation it jumps every 64 samples',
    { jumps: true }
  ),
  feedback: amount(0, 0.98, 0.3, 'Share of an echo that is delayed again'),
  mix: amount(0, 1, 0.3, '0: dry; 1: the echoes alone; constant power'),
  frequency: hz(
    20,
    20000,
    1000,
    'Centre of the band-pass, which each passage through the delay goes through; 0 dB there. Capped at 0.49 of the sample rate'
  ),
  // Lee et al. (DAFx 2024) end at 0.1, which takes 3 dB at 100 Hz and 10 kHz: most digital delays have no filter at all.
  q: quality(
    0.001,
    4,
    0.2,
    'Narrowness of the band-pass; 0.2 leaves 190 Hz to 5.2 kHz within 3 dB of 1 kHz, 0.001 lets all pass'
  )
} as const
export interface Echo {
  readonly feedback: number
  readonly frequency: number
  readonly q: number
}

/** The layout that kernels/delay.ts expects, for delays of up to `stretch` times the longest. */
export function ringOf(env: Env, stretch = 1): KernelState {
  const length = Math.ceil((longest / 1000) * stretch * env.sampleRate) + 4
  return { bytes: 48 + 16 * (length + 3), words: [0, length] }
}
/**
 * Seconds to -60 dB of echoes that each come `period` seconds after the last, `feedback` times as loud: as many as it
 * takes, and the last one's filter.
 */
export function echoDecay({ feedback, frequency, q }: Echo, period: number, env: Env): number {
  const repeats = feedback > 0 ? Math.ceil(Math.log(1e-3) / Math.log(feedback)) : 0
  return (repeats + 1) * period + decaySeconds(frequency, 1 / q, env)
}
