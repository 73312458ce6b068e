import { processor } from '../define.ts'
import { capped, decaySeconds, frequency, q, twoIntegrators, svfSources } from '../math/svf.ts'

export const lowpass = processor({
  id: 'lowpass',
  family: 'filter',
  title: 'Low-pass, 12 dB per octave',
  doc: `H(s) = w² / (s² + (w/q) s + w²), bilinear with the corner prewarped. ${capped}`,
  sources: svfSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'What lies below the corner' },
  params: { frequency: frequency('Corner frequency', 8000), q: q(Math.SQRT1_2) },
  linear: true,
  tail: (p, env) => decaySeconds(p.frequency, 1 / p.q, env),
  kernel: { name: 'lowpass', mono: 'lanes', ...twoIntegrators, tapeAlone: 1 },
  examples: { 'Take the edge off': { frequency: 9000 } }
})
