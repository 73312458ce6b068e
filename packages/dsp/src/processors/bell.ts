import { processor } from '../define.ts'
import { capped, decaySeconds, filterGain, frequency, q, twoIntegrators } from '../math/svf.ts'

export const bell = processor({
  id: 'bell',
  family: 'filter',
  title: 'Bell',
  doc: `H(s) = (s² + (A w/q) s + w²) / (s² + (w/(A q)) s + w²) with A = 10^(gain/40), bilinear with the centre prewarped. ${capped}`,
  sources: [
    'R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients',
    'A. Simper, Solving the continuous SVF equations using trapezoidal integration, 2013'
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, with a band raised or lowered' },
  params: { frequency: frequency('Centre frequency', 1000), q: q(1), gain: filterGain },
  linear: true,
  neutral: { gain: 0 },
  tail: (p, env) => decaySeconds(p.frequency, 1 / (p.q * 10 ** (p.gain / 40)), env),
  kernel: { name: 'bell', mono: 'lanes', ...twoIntegrators, tapeAlone: 1, series: true },
  examples: { 'Less mud': { frequency: 300, q: 1.2, gain: -3 }, Presence: { frequency: 3500, q: 0.8, gain: 2.5 } }
})
