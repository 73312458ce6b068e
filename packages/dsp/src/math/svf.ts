/** What the state-variable filters share on the TypeScript side: their parameters, limits and decay. */
import { dB, hz, quality, type Env } from '../define.ts'

export const svfSources = [
  'V. Zavalishin, The Art of VA Filter Design, 2012',
  'A. Simper, Solving the continuous SVF equations using trapezoidal integration, 2013'
] as const
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
/** Of fourth order: two sections. */
export const fourIntegrators = { tape: 4, state: () => ({ bytes: 64 }) } as const

/** Quality of the sections of a filter of fourth order (kernels/svf.ts), by q: Butterworth's at q = 1/√2. */
type Section = (q: number) => number
const blunt: Section = () => 1 / (2 * Math.cos(Math.PI / 8)),
  sharp: Section = q => (q * Math.SQRT2) / (2 * Math.cos((3 * Math.PI) / 8))
/** Of a band-pass: both sections alike. */
export const bandSection: Section = q => q * Math.sqrt(Math.SQRT2 - 1)
/** Seconds to −60 dB of two sections in series. */
export const decaySeconds4 = (
  p: { readonly frequency: number; readonly q: number },
  env: Env,
  sections: readonly Section[] = [blunt, sharp]
): number => sections.reduce((sum, quality) => sum + decaySeconds(p.frequency, 1 / quality(p.q), env), 0)

/**
 * Seconds to −60 dB of a second-order section with analogue poles s² + k w s + w²: ln 1000 over the decay rate of the
 * slower pole after the bilinear transform, z = (1 + g s) / (1 − g s) with s in units of w. Near the top that may be the
 * fast analogue pole, which goes towards z = −1. 30 % more for poles that nearly coincide: t e^−t falls later. `shift`: of the
 * poles against the frequency, as shelves have it.
 */
export function decaySeconds(frequency: number, k: number, env: Env, shift = 1): number {
  const g = shift * Math.tan(Math.PI * Math.min(frequency / env.sampleRate, highestCorner)),
    half = k / 2
  const radius = (s: number) => Math.abs((1 - g * s) / (1 + g * s)),
    root = Math.sqrt(Math.max(0, half * half - 1))
  const slowest =
    half <= 1
      ? Math.sqrt((1 - 2 * g * half + g * g) / (1 + 2 * g * half + g * g))
      : Math.max(radius(half - root), radius(half + root))
  return ((1.3 * Math.log(1000)) / -Math.log(slowest) + 8) / env.sampleRate
}
