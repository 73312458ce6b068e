import { hz, processor } from '../define.ts'

export const dcBlock = processor({
  id: 'dc-block',
  family: 'filter',
  title: 'DC block',
  doc: 'One-pole high-pass, H(s) = s / (s + w), bilinear with the corner prewarped: takes away a constant offset and nothing that is heard.',
  sources: ['V. Zavalishin, The Art of VA Filter Design, 2012'],
  inlets: { main: 'Signal with an offset' },
  outlets: { main: 'The signal around zero' },
  params: { frequency: hz(1, 40, 5, 'Corner frequency (-3 dB)') },
  linear: true,
  tail: (p, env) => (1.1 * Math.log(1000)) / (2 * Math.PI * p.frequency) + 2 / env.sampleRate,
  kernel: { name: 'dc_block', mono: 'lanes', tape: 1, state: () => ({ bytes: 32 }) }
})
