import { processor } from '../define.ts'

export const mix = processor({
  id: 'mix',
  family: 'utility',
  title: 'Mix',
  doc: 'The sum of everything that is wired to its inlet, each edge with its own gain.',
  inlets: { main: 'Any number of signals' },
  outlets: { main: 'Their sum' },
  params: {},
  linear: true,
  neutral: {},
  kernel: { name: 'copy', mono: 'lanes', tape: 0, state: () => ({ bytes: 0 }) }
})
