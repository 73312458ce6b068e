import { processor } from '../define.ts'

export const midsideMerge = processor({
  id: 'midside-merge',
  family: 'stereo',
  title: 'Mid/side merge',
  doc: 'left = mid + side, right = mid - side, with side as midside-split gives it (already of opposite sign on the right).',
  inlets: { mid: 'What both channels share', side: 'In what they differ' },
  outlets: { main: 'Stereo signal' },
  params: {},
  channels: 'stereo',
  linear: true,
  kernel: { name: 'midside_merge', tape: 0, state: () => ({ bytes: 0 }) }
})
