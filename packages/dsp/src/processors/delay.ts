import { processor } from '../define.ts'
import { echoDecay, echoParams, ringOf } from '../math/echo.ts'

export const delay = processor({
  id: 'delay',
  family: 'time',
  title: 'Delay',
  doc: [
    'w = x + feedback · e, e = band-pass of w[i - delay], y = cos(mix · 90°) x + sin(mix · 90°) e. The n-th echo',
    'has passed the band-pass n times. Both channels alike. Between samples the cubic through four of them',
    '(Lagrange). Band-pass: H(s) = (s/q) / (s² + s/q + 1), as the second-order filters.'
  ].join(' '),
  sources: [
    'T. I. Laakso, V. Välimäki, M. Karjalainen, U. K. Laine, Splitting the Unit Delay, IEEE Signal Processing Magazine 13(1), 1996'
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal and its echoes' },
  params: echoParams,
  linear: true,
  neutral: { mix: 0 },
  tail: (p, env) => echoDecay(p, p.delay / 1000, env),
  kernel: { name: 'delay', tape: 3, state: env => ringOf(env) },
  examples: {
    'Slap on a voice': { delay: 95, feedback: 0.05, mix: 0.2 },
    'Dark repeats': { delay: 450, feedback: 0.55, mix: 0.3, frequency: 700, q: 0.4 }
  }
})
