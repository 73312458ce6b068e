/**
 * The filters against their analogue prototypes: |H(j Ω)| with Ω = tan(π f / rate) / tan(π corner / rate), from the
 * formulas in each doc.
 */
import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import type { Processor } from '../define.ts'
import { powerResponse } from '../math/filter-response.ts'
import { processors } from './index.ts'

const rate = 48000,
  frames = 16384
type Complex = readonly [re: number, im: number]
const magnitude = ([a, b]: Complex) => Math.hypot(a, b)
/** (n2 s² + n1 s + n0) / (d2 s² + d1 s + d0) at s = jΩ */
const section = (n: readonly number[], d: readonly number[], w: number) =>
  magnitude([n[0]! - n[2]! * w * w, n[1]! * w]) / magnitude([d[0]! - d[2]! * w * w, d[1]! * w])
/** Qualities of the sections of Butterworth's filter of fourth order (S. Butterworth, Wireless Engineer 7, 1930). */
const blunt = 1 / (2 * Math.cos(Math.PI / 8)),
  sharp = 1 / (2 * Math.cos((3 * Math.PI) / 8))
const analogue: Record<string, (w: number, q: number, A: number) => number> = {
  lowpass: (w, q) => section([1, 0, 0], [1, 1 / q, 1], w),
  highpass: (w, q) => section([0, 0, 1], [1, 1 / q, 1], w),
  bandpass: (w, q) => section([0, 1 / q, 0], [1, 1 / q, 1], w),
  bandreject: (w, q) => section([1, 0, 1], [1, 1 / q, 1], w),
  lowpass4: (w, q) =>
    section([1, 0, 0], [1, 1 / blunt, 1], w) * section([1, 0, 0], [1, 1 / (sharp * Math.SQRT2 * q), 1], w),
  highpass4: (w, q) =>
    section([0, 0, 1], [1, 1 / blunt, 1], w) * section([0, 0, 1], [1, 1 / (sharp * Math.SQRT2 * q), 1], w),
  bandpass4: (w, q) =>
    section([0, 1 / (Math.sqrt(Math.SQRT2 - 1) * q), 0], [1, 1 / (Math.sqrt(Math.SQRT2 - 1) * q), 1], w) ** 2,
  bell: (w, q, A) => section([1, A / q, 1], [1, 1 / (A * q), 1], w),
  lowshelf: (w, q, A) => A * section([A, Math.sqrt(A) / q, 1], [1, Math.sqrt(A) / q, A], w),
  highshelf: (w, q, A) => A * section([1, Math.sqrt(A) / q, A], [A, Math.sqrt(A) / q, 1], w)
}
/** |DFT| of an impulse response at f. */
function response(def: Processor, values: Record<string, number>, f: number): number {
  return at(rig(def, { rate, frames, values, real: 'f64' }).run([stereo(frames, i => (i === 0 ? 1 : 0))])[0]!, f)
}
function at([y]: readonly (Float32Array | Float64Array)[], f: number): number {
  const w = (2 * Math.PI * f) / rate,
    sum = [0, 0]
  y!.forEach((v, i) => {
    sum[0]! += v * Math.cos(w * i)
    sum[1]! -= v * Math.sin(w * i)
  })
  return magnitude([sum[0]!, sum[1]!])
}

describe.each(Object.keys(analogue))('%s', id => {
  it.each([
    [1000, Math.SQRT1_2, 6],
    [200, 4, -12],
    [8000, 0.5, 9]
  ])('has the magnitude of its prototype: %i Hz, q %f, %f dB', (frequency, q, gain) => {
    const def = processors[id as keyof typeof processors] as Processor,
      values = { frequency, q, ...('gain' in def.params && { gain }) },
      A = 10 ** (gain / 40)
    for (const f of [
      frequency / 4,
      frequency / 1.3,
      frequency,
      frequency * 1.5,
      Math.min(frequency * 2.5, 0.45 * rate)
    ]) {
      const want = analogue[id]!(Math.tan((Math.PI * f) / rate) / Math.tan((Math.PI * frequency) / rate), q, A)
      const is = response(def, values, f)
      if (want === 0) expect(is, `${f} Hz`).toBeLessThan(1e-9)
      else expect(20 * Math.log10(is / want), `${f} Hz`).toBeCloseTo(0, 6)
    }
  })
})

describe('fourth order', () => {
  it('is Butterworth at q = 1/√2: 1/(1 + Ω^8), and the band-pass is 3 dB down half its width from the centre', () => {
    const corner = 1000,
      omega = (f: number) => Math.tan((Math.PI * f) / rate) / Math.tan((Math.PI * corner) / rate)
    for (const f of [300, 1000, 1700]) {
      const down = (id: 'lowpass4' | 'highpass4') =>
        response(processors[id], { frequency: corner, q: Math.SQRT1_2 }, f) ** 2
      expect(down('lowpass4')).toBeCloseTo(1 / (1 + omega(f) ** 8), 6)
      expect(down('highpass4')).toBeCloseTo(1 / (1 + omega(f) ** -8), 6)
    }
    // Ω − 1/Ω = 1/q at the upper edge of a band of q.
    const q = 4,
      edge =
        (Math.atan((1 / (2 * q) + Math.hypot(1 / (2 * q), 1)) * Math.tan((Math.PI * corner) / rate)) * rate) / Math.PI
    expect(response(processors.bandpass4, { frequency: corner, q }, edge) ** 2).toBeCloseTo(0.5, 6)
  })
})

describe('powerResponse', () => {
  it.each(['bell', 'lowshelf', 'highshelf', 'bandpass', 'bandreject'] as const)('is what the %s does', type => {
    for (const [frequency, q, gain] of [
      [300, 0.6, 7],
      [6000, 2, -11]
    ] as const) {
      const power = powerResponse({ type, frequency, q, gain }, rate)
      for (const f of [60, 290, 1000, 5000, 19000])
        expect(10 * Math.log10(power(f)), `${f} Hz`).toBeCloseTo(
          20 * Math.log10(response(processors[type], { frequency, q, gain }, f)),
          6
        )
    }
  })
})

describe('single precision', () => {
  it('errs by less than -110 dB where it is hardest, a bell at 20 Hz, q 8 (a direct form errs by -54 dB)', () => {
    const values = { frequency: 20, q: 8, gain: 12 },
      n = 48000,
      x = stereo(n, (i, c) => Math.fround(0.5 * Math.sin(0.37 * i + c) + 0.3 * Math.sin(0.0026 * i)))
    const run = (real: 'f32' | 'f64') => rig(processors.bell, { rate, frames: n, values, real }).run([x])[0]![0],
      single = run('f32'),
      double = run('f64')
    const error = single.reduce((s, v, i) => s + (v - double[i]!) ** 2, 0),
      energy = double.reduce((s, v) => s + v * v, 0)
    expect(10 * Math.log10(error / energy)).toBeLessThan(-110)
  })
})

describe('crossover', () => {
  const outlets = (frequency: number) =>
    rig(processors.crossover, { rate, frames, values: { frequency }, real: 'f64' }).run([
      stereo(frames, i => (i === 0 ? 1 : 0))
    ])
  it('has the magnitudes of Linkwitz and Riley, and a sum that is flat within 1e-9 dB', () => {
    for (const corner of [120, 2500]) {
      const [low, high] = outlets(corner),
        sum = [low![0].map((v, i) => v + high![0][i]!)]
      for (const f of [corner / 3, corner, corner * 2]) {
        const w = Math.tan((Math.PI * f) / rate) / Math.tan((Math.PI * corner) / rate),
          level = (want: number, y: readonly (Float32Array | Float64Array)[]) => 20 * Math.log10(at(y, f) / want)
        expect(level(1 / (1 + w ** 4), low!)).toBeCloseTo(0, 6)
        expect(level(w ** 4 / (1 + w ** 4), high!)).toBeCloseTo(0, 6)
        expect(level(1, sum)).toBeCloseTo(0, 9)
      }
    }
  })
})

describe('dc-block', () => {
  it('takes an offset away to below -100 dB and is down 3 dB at its corner', () => {
    const [y] = rig(processors['dc-block'], { rate, frames: 96000, real: 'f32' }).run([stereo(96000, () => 0.5)])
    expect(Math.abs(y![0][95999]!)).toBeLessThan(0.5e-5)
    expect(20 * Math.log10(response(processors['dc-block'], { frequency: 40 }, 40))).toBeCloseTo(-3.01, 1)
  })
})
