import { amount, processor } from '../define.ts'

export const imager = processor({
  id: 'imager',
  family: 'stereo',
  title: 'Imager',
  doc: 'mid = (left + right)/2 stays, side = (left - right)/2 becomes width × side.',
  inlets: { main: 'Stereo signal' },
  outlets: { main: 'The signal, narrower or wider' },
  params: { width: amount(0, 2, 1, '0: mono, 1: as it is, 2: side doubled') },
  linear: true,
  neutral: { width: 1 },
  kernel: { name: 'imager', tape: 0, state: () => ({ bytes: 0 }) },
  examples: { Narrow: { width: 0.5 }, Wide: { width: 1.4 } }
})
