import { processor, samples } from '../define.ts'

export const align = processor({
  id: 'align',
  family: 'utility',
  title: 'Align',
  doc: [
    'y[i] = x[i - samples]: a delay by whole samples, to bring microphones together. The graph uses it to',
    'compensate latency. Whole numbers only, so there is no gradient.'
  ].join(' '),
  inlets: { main: 'Signal that comes too early' },
  outlets: { main: 'The signal, later' },
  params: { samples: samples(0, 65536, 0, 'Delay in whole samples', { gradient: 'none', integer: true }) },
  linear: true,
  neutral: { samples: 0 },
  tail: (p, env) => p.samples / env.sampleRate,
  kernel: {
    name: 'align',
    mono: 'lanes',
    tape: 0,
    shape: ['samples'],
    state: (_env, p) => ({ bytes: 16 + 16 * p.samples, words: [0, p.samples] })
  },
  examples: { 'One millisecond at 48 kHz': { samples: 48 } }
})
