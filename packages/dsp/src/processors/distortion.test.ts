import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import { distortionCurve } from '../math/distortion-curve.ts'
import { createRealFft } from '../math/fft.ts'
import { distortion } from './distortion.ts'

const latency = distortion.latency!({ sampleRate: 48000 }),
  dB = (v: number) => 20 * Math.log10(Math.abs(v)),
  amplitude = (gain: number) => 10 ** (gain / 20)
interface Bend {
  readonly gain: number
  readonly hardness: number
  readonly asymmetry: number
}
/** The definition, sample by sample. */
function curve({ gain, hardness, asymmetry }: Bend): (x: number) => number {
  const f = (u: number) => (1 - hardness) * Math.tanh(u) + hardness * Math.max(-1, Math.min(1, u))
  return x => f(amplitude(gain) * x + asymmetry) - f(asymmetry)
}
/**
 * Parts in phase with sin and with cos, at the multiples of rate / size, of the settled answer to level × sin at
 * multiple `bin`, its latency taken off.
 */
function answer(
  size: number,
  bin: number,
  level: number,
  values: Bend,
  rate = 44100,
  real: 'f32' | 'f64' = 'f32'
): { sin: Float64Array; cos: Float64Array } {
  const start = 256,
    frames = start + size,
    x = stereo(frames, i => level * Math.sin((2 * Math.PI * bin * (i - start + latency)) / size))
  const [y] = rig(distortion, { rate, frames, values: { ...values }, real }).run([x]),
    fft = createRealFft(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins)
  fft.forward(y![0], re, im, start)
  return { sin: im.map(v => (-v * 2) / size), cos: re.map(v => (v * 2) / size) }
}
const bends = [0, 0.5, 1].flatMap(hardness => [0, 0.7].map(asymmetry => ({ hardness, asymmetry })))
const named = 'hardness $hardness, asymmetry $asymmetry'

describe.each([44100, 48000])('aliases of a sine of 5 kHz at %i Hz', rate => {
  // An odd multiple is prime to the length: no alias falls on a harmonic before the 8192nd.
  const size = 8192,
    bin = 2 * Math.round((5000 * size) / rate / 2) + 1
  it.each(bends.flatMap(bend => [48, 30, 18].map(gain => ({ ...bend, gain }))))(
    `stay 60 dB below it at $gain dB, ${named}, even all together`,
    values => {
      const { sin, cos } = answer(size, bin, 1, values, rate),
        power = sin.map((v, k) => v * v + cos[k]! ** 2)
      expect(10 * Math.log10(power.reduce((sum, v, k) => (k % bin ? sum + v : sum), 0) / power[bin]!)).toBeLessThan(-60)
      expect(10 * Math.log10(power[bin]!)).toBeGreaterThan(0)
    }
  )
})

describe('the curve', () => {
  it('is told by itself too', () => {
    for (const bend of bends)
      for (const x of [-2, -0.1, 0, 0.03, 1])
        expect(distortionCurve({ ...bend, gain: 7 })(x)).toBeCloseTo(curve({ ...bend, gain: 7 })(x), 12)
  })
  it.each(bends.flatMap(bend => [0, 24, 48].map(gain => ({ ...bend, gain }))))(
    `is that of the definition for a slow ramp: $gain dB, ${named}`,
    values => {
      // From -1 to 1 over the bend (48 dB: it is narrow), held at both ends; once in f32, too.
      const n = 4000,
        reach = 3 / amplitude(values.gain),
        at = (i: number) => Math.max(-reach, Math.min(reach, (reach * (2 * i - n)) / (n - 400))),
        f = curve(values)
      for (const real of ['f32', 'f64'] as const) {
        const [y] = rig(distortion, { rate: 48000, frames: n, values: { ...values }, real }).run([
          stereo(n, i => at(i))
        ])
        let worst = 0
        for (let i = 400; i < n - 200; i++) worst = Math.max(worst, Math.abs(y![0][i]! - f(at(i - latency))))
        // One step of the ramp is d = 6 / 3600 of u. A mean with weights h bends a kink of height 1 by d Σ h(k) max(0,
        // k), half the mean
        // distance from its middle: under one sample for these filters. Elsewhere the curvature matters only with d².
        expect(worst).toBeLessThan(6 / 3600)
      }
    }
  )
  it('ends at -1 and 1, and at -1 - f(b) and 1 - f(b) with a bias', () => {
    for (const { hardness, asymmetry } of bends)
      for (const side of [-1, 1]) {
        const n = 200,
          [y] = rig(distortion, { rate: 48000, frames: n, values: { gain: 48, hardness, asymmetry }, real: 'f32' }).run(
            [stereo(n, () => side)]
          )
        const fb = (1 - hardness) * Math.tanh(asymmetry) + hardness * asymmetry
        // The taps, of ten digits, sum to 1 within 65 × 5e-11; sums of f32 within 130 × 6e-8 of a level of 1.7.
        expect(Math.abs(y![0][n - 1]! - (side - fb))).toBeLessThan(1.4e-5)
      }
  })
})

it.each([
  [0, 0],
  [0.5, 0.3],
  [1, 0.7],
  [0, -0.8]
])(
  "gains small signals by f'(b) in dB, within 0.1 dB up to 0.4 of the rate (hardness %f, asymmetry %f)",
  (hardness, asymmetry) => {
    // An impulse so small that f'' does not matter; in f64, as f(g x + b) - f(b) of a small x is all rounding in f32
    // when b is not 0.
    const size = 1024,
      gain = 20,
      level = 1e-7,
      values = { gain, hardness, asymmetry },
      slope = amplitude(gain) * ((1 - hardness) * (1 - Math.tanh(asymmetry) ** 2) + hardness)
    const [y] = rig(distortion, { rate: 48000, frames: size, values: { ...values } }).run([
        stereo(size, i => (i === 0 ? level : 0))
      ]),
      fft = createRealFft(size),
      re = new Float64Array(fft.bins),
      im = new Float64Array(fft.bins)
    fft.forward(y![0], re, im)
    const at = (k: number) => dB(Math.hypot(re[k]!, im[k]!) / level / slope)
    for (let k = 0; k <= 0.4 * size; k++) expect(Math.abs(at(k)), `at ${k / size} of the rate`).toBeLessThan(0.1)
    expect(at(0)).toBeCloseTo(0, 4)
    // Closed from one half on; down there by the images' 70 dB, here by the same filter twice. Linear phase: late by
    // whole samples at all frequencies.
    expect(at(size / 2)).toBeLessThan(-60)
    for (let k = 0; k < 0.4 * size; k += 7)
      expect(Math.cos(Math.atan2(im[k]!, re[k]!) + (2 * Math.PI * k * latency) / size)).toBeGreaterThan(1 - 1e-9)
  }
)

it('keeps its precision for quiet signals in single precision', () => {
  const bin = 41,
    { sin, cos } = answer(4096, bin, 1e-5, { gain: 12, hardness: 0.3, asymmetry: 0 }),
    rest = sin.reduce((sum, v, k) => (k === bin ? sum : sum + v * v + cos[k]! ** 2), 0)
  expect(Math.abs(dB(sin[bin]! / 1e-5 / amplitude(12)))).toBeLessThan(0.1)
  // Some hundred roundings of 2^-24 on the way: -144 + 20 dB.
  expect(10 * Math.log10(rest / sin[bin]! ** 2)).toBeLessThan(-120)
})

/**
 * Fourier series of the curve's answer to level × sin, by its mean over one period: harmonic k in phase with sin and
 * with cos.
 */
function series(values: Bend, level: number, k: number): [number, number] {
  const points = 16384,
    f = curve(values)
  let s = 0,
    c = 0
  for (let i = 0; i < points; i++) {
    const w = (2 * Math.PI * (i + 0.5)) / points,
      v = (f(level * Math.sin(w)) * 2) / points
    s += v * Math.sin(k * w)
    c += v * Math.cos(k * w)
  }
  return [s, c]
}
it.each(bends.map(bend => ({ ...bend, gain: 9 })))(
  `gives a sine the harmonics of the curve's Fourier series ($gain dB, ${named})`,
  values => {
    const size = 8192,
      bin = 41,
      level = 0.8,
      { sin, cos } = answer(size, bin, level, values, 44100, 'f64')
    // The filters may change the level by 0.04 dB on the way up, and each harmonic by as much on the way down; the
    // triangle, not wholly undone there,
    // takes 1 - sinc²(0.015) = 0.07 % at most (the twelfth lies at 0.06 of the rate, 0.015 of four times it).
    const ripple = 10 ** (0.04 / 20) - 1 + 8e-4
    for (let k = 0; k <= 12; k++) {
      const want = series(values, level, k),
        louder = series(values, level * (1 + ripple), k)
      for (const [part, got] of [sin[k * bin]!, cos[k * bin]!].entries())
        expect(Math.abs(got - want[part]!), `harmonic ${k}, ${part ? 'cosine' : 'sine'}`).toBeLessThan(
          ripple * Math.abs(want[part]!) + Math.abs(louder[part]! - want[part]!) + 1e-4
        )
    }
  }
)

it('treats lines of any steepness alike: the two forms of tanh meet', () => {
  // Square waves whose steps go through the length where the kernel changes from series to antiderivatives, in f32
  // against f64, where it changes elsewhere.
  const n = 2000,
    x = stereo(n, i => Math.fround(((0.05 * i) / n) * (Math.floor(i / 7) % 2 ? 1 : -1) + 0.02))
  for (const gain of [12, 24, 36]) {
    const [single, double] = (['f32', 'f64'] as const).map(
      real => rig(distortion, { rate: 48000, frames: n, values: { gain, asymmetry: 0.5 }, real }).run([x])[0]![0]
    )
    // Either form errs by at most about 2e-6 where they meet.
    expect(Math.max(...single!.map((v, i) => Math.abs(v - double![i]!)))).toBeLessThan(5e-6)
  }
})
