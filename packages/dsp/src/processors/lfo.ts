import { processor } from '../define.ts'
import { lfoParams, oscillate, oscillateBack, waves, waveSources } from '../math/lfo.ts'

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
  state: 1,
  tape: 2,
  run: ({ y, p, n, state, env, tape }) => oscillate(y.lfo, p, 0, n, state, env.sampleRate, tape),
  adjoint: ({ gy, gp, n, state, env, tape }) => void oscillateBack(gy.lfo, gp, n, state, env.sampleRate, tape),
  examples: { 'Slow sweep': { frequency: 0.2 }, 'Chopped at 8 Hz': { frequency: 8, shape: 'square' } }
})
