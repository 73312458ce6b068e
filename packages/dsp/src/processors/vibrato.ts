import { processor } from '../define.ts'
import {
  modulatedDelay,
  modulatedDelaySources,
  modulatedInlets,
  modulatedParams,
  swingingDecay,
  swingingRing
} from '../math/modulated-delay.ts'

export const vibrato = processor({
  id: 'vibrato',
  family: 'time',
  title: 'Vibrato',
  doc: `Pitch that moves: what comes out of a delay that grows by dD a sample is lower by the factor 1 - dD. Wet alone unless mixed. ${modulatedDelay}`,
  sources: modulatedDelaySources,
  inlets: modulatedInlets,
  outlets: { main: 'The signal, its pitch moving' },
  params: modulatedParams(0.5, 8, 3, 0, 1),
  neutral: { mix: 0 },
  tail: swingingDecay,
  kernel: { name: 'vibrato', tape: 2, state: env => swingingRing(8, env) },
  examples: { 'Gentle vibrato': { delay: 1.5 } }
})
