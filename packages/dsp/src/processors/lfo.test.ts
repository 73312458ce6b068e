/** The oscillators against sin itself and against the Fourier series of their waves. */
import { describe, expect, it } from 'vitest'
import { rig, type Settings, stereo, type Stereo } from '../../test/harness.ts'
import { lfo } from './lfo.ts'
import { stereoLfo } from './stereo-lfo.ts'

const rate = 8000
const play = (def: typeof lfo | typeof stereoLfo, values: Settings, frames: number): Stereo =>
  rig(def, { rate, frames, values }).run([])[0]!

describe('frequency and phase', () => {
  it.each([
    [0.01, 0],
    [1, 90],
    [7.3, 217],
    [40, 360]
  ])('%f Hz from %i degrees is sin(2π (f t + φ)) for a minute, on both channels', (frequency, phase) => {
    const y = play(lfo, { frequency, phase }, 60 * rate)
    // The phase adds up 480 000 steps in double precision.
    for (const i of [0, 1, 777, 8000, 60 * rate - 1])
      for (const channel of y)
        expect(channel[i]).toBeCloseTo(Math.sin(2 * Math.PI * ((frequency * i) / rate + phase / 360)), 8)
  })
  it.each(['triangle', 'saw', 'square'])('a %s begins at 0 and rises', shape => {
    const [y] = play(lfo, { frequency: 2, shape }, 2)
    expect(y[0]).toBe(0)
    expect(y[1]).toBeGreaterThan(0)
  })
  it('a stereo LFO is an LFO on the left and one ahead by its offset on the right', () => {
    for (const shape of ['sine', 'triangle', 'saw', 'square']) {
      const own = { frequency: 11, shape, phase: 40 },
        [left, right] = play(stereoLfo, { ...own, stereo_offset: 75 }, 1000)
      expect(left).toEqual(play(lfo, own, 1000)[0])
      expect(right).toEqual(play(lfo, { ...own, phase: 115 }, 1000)[1])
    }
  })
})

const period = 200
const sinc2 = (x: number) => (x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) ** 2)
/** Sine coefficients of the continuous waves; jumps are spread by a triangle of two samples, whose spectrum is sinc². */
const series: Record<string, (k: number) => number> = {
  triangle: k => (k % 2 ? (8 / (Math.PI * k) ** 2) * (k % 4 === 1 ? 1 : -1) : 0),
  saw: k => ((k % 2 ? 2 : -2) / (Math.PI * k)) * sinc2(k / period),
  square: k => (k % 2 ? 4 / (Math.PI * k) : 0) * sinc2(k / period)
}
describe.each(Object.entries(series))('harmonics of a %s', (shape, coefficient) => {
  const [y] = play(lfo, { frequency: rate / period, shape }, period)
  it.each([1, 2, 3, 4, 7, 31])('%i: as in its series, with what folds back', k => {
    let sum = 0,
      want = coefficient(k)
    y.forEach((v, i) => (sum += v * Math.sin((2 * Math.PI * k * i) / period)))
    // Sampled, harmonics k + m period and m period - k fall together, these with the other sign.
    for (let m = 1; m < 1000; m++) want += coefficient(k + m * period) - coefficient(m * period - k)
    expect((2 * sum) / period).toBeCloseTo(want, 6)
  })
})

it('its gradient with respect to the frequency is 2π t cos(2π f t), to the phase 2π/360 cos', () => {
  const frames = 6000,
    frequency = 3.7,
    bench = rig(lfo, { rate, frames, values: { frequency } })
  bench.run([], { keep: true })
  const { gp } = bench.adjoint([stereo(frames, (i, c) => (i === frames - 1 && c === 0 ? 1 : 0))]),
    t = (frames - 1) / rate,
    slope = 2 * Math.PI * Math.cos(2 * Math.PI * frequency * t)
  expect(gp.frequency! / (slope * t)).toBeCloseTo(1, 9)
  expect(gp.phase! / (slope / 360)).toBeCloseTo(1, 9)
})
