import { amount, processor } from '../define.ts'

export const vca = processor({
  id: 'vca',
  family: 'utility',
  title: 'Voltage-controlled amplifier',
  doc: 'y = (level + signal) x: closed until a signal on its level inlet opens it, an envelope or another tone.',
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal times the level' },
  params: { level: amount(0, 1, 0, 'Amplitude without a signal on its inlet', { modulate: 'add' }) },
  linear: true,
  neutral: { level: 1 },
  kernel: { name: 'vca', mono: 'lanes', tape: 0, state: () => ({ bytes: 0 }) },
  examples: { 'Half open': { level: 0.5 } }
})
