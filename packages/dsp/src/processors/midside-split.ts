import { processor } from '../define.ts'

export const midsideSplit = processor({
  id: 'midside-split',
  family: 'stereo',
  title: 'Mid/side split',
  doc: [
    'mid = (left + right)/2 on both channels; side = (left - right)/2 on the left, its negative on the right.',
    'Split then merge gives the same bits for all samples of up to 24 bits; else within rounding of the louder',
    'channel.'
  ].join(' '),
  inlets: { main: 'Stereo signal' },
  outlets: { mid: 'What both channels share', side: 'In what they differ' },
  params: {},
  linear: true,
  kernel: { name: 'midside_split', tape: 0, state: () => ({ bytes: 0 }) }
})
