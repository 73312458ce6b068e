import { processor } from '../define.ts'

export const polarity = processor({
  id: 'polarity',
  family: 'utility',
  title: 'Polarity',
  doc: 'y = -x: the signal turned over.',
  inlets: { main: 'Signal' },
  outlets: { main: 'Its negative' },
  params: {},
  linear: true,
  kernel: { name: 'polarity', mono: 'lanes', tape: 0, state: () => ({ bytes: 0 }) }
})
