import { processor } from '../define.ts'
import { capped, decaySeconds, frequency, q, twoIntegrators, svfSources } from '../math/svf.ts'

export const highpass = processor({
  id: 'highpass',
  family: 'filter',
  title: 'High-pass, 12 dB per octave',
  doc: `H(s) = s² / (s² + (w/q) s + w²), bilinear with the corner prewarped. ${capped}`,
  sources: svfSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'What lies above the corner' },
  params: { frequency: frequency('Corner frequency', 80), q: q(Math.SQRT1_2) },
  linear: true,
  tail: (p, env) => decaySeconds(p.frequency, 1 / p.q, env),
  kernel: { name: 'highpass', mono: 'lanes', ...twoIntegrators, tapeAlone: 1 },
  examples: { 'Rumble off a voice': { frequency: 90 } }
})
