import { amount, processor } from '../define.ts'

export const panning = processor({
  id: 'panning',
  family: 'stereo',
  title: 'Panning',
  doc: [
    'left = √2 cos(π/4 (1 + pan)) left, right = √2 sin(π/4 (1 + pan)) right: constant power (the -3 dB law),',
    'normalised to unity in the centre. A stereo signal is balanced. Pan plus signal is held within -1 to 1.'
  ].join(' '),
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal at its place' },
  params: { pan: amount(-1, 1, 0, '-1: left, 0: centre, 1: right', { modulate: 'add' }) },
  channels: 'stereo',
  linear: true,
  neutral: { pan: 0 },
  kernel: { name: 'panning', tape: 0, state: () => ({ bytes: 0 }) },
  examples: { 'Half left': { pan: -0.5 } }
})
