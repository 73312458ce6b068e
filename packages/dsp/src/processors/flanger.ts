import { processor } from '../define.ts'
import {
  modulatedDelay,
  modulatedDelaySources,
  modulatedInlets,
  modulatedParams,
  swingingDecay,
  swingingRing
} from '../math/modulated-delay.ts'

export const flanger = processor({
  id: 'flanger',
  family: 'time',
  title: 'Flanger',
  doc: `A comb filter that moves: notches at the odd multiples of 1/(2 D), peaks between them, sharpened by feedback; turned over where that is negative. ${modulatedDelay}`,
  sources: modulatedDelaySources,
  inlets: modulatedInlets,
  outlets: { main: 'The signal, combed' },
  params: modulatedParams(0.1, 5, 1.5, 0.4, 0.5),
  neutral: { mix: 0 },
  tail: swingingDecay,
  kernel: { name: 'flanger', tape: 2, state: env => swingingRing(5, env) },
  examples: { Jet: { delay: 2, feedback: 0.7 }, Hollow: { delay: 1, feedback: -0.6 } }
})
