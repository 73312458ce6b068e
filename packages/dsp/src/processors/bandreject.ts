import { processor } from '../define.ts'
import { capped, decaySeconds, frequency, q, twoIntegrators, svfSources } from '../math/svf.ts'

export const bandreject = processor({
  id: 'bandreject',
  family: 'filter',
  title: 'Band-reject (notch)',
  doc: `H(s) = (s² + w²) / (s² + (w/q) s + w²): nothing at the centre; bilinear with the centre prewarped. ${capped}`,
  sources: svfSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'What lies beside the centre' },
  params: { frequency: frequency('Centre frequency', 1000), q: q(1) },
  linear: true,
  tail: (p, env) => decaySeconds(p.frequency, 1 / p.q, env),
  kernel: { name: 'bandreject', mono: 'lanes', ...twoIntegrators, tapeAlone: 1 },
  examples: { 'Hum of 50 Hz': { frequency: 50, q: 12 } }
})
