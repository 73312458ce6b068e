import { processor } from '../define.ts'
import { cyclesSoFar, lfoParams, waves, waveSources } from '../math/lfo.ts'

export const lfo = processor({
  id: 'lfo',
  family: 'control',
  title: 'Low-frequency oscillator',
  doc: `t = phase/360 + frequency · time. ${waves}`,
  sources: waveSources,
  inlets: {},
  outlets: { lfo: 'The wave, -1 to 1: an octave, a dB or a unit where it turns a parameter; edges scale it' },
  params: lfoParams,
  clock: true,
  kernel: { name: 'lfo', tape: 2, state: cyclesSoFar },
  examples: { 'Slow sweep': { frequency: 0.2 }, 'Chopped at 8 Hz': { frequency: 8, shape: 'square' } }
})
