import { bits, processor } from '../define.ts'

export const bitcrush = processor({
  id: 'bitcrush',
  family: 'nonlinear',
  title: 'Bit crusher',
  doc: [
    'y = round(x / step) step, step = 2^(1 - bit) of full scale: mid-tread, so that silence stays silent; bits',
    'between whole numbers are steps between. Not dithered and not clipped.'
  ].join(' '),
  sources: ['U. Zölzer (ed.), DAFX: Digital Audio Effects, 2nd ed., 2011'],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal in steps' },
  params: {
    bit: bits(
      1,
      16,
      8,
      'Bits of a sample. Steps have no slope: there is no gradient of it (compare losses at several), and that of the signal is passed straight through, as if nothing had been rounded',
      { gradient: 'none' }
    )
  },
  decisions: 'what is rounded off',
  kernel: { name: 'bitcrush', mono: 'lanes', tape: 0, state: () => ({ bytes: 0 }) },
  examples: { 'An old sampler': { bit: 10 }, 'A toy': { bit: 4 } }
})
