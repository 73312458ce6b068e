import { degrees, processor } from '../define.ts'
import { cyclesSoFar, lfoParams, waves, waveSources } from '../math/lfo.ts'

export const stereoLfo = processor({
  id: 'stereo-lfo',
  family: 'control',
  title: 'Stereo low-frequency oscillator',
  doc: `t = phase/360 + frequency · time on the left, stereo_offset/360 more on the right. ${waves}`,
  sources: waveSources,
  inlets: {},
  outlets: { lfo: 'A wave per channel, -1 to 1' },
  params: {
    ...lfoParams,
    stereo_offset: degrees(0, 360, 90, 'By how much of the cycle the right channel is ahead')
  },
  channels: 'stereo',
  clock: true,
  kernel: { name: 'stereo_lfo', tape: 2, state: cyclesSoFar },
  examples: { 'Wide chorus': { frequency: 0.6, stereo_offset: 90 }, 'From side to side': { stereo_offset: 180 } }
})
