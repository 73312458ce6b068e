/**
 * The delays against their formulas: H(f) of the band-pass is (jΩ/q) / (1 - Ω² + jΩ/q), Ω = tan(π f / rate) / tan(π
 * centre / rate).
 */
import { describe, expect, it } from 'vitest'
import { rig, stereo, type Stereo } from '../../test/harness.ts'
import { createRandom } from '../math/index.ts'
import { delay } from './delay.ts'
import { pingpong } from './pingpong.ts'

const rate = 48000,
  basic = { delay: 100, feedback: 0, mix: 1, frequency: 1000, q: 0.5 }
/** Answer to an impulse in both channels. */
const answer = (def: typeof delay | typeof pingpong, values: Record<string, number>, frames: number): Stereo =>
  rig(def, { rate, frames, values: { ...basic, ...values } }).run([stereo(frames, i => (i === 0 ? 1 : 0))])[0]!
/** Magnitude and phase of x[from … to) at f, time counted from 0. */
function at(x: Float64Array, f: number, from = 0, to = x.length): { magnitude: number; phase: number } {
  let re = 0,
    im = 0
  for (let i = from; i < to; i++) {
    const w = ((2 * Math.PI * f) / rate) * i
    re += x[i]! * Math.cos(w)
    im -= x[i]! * Math.sin(w)
  }
  return { magnitude: Math.hypot(re, im), phase: Math.atan2(im, re) }
}
function bandpass(f: number, { frequency, q } = basic): { magnitude: number; phase: number } {
  const w = Math.tan((Math.PI * f) / rate) / Math.tan((Math.PI * frequency) / rate),
    re = 1 - w * w,
    im = w / q
  return { magnitude: im / Math.hypot(re, im), phase: Math.PI / 2 - Math.atan2(im, re) }
}
const wrapped = (phase: number) => phase - 2 * Math.PI * Math.round(phase / (2 * Math.PI))

describe('the time', () => {
  it.each([1, 1.01, 3.337, 27.5, 99.9973, 333.333])('of %f ms is right to 0.01 sample, by the phase', ms => {
    const want = (ms * rate) / 1000,
      [x] = answer(delay, { delay: ms }, Math.ceil(want) + 2000)
    for (const f of [300, 1000, 2000]) {
      const late =
        -wrapped(at(x, f).phase - bandpass(f).phase + ((2 * Math.PI * f) / rate) * want) / ((2 * Math.PI * f) / rate)
      expect(Math.abs(late), `${f} Hz`).toBeLessThan(0.01)
    }
  })
  it('holds at 2 s and 192 kHz in single precision', () => {
    const n = 385000,
      [y] = rig(delay, {
        rate: 192000,
        frames: n,
        real: 'f32',
        values: { ...basic, delay: 2000, frequency: 20000, q: 0.1 }
      }).run([stereo(n, i => (i === 10 ? 1 : 0))])
    expect(y![0].findIndex(v => Math.abs(v) > 0.3)).toBe(384010)
  })
})

describe('the loop', () => {
  it.each([
    [0.5, 1000],
    [0.9, 1000],
    [0.7, 250],
    [0.7, 4000]
  ])('with feedback %f gives echoes of feedback^(n - 1) times the band-pass^n at %i Hz', (feedback, f) => {
    const period = 4800,
      [x, y] = answer(delay, { feedback }, 5 * period)
    expect(y).toEqual(x)
    // The band-pass (poles at 1 kHz, q 0.5) has fallen by 10^-100 within a period.
    for (let n = 1; n < 5; n++)
      expect(at(x, f, n * period - 1, (n + 1) * period - 1).magnitude).toBeCloseTo(
        feedback ** (n - 1) * bandpass(f).magnitude ** n,
        9
      )
  })
  it('mix is dry cos and wet sin', () => {
    const n = 6000,
      [wet] = answer(delay, {}, n),
      [half] = answer(delay, { mix: 1 / 3 }, n)
    expect(half[0]).toBeCloseTo(Math.cos(Math.PI / 6), 12)
    expect(half[4805]).toBeCloseTo(Math.sin(Math.PI / 6) * wet[4805]!, 12)
  })
})

describe('ping-pong', () => {
  it.each([
    [0, 4800, 4800],
    [0.5, 6788, 3394],
    [-0.25, 4036, 5708]
  ])(
    'at offset %f alternates: left after %i samples, right %i later, each pair feedback times the last',
    (stereo_offset, left, right) => {
      const period = left + right,
        [l, r] = answer(pingpong, { feedback: 0.6, stereo_offset }, 3 * period + 100),
        f = 1000,
        early = 4
      const loud = (x: Float64Array, from: number, to: number) => at(x, f, from, to).magnitude
      for (let k = 0; k < 2; k++) {
        const start = k * period + left - early,
          middle = (k + 1) * period - early,
          end = (k + 1) * period + left - early
        // At the centre 0 dB; the cubic between samples loses less than 1e-4 there.
        expect(loud(l, start, middle), 'left').toBeCloseTo(0.6 ** k, 3)
        expect(loud(r, middle, end), 'right').toBeCloseTo(0.6 ** k, 3)
        expect(loud(r, start, middle), 'right while the left sounds').toBeLessThan(1e-9)
        expect(loud(l, middle, end), 'left while the right sounds').toBeLessThan(1e-9)
      }
    }
  )
  it('has times in the ratio 4^offset', () => {
    const delayOf = (stereo_offset: number) => {
      const [l, r] = answer(pingpong, { stereo_offset }, 12000),
        w = (2 * Math.PI * 100) / rate
      return [l, r].map(x => wrapped(at(x, 100).phase) / w)
    }
    const [l, r] = delayOf(0.2),
      p = bandpass(100).phase / ((2 * Math.PI * 100) / rate),
      turn = rate / 100
    const left = 4800 * 2 ** 0.2,
      right = 4800 * 2 ** -0.2,
      off = (a: number, want: number) => Math.abs(a + want - turn * Math.round((a + want) / turn))
    expect(off(l! - p, left)).toBeLessThan(0.01)
    expect(off(r! - 2 * p, left + right)).toBeLessThan(0.01)
  })
  it('takes the mean of both channels: what differs in sign is not heard', () => {
    const n = 12000,
      [y] = rig(pingpong, { rate, frames: n, values: basic }).run([stereo(n, (i, c) => (i === 0 ? 1 - 2 * c : 0))])
    expect(Math.max(...y!.map(c => Math.max(...c.map(Math.abs))))).toBe(0)
  })
})

describe.each([
  ['delay', delay],
  ['pingpong', pingpong]
] as const)('%s', (_, def) => {
  // Shorter signals, as in the matrix, never come to the end of the ring.
  it('has its transpose as adjoint while the ring goes round three times, in blocks that split it anywhere', () => {
    const frames = 3 * 2 * 1.5 * 8000,
      random = createRandom(3),
      noise = () => stereo(frames, () => random.normal()),
      x = noise(),
      w = noise()
    const bench = rig(def, { rate: 8000, frames, values: { ...basic, delay: 633.3, feedback: 0.9 } }),
      [y] = bench.run([x], { keep: true, blocks: [997, 64] }),
      { gx } = bench.adjoint([w], { blocks: [1021, 3] })
    const dot = (a: Stereo, b: Stereo) => a.reduce((s, c, k) => s + c.reduce((t, v, i) => t + v * b[k]![i]!, 0), 0)
    expect(Math.abs(dot(y!, w) - dot(x, gx[0]!)) / Math.sqrt(dot(y!, y!) * dot(w, w))).toBeLessThan(1e-12)
  })
})
