import { processor } from '../define.ts'
import { capped, decaySeconds4, fourIntegrators, frequency, q, svfSources } from '../math/svf.ts'

export const lowpass4 = processor({
  id: 'lowpass4',
  family: 'filter',
  title: 'Low-pass, 24 dB per octave',
  doc: `Two second-order sections in series, of quality 0.541 and 1.848 q: at q = 1/√2 Butterworth's of fourth order, flat and −3 dB at the corner; above, the corner rings. Bilinear with the corner prewarped. ${capped}`,
  sources: svfSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'What lies below the corner' },
  params: { frequency: frequency('Corner frequency', 8000), q: q(Math.SQRT1_2) },
  linear: true,
  tail: (p, env) => decaySeconds4(p, env),
  kernel: { name: 'lowpass4', mono: 'lanes', ...fourIntegrators },
  examples: { 'Behind a wall': { frequency: 400 } }
})
