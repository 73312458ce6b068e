/** What the state-variable filters share on the TypeScript side: their parameters, limits and decay. */
import { dB, hz, quality, type Env } from '../define.ts'

/** Corners above this share of the sample rate are capped (kernels/svf.ts). */
export const highestCorner = 0.49
export const frequency = (doc: string, init: number) => hz(20, 20000, init, doc, { modulate: 'octaves' })
export const q = (init: number) =>
  quality(0.1, 20, init, 'Quality factor: resonance of the corner, or narrowness of the bell')
export const filterGain = dB(-24, 24, 0, 'Boost or cut', { modulate: 'dB' })
export const capped =
  'Corners above 0.49 of the sample rate are capped there. The frequency inlet multiplies by 2^signal.'

/** State memory of a second-order filter per lane group: two integrators. */
export const twoIntegrators = { tape: 2, state: () => ({ bytes: 32 }) } as const

/**
 * Seconds to −60 dB of a second-order section with analogue poles s² + k w s + w²: ln 1000 over the slower pole's decay
 * rate,
 * with 30 % for the bilinear transform's bend near the top.
 */
export function decaySeconds(frequency: number, k: number, env: Env): number {
  const w = 2 * Math.PI * Math.min(frequency, highestCorner * env.sampleRate),
    half = k / 2
  const rate = half <= 1 ? half * w : w * (half - Math.sqrt(half * half - 1))
  return (1.3 * Math.log(1000)) / rate + 8 / env.sampleRate
}
