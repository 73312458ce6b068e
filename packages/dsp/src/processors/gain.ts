import { dB, processor } from '../define.ts'

export const gain = processor({
  id: 'gain',
  family: 'utility',
  title: 'Gain',
  doc: 'y = 10^((gain + signal) / 20) x, with the signal on the gain inlet in dB.',
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, louder or softer' },
  params: { gain: dB(-80, 24, 0, 'Change of level', { modulate: 'dB' }) },
  linear: true,
  neutral: { gain: 0 },
  kernel: { name: 'gain', mono: 'lanes', tape: 0, state: () => ({ bytes: 0 }) },
  examples: { 'Half the amplitude': { gain: -6.02 } }
})
