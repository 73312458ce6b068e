import { processor } from '../define.ts'
import { bandSection, capped, decaySeconds4, fourIntegrators, frequency, q, svfSources } from '../math/svf.ts'

export const bandpass4 = processor({
  id: 'bandpass4',
  family: 'filter',
  title: 'Band-pass, 12 dB per octave on each side',
  doc: `Two equal band-passes in series, each of quality √(√2 − 1) q, so that the band between the −3 dB points is as wide as that of the band-pass of second order with the same q: centre / q; bilinear with the centre prewarped. ${capped}`,
  sources: svfSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'What lies around the centre' },
  params: { frequency: frequency('Centre frequency', 1000), q: q(1) },
  linear: true,
  tail: (p, env) => decaySeconds4(p, env, [bandSection, bandSection]),
  kernel: { name: 'bandpass4', mono: 'lanes', ...fourIntegrators },
  examples: { 'A small radio': { frequency: 1200, q: 0.7 } }
})
