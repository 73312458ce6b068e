import { amount, processor } from '../define.ts'
import { echoDecay, echoParams, ringOf } from '../math/echo.ts'

/** Greatest ratio of a side's time to `delay`. */
const stretch = Math.SQRT2

export const pingpong = processor({
  id: 'pingpong',
  family: 'time',
  title: 'Ping-pong delay',
  doc: [
    'The mean of both channels goes into the left delay, the left echo into the right delay, feedback times the',
    'right echo into the left one: e = band-pass of w[i - time], left w = (left x + right x)/2 + feedback · right',
    'e, right w = left e, y = cos(mix · 90°) x + sin(mix · 90°) e. Left and right are equally loud; each pair of',
    'them is feedback times the last, and every passage goes through the band-pass once more. Times: left delay ·',
    '2^offset, right delay · 2^-offset. Between samples the cubic through four of them (Lagrange). Band-pass:',
    'H(s) = (s/q) / (s² + s/q + 1).'
  ].join(' '),
  sources: [
    'T. I. Laakso, V. Välimäki, M. Karjalainen, U. K. Laine, Splitting the Unit Delay, IEEE Signal Processing Magazine 13(1), 1996'
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal and its echoes, left and right in turn' },
  channels: 'stereo',
  params: {
    ...echoParams,
    stereo_offset: amount(
      -0.5,
      0.5,
      0,
      'Time on the left to time on the right is 4^offset: from half to double; their product stays',
      { jumps: true }
    )
  },
  linear: true,
  neutral: { mix: 0 },
  tail: (p, env) => echoDecay(p, (p.delay / 1000) * (2 ** p.stereo_offset + 2 ** -p.stereo_offset), env),
  kernel: { name: 'pingpong', tape: 3, state: env => ringOf(env, stretch) },
  examples: {
    'Quarters at 120 BPM': { delay: 500, feedback: 0.35, mix: 0.25 },
    'Uneven sides': { delay: 300, feedback: 0.4, mix: 0.3, stereo_offset: 0.3 }
  }
})
