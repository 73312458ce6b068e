import { processor } from '../define.ts'
import { capped, decaySeconds, frequency, q, twoIntegrators, svfSources } from '../math/svf.ts'

export const bandpass = processor({
  id: 'bandpass',
  family: 'filter',
  title: 'Band-pass, 6 dB per octave on each side',
  doc: `H(s) = (w/q) s / (s² + (w/q) s + w²): 0 dB at the centre; bilinear with the centre prewarped. ${capped}`,
  sources: svfSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'What lies around the centre' },
  params: { frequency: frequency('Centre frequency', 1000), q: q(1) },
  linear: true,
  tail: (p, env) => decaySeconds(p.frequency, 1 / p.q, env),
  kernel: { name: 'bandpass', mono: 'lanes', ...twoIntegrators, tapeAlone: 1 },
  examples: { 'A voice on the telephone': { frequency: 1100, q: 0.5 } }
})
