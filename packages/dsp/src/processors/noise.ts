import { amount, choice, type Env, processor } from '../define.ts'

/** Sample i of the noise of a seed, -1 ≤ x < 1: Murmur's finaliser of a Weyl sequence (splitmix32). Whole numbers only. */
function whiteAt(seed: number, i: number): number {
  let z = (seed + Math.imul(i + 1, 0x9e3779b9)) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return (z ^ (z >>> 16)) / 2 ** 31
}
/** Different seeds begin far apart. */
const scattered = (seed: number): number => {
  let z = Math.imul(seed ^ 0x5bd1e995, 0x27d4eb2f)
  z = Math.imul(z ^ (z >>> 15), 0x165667b1)
  return z ^ (z >>> 13)
}

/**
 * -3 dB an octave by poles and zeros in turn, half an octave apart (as Barnes and Jarvis place them) and an octave from
 * pole to pole, from 5 Hz to half the rate; `last` takes off what mirrors of the poles add there. Within 0.3 dB of it from
 * 20 Hz to 20 kHz at rates from 44.1 kHz on.
 */
const first = 5,
  apart = Math.SQRT2,
  octaves = 16,
  last = { pole: 0, zero: -0.08 }
interface Section {
  readonly pole: number
  readonly zero: number
}
const made = new Map<number, { sections: readonly Section[]; gain: number }>()
function pinkOf({ sampleRate }: Env) {
  const known = made.get(sampleRate)
  if (known) return known
  const at = (frequency: number) => Math.exp((-2 * Math.PI * frequency) / sampleRate)
  const list = [
    ...Array.from({ length: octaves }, (_, k) => first * 2 ** k)
      .filter(pole => pole < sampleRate / 2)
      .map(pole => ({ pole: at(pole), zero: at(pole * apart) })),
    last
  ]
  // Amplitude 1 at 1 kHz.
  const angle = (2 * Math.PI * 1000) / sampleRate
  const power = (root: number) => 1 - 2 * root * Math.cos(angle) + root * root
  const gain = Math.sqrt(list.reduce((product, { pole, zero }) => (product * power(pole)) / power(zero), 1))
  const filter = { sections: list, gain }
  made.set(sampleRate, filter)
  return filter
}

export const noise = processor({
  id: 'noise',
  family: 'source',
  title: 'Noise',
  doc: [
    'white: independent samples, uniform from -1 to 1 (-4.8 dB RMS), the finaliser of MurmurHash3 on a Weyl sequence from',
    'the seed; pink: the same through poles and zeros in turn, half an octave apart from 5 Hz on, which fall by 3 dB an',
    'octave, and as strong as white noise at 1 kHz. Both channels alike; two seeds make it wide. The white noise of a seed',
    'is the same bit for bit on every platform.'
  ].join(' '),
  sources: [
    'G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014',
    'J. Barnes, S. Jarvis, Efficient numerical and analog modeling of flicker noise processes, NBS Technical Note 604, 1971'
  ],
  inlets: {},
  outlets: { main: 'The noise' },
  params: {
    color: choice(['white', 'pink'], 'white', 'The same power in every Hz, or in every octave'),
    seed: amount(0, 65535, 1, 'Which noise. It has no gradient', { integer: true, gradient: 'none' })
  },
  clock: true,
  state: 1 + 2 * (octaves + 1),
  run({ y, p, n, state, env }) {
    const seed = scattered(p.seed),
      [left, right] = y.main
    const { sections: list, gain } = p.color === 'pink' ? pinkOf(env) : { sections: [], gain: 1 }
    for (let i = 0; i < n; i++) {
      let v = gain * whiteAt(seed, state[0]!)
      state[0]! += 1
      for (let k = 0; k < list.length; k++) {
        const { pole, zero } = list[k]!,
          x = v
        v = x - zero * state[1 + 2 * k]! + pole * state[2 + 2 * k]!
        state[1 + 2 * k] = x
        state[2 + 2 * k] = v
      }
      left[i] = v
      right[i] = v
    }
  },
  adjoint() {},
  examples: { Hiss: { color: 'white' }, 'Sea or rain': { color: 'pink', seed: 7 } }
})
