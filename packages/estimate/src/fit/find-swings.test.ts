import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { swingsIn } from './find-swings.ts'
import type { Swing } from './swing.ts'

const rate = 12000,
  random = createRandom(3),
  dry = Float32Array.from({ length: 1.2 * rate }, () => 0.2 * random.normal()),
  /** Noise read between its samples by a straight line. */
  at = (t: number) => {
    const i = Math.floor(t)
    return (1 - (t - i)) * (dry[i] ?? 0) + (t - i) * (dry[i + 1] ?? 0)
  },
  sine = (cycles: number) => Math.sin(2 * Math.PI * cycles),
  saw = (cycles: number) => 2 * (cycles - Math.round(cycles)),
  voices = ({ delay, depth, frequency, phases }: Swing, wave: (cycles: number) => number) =>
    phases.map(phase =>
      dry.map((v, i) => 0.4 * v + 0.6 * at(i - rate * delay * (1 + depth * wave((frequency * i) / rate + phase))))
    )

describe('swingsIn', () => {
  it.each([
    ['a chorus', { delay: 0.018, depth: 0.4, frequency: 0.9, phases: [0.2] }, sine, [0.004, 0.03]],
    ['a chorus that swings little', { delay: 0.019, depth: 0.09, frequency: 1.1, phases: [0.5] }, sine, [0.004, 0.03]],
    ['a flanger', { delay: 0.002, depth: 0.8, frequency: 1.6, phases: [0.7] }, sine, [0.0002, 0.005]],
    [
      'channels that swing apart',
      { delay: 0.003, depth: 0.6, frequency: 1.1, phases: [0.1, 0.65] },
      saw,
      [0.0005, 0.008]
    ]
  ] as const)('finds %s', (_, truth, wave, [shortest, longest]) => {
    const missing = voices(truth, wave).map(voice => voice.map((v, i) => v - dry[i]!)),
      how = { shortest, longest, wave, least: truth.depth / 3, apart: missing.length > 1 },
      [found] = swingsIn([dry], missing, rate, how, kernels)
    // To a sample.
    const off = Array.from({ length: 120 }, (_, k) =>
      truth.phases.map((phase, c) => {
        const t = k / 100,
          way = ({ delay, depth, frequency }: Swing, p: number) => delay * (1 + depth * wave(frequency * t + p))
        return rate * Math.abs(way(found!, found!.phases[c]!) - way(truth, phase))
      })
    ).flat()
    // A saw's jumps may be some samples off.
    expect(off.sort((a, b) => a - b)[Math.floor(0.95 * off.length)]).toBeLessThan(1)
  })
  it('explains little of what does not swing', () => {
    const other = dry.map(() => 0.2 * random.normal()),
      how = { shortest: 0.001, longest: 0.01, wave: sine, least: 0.02, apart: false }
    expect(swingsIn([dry], [other], rate, how, kernels)[0]!.explained).toBeLessThan(0.01)
  })
})
