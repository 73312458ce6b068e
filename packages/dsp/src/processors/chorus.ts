import { processor } from '../define.ts'
import {
  modulatedDelay,
  modulatedDelaySources,
  modulatedInlets,
  modulatedParams,
  swingingDecay,
  swingingRing
} from '../math/modulated-delay.ts'

export const chorus = processor({
  id: 'chorus',
  family: 'time',
  title: 'Chorus',
  doc: `One voice more, out of tune by turns: a delay that is heard beside the signal. ${modulatedDelay}`,
  sources: modulatedDelaySources,
  inlets: modulatedInlets,
  outlets: { main: 'The signal and a second voice' },
  params: modulatedParams(4, 30, 12, 0, 0.5),
  neutral: { mix: 0 },
  tail: swingingDecay,
  kernel: { name: 'chorus', tape: 2, state: env => swingingRing(30, env) },
  examples: { 'Second guitar': { delay: 15, mix: 0.4 }, 'Wide pad': { delay: 22, feedback: 0.2, mix: 0.5 } }
})
