import { processor } from '../define.ts'
import { capped, decaySeconds, filterGain, frequency, q, twoIntegrators } from '../math/svf.ts'

export const highshelf = processor({
  id: 'highshelf',
  family: 'filter',
  title: 'High shelf',
  doc: `H(s) = A (A s² + (√A w/q) s + w²) / (s² + (√A w/q) s + A w²) with A = 10^(gain/40), bilinear with the midpoint prewarped. ${capped}`,
  sources: [
    'R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients',
    'A. Simper, Solving the continuous SVF equations using trapezoidal integration, 2013'
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, its highs raised or lowered' },
  params: { frequency: frequency('Where half of the gain is reached', 8000), q: q(Math.SQRT1_2), gain: filterGain },
  linear: true,
  neutral: { gain: 0 },
  tail: (p, env) => decaySeconds(p.frequency, 1 / p.q, env, 10 ** (p.gain / 80)),
  kernel: { name: 'highshelf', mono: 'lanes', ...twoIntegrators },
  examples: { Air: { frequency: 10000, gain: 2 } }
})
