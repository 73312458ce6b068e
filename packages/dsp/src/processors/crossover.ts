import { processor } from '../define.ts'
import { capped, decaySeconds, frequency } from '../math/svf.ts'

export const crossover = processor({
  id: 'crossover',
  family: 'filter',
  title: 'Crossover, 24 dB per octave',
  doc: [
    'Linkwitz-Riley of fourth order: with B(s) = s² + √2 w s + w², low = w⁴/B², high = s⁴/B², so that low + high =',
    `(s² - √2 w s + w²)/B, an all-pass, and both are in phase and 6 dB down at the corner. ${capped}`
  ].join(' '),
  sources: [
    'S. Linkwitz, Active crossover networks for noncoincident drivers, JAES 24(1), 1976',
    'V. Zavalishin, The Art of VA Filter Design, 2012'
  ],
  inlets: { main: 'Signal' },
  outlets: { low: 'What lies below the corner', high: 'What lies above it' },
  params: { frequency: frequency('Corner frequency', 800) },
  linear: true,
  // Double poles: t e^-t falls later than the single ones of which decaySeconds knows.
  tail: (p, env) => 1.2 * decaySeconds(p.frequency, Math.SQRT2, env),
  kernel: { name: 'crossover', mono: 'lanes', tape: 4, state: () => ({ bytes: 64 }) },
  examples: { 'Bass apart': { frequency: 150 } }
})
