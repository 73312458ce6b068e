import { peakWindow } from '../detector.ts'
import { describe, expect, it } from 'vitest'
import { firstDifference, rig, stereo, type Settings, type Stereo } from '../../test/harness.ts'
import { createFft } from '../math/fft.ts'
import { createRandom } from '../math/random.ts'
import { measureTruePeak } from '../measure/true-peak.ts'
import { limiter } from './limiter.ts'

const rate = 48000,
  dB = (v: number) => 20 * Math.log10(Math.abs(v)),
  level = (db: number) => 10 ** (db / 20)
const late = (sampleRate: number) => limiter.latency!({ sampleRate })
const limit = (x: Stereo, values: Settings = {}, sampleRate = rate): Stereo =>
  rig(limiter, { rate: sampleRate, frames: x[0].length, values, real: 'f32' }).run([x])[0]!
const largest = (y: Stereo) => Math.max(...y.map(c => c.reduce((m, v) => Math.max(m, Math.abs(v)), 0)))
const meter = (y: Stereo, sampleRate = rate) =>
  measureTruePeak(
    y.map(c => Float32Array.from(c)),
    sampleRate
  ).max
/** `f` between two stretches of silence: a signal that breaks off swings over its end, whatever came before. */
const amid = (n: number, f: (i: number) => number, right = 0.7): Stereo => {
  const one = new Float64Array(n).map((_, i) => (i < 500 || i > n - 2500 ? 0 : f(i)))
  return stereo(n, (i, c) => (c ? right : 1) * one[i]!)
}

const random = createRandom(11)
const drum = (i: number) => {
  const t = (i % 9000) / rate
  return (
    4 *
    (Math.exp(-t * 30) * Math.sin(2 * Math.PI * (60 * t + 4 * (1 - Math.exp(-t * 40)))) +
      0.6 * Math.exp(-t * 200) * random.normal())
  )
}
const chord = (i: number) => {
  let sum = 0
  for (let k = 1; k < 12; k++) sum += Math.sin((2 * Math.PI * 55.1 * k * 1.003 ** k * i) / rate + k * k) / k
  return sum + 0.5 * random.normal() * Math.exp(-(i % 12000) / 1000)
}
const loud: Readonly<Record<string, (i: number) => number>> = {
  'drums 12 dB over': drum,
  music: chord,
  'full-scale noise': () => 2 * random.uniform() - 1,
  'normal noise': () => random.normal(),
  'random signs': () => (random.uniform() < 0.5 ? -1 : 1),
  'a square wave': i => ((i * 0.01037) % 1 < 0.5 ? 2 : -2),
  'a fast square wave': i => ((i * 0.1037) % 1 < 0.5 ? 1 : -1),
  'a sine at a quarter of the rate, peaks between samples': i => 2 * Math.sin((Math.PI / 2) * i + Math.PI / 4),
  'a sine at a third': i => 2 * Math.sin(2 * Math.PI * 0.3337 * i),
  'a sine at 0.45': i => 2 * Math.sin(2 * Math.PI * 0.45 * i + 1),
  clicks: i => (i % 997 === 0 ? 4 : i % 997 === 340 || i % 997 === 341 ? 3 : 0.01 * random.normal()),
  bursts: i => (i % 5000 < 500 ? 4 : 0.05) * Math.sin(2 * Math.PI * 0.21 * i)
}

describe('true peak', () => {
  it.each(Object.keys(loud))('of %s never reads above the ceiling', title => {
    for (const release of [1, 80]) {
      const y = limit(amid(30000, loud[title]!), { ceiling: -1, release })
      expect(meter(y)).toBeLessThanOrEqual(-1 + 0.01)
      // Nor far below it: the margin is 0.05 dB, and the meter's grid of 16 points misses 0.034 dB.
      expect(meter(y)).toBeGreaterThan(-1 - 0.12)
    }
  })
  it.each([8000, 22050, 44100, 96000, 192000])('holds at %i Hz, at every ceiling', sampleRate => {
    for (const ceiling of [-24, -6, 0])
      for (const title of ['clicks', 'drums 12 dB over'])
        expect(
          meter(limit(amid(16000, loud[title]!), { ceiling, release: 20 }, sampleRate), sampleRate)
        ).toBeLessThanOrEqual(ceiling + 0.01)
  })
  it('holds for what lies below 0.47 of the rate, interpolated without error (Fourier, 16 points per sample)', () => {
    const n = 1 << 15,
      small = createFft(n),
      big = createFft(16 * n)
    /** The periodic band-limited curve through the samples. */
    const curve = (x: Float64Array, keep: number): Float64Array => {
      const re = x.slice(),
        im = new Float64Array(n),
        wide = [new Float64Array(16 * n), new Float64Array(16 * n)] as const
      small.forward(re, im)
      ;[re, im].forEach((part, j) => {
        for (let k = 0; k <= keep; k++) {
          wide[j]![k] = 16 * part[k]!
          if (k) wide[j]![16 * n - k] = 16 * part[n - k]!
        }
      })
      big.inverse(wide[0], wide[1])
      return wide[0]
    }
    for (const f of [() => 3 * random.normal(), drum, chord]) {
      const raw = new Float64Array(n).map(
          (_, i) => f(i) * Math.max(0, Math.min(1, (i - 1000) / 1000, (n - 2000 - i) / 1000))
        ),
        fine = curve(raw, Math.floor(0.47 * n))
      // A band of 0.47 and the gain's own of less than 0.01: nothing is near half the rate.
      const x = new Float64Array(n).map((_, i) => fine[16 * i]!),
        y = limit([x, x], { ceiling: -1, release: 40 })
      expect(dB(largest([fine, fine]))).toBeGreaterThan(0)
      expect(dB(largest([curve(y[0], n / 2 - 1), curve(y[1], n / 2 - 1)]))).toBeLessThanOrEqual(-1 + 0.01)
    }
  })
})

it('passes what stays below the ceiling at once, and goes on as if it had looked at it', () => {
  // A plateau just below the ceiling passes; the step after it swings above the ceiling between samples that have passed. A
  // reduction is over after 5 s, and stretches are of 64 samples.
  const sampleRate = 8000,
    gap = 672 * 64,
    first = 30 * 64,
    n = first + gap + 1000,
    x = stereo(n, (i, c) => {
      const since = ((i - first + gap + 600) % gap) - 600,
        rise = Math.max(0, Math.min(1, (since + 500) / 300)),
        plateau = 0.88 * rise * rise * (3 - 2 * rise)
      return since < 0
        ? plateau + 0.2 * (1 - rise) * Math.sin(0.05 * i + c)
        : since < 40
          ? -0.4
          : 0.1 * Math.sin(0.5 * i)
    }),
    bench = rig(limiter, { rate: sampleRate, frames: n, values: { ceiling: -1, release: 1 }, real: 'f32' }),
    // Blocks this short never pass at once.
    looked = bench.run([x], { blocks: [16] })
  expect(largest(looked[0]!)).toBeLessThan(0.89)
  for (const blocks of [[512], [40, 24]])
    expect(firstDifference(bench.run([x], { blocks }), looked), `${blocks}`).toBeUndefined()
})

// The matrix hears noise at 8 kHz; here each kind of peak counts: samples, crests of parabolas, points of the short
// interpolator (the sine at a third).
// A little noise: a periodic signal has many equal peaks, and a maximum has no derivative where two are equal.
it.each(['a sine at a third', 'a sine at a quarter of the rate, peaks between samples', 'clicks', 'music'])(
  'has an adjoint that agrees with central differences on %s',
  title => {
    const n = 3000,
      values = { ceiling: -4, release: 5 },
      x = stereo(n, (i, c) => (c ? 0.7 : 1) * loud[title]!(i) + 0.02 * random.normal()),
      v = stereo(n, () => 0.1 * random.normal()),
      w = stereo(n, () => random.normal())
    const dot = (a: Stereo, b: Stereo) => a.reduce((s, c, k) => s + c.reduce((t, p, i) => t + p * b[k]![i]!, 0), 0)
    const bench = rig(limiter, { rate, frames: n, values }),
      moved = (step: number, run = bench) => dot(run.run([stereo(n, (i, c) => x[c]![i]! + step * v[c]![i]!)])[0]!, w)
    bench.run([x], { keep: true })
    const { gx, gp } = bench.adjoint([w], { blocks: [128, 77] })
    const error = (slope: number, f: (step: number) => number) =>
      Math.min(...[1e-4, 1e-5, 1e-6, 1e-7].map(step => Math.abs((f(step) - f(-step)) / (2 * step) / slope - 1)))
    expect(error(dot(gx[0]!, v), moved)).toBeLessThan(1e-5)
    expect(
      error(gp.ceiling!, step =>
        moved(0, rig(limiter, { rate, frames: n, values: { ...values, ceiling: values.ceiling + step } }))
      )
    ).toBeLessThan(1e-5)
  }
)

describe('what is below the ceiling', () => {
  it('comes out bit for bit, late by the latency', () => {
    const x = stereo(9600, () => Math.fround(0.2 * (2 * random.uniform() - 1))),
      y = limit(x, { ceiling: -3 })
    for (const c of [0, 1]) expect(y[c]!.subarray(late(rate))).toEqual(x[c]!.subarray(0, 9600 - late(rate)))
  })
  it('does so again after a peak, once the release is over', () => {
    // The reduction falls below 2^-25, half of the last bit of 1, after ln(2^25) = 17.3 time constants of
    // the slow follower, 300 ms.
    const n = 290000,
      at = 1000,
      x = stereo(n, i => (i === at ? 4 : Math.fround(0.2 * (2 * random.uniform() - 1)))),
      y = limit(x, { ceiling: -3, release: 10 }),
      end = at + late(rate) + Math.ceil(0.3 * 18 * rate) + 1024
    expect(y[0].subarray(end)).toEqual(x[0].subarray(end - late(rate), n - late(rate)))
    expect(y[0][at + late(rate) + 2000]).not.toBe(x[0][at + 2000])
  })
})

describe('gain', () => {
  const constant = 0.25
  // A click of one sample is too short to be clipped whole (the clip takes nothing near half the rate): the gain does the rest.
  it.each([20, 80, 300])(
    'returns after a click by the release of %f ms, down to what the slow follower has come to',
    release => {
      const y = limit(
          stereo(96000, i => (i === 4800 ? 4 : constant)),
          { ceiling: 0, release }
        ),
        at = (after: number) => y[0][4800 + after + late(rate)]! / constant
      // The follower: from a reduction a on towards a + 0.04 a (1 - a) by 300 ms as long as the click counts, then back.
      const a = 1 - level(-0.05) / 4,
        lasting = peakWindow(rate),
        slow = (after: number) =>
          (a + 0.04 * a * (1 - a)) *
          (1 - Math.exp(-Math.min(after, lasting) / (0.3 * rate))) *
          Math.exp(-Math.max(0, after - lasting) / (0.3 * rate)),
        fast = (after: number) => 1 - at(after) / (1 - slow(after)),
        start = 600,
        step = Math.round((release * rate) / 1000)
      expect(at(-200)).toBe(1)
      expect(fast(start)).toBeGreaterThan(0.05)
      expect(fast(start + step) / fast(start)).toBeCloseTo(1 / Math.E, 2)
    }
  )
  it('clips the tips of a tone that has just begun, and leaves the rest to the slow follower', () => {
    const x = stereo(4800, i => (i < 480 ? 0 : 1.5 * Math.sin((2 * Math.PI * 100 * i) / rate))),
      y = limit(x, { ceiling: 0 }),
      top = level(-0.05),
      // The follower by its definition, with the largest of the last `lasting` looked for among them.
      reductions = x[0].map(v => Math.max(0, 1 - top / Math.abs(v))),
      lasting = peakWindow(rate)
    let s = 0
    for (let i = 0; i < 4600; i++) {
      const l = Math.max(...reductions.subarray(Math.max(0, i - lasting + 1), i + 1))
      s += (1 - Math.exp(-1 / (0.3 * rate))) * (l + 0.04 * l * (1 - l) - s)
      const wanted = Math.max(-top, Math.min(top, (1 - s) * x[0][i]!))
      // A triangle of ± 1 sample rounds the corner by a sixth of the step that the tone makes there (0.7 of its steepest),
      // the filter after it by about as much.
      expect(Math.abs(y[0][i + late(rate)]! - wanted)).toBeLessThan((1.5 * 2 * Math.PI * 100) / rate / 4)
    }
  })
  it('returns slowly after half a second of it', () => {
    const n = 96000,
      y = limit(
        stereo(n, i => (i < 24000 ? 2 : constant)),
        { ceiling: 0, release: 10 }
      ),
      shift = (i: number) => 1 - y[0][24000 + late(rate) + i]! / constant
    // From s = 0.51 (1 - e^(-500/300)) on, by 300 ms.
    expect(shift(4800)).toBeGreaterThan(0.3)
    expect(shift(4800 + 14400) / shift(4800)).toBeCloseTo(1 / Math.E, 2)
  })
  it('is one for both channels', () => {
    const x = stereo(9600, (i, c) => (c ? 0.1 * Math.sin(i) : 2 * Math.sin(i * 0.05))),
      y = limit(x),
      l = late(rate)
    // Where the left is far from being clipped (which is each channel's own).
    const free = Array.from({ length: 7000 }, (_, k) => 2000 + k).filter(
      i => Math.abs(Math.sin(i * 0.05)) < 0.3 && Math.abs(x[1][i]!) > 0.01 && Math.abs(x[0][i]!) > 0.1
    )
    expect(free.length).toBeGreaterThan(100)
    for (const i of free) expect(y[1][i + l]! / x[1][i]!).toBeCloseTo(y[0][i + l]! / x[0][i]!, 5)
  })
  // After 1.4 s: the follower aims at 0.51 where 0.5 is needed, and is there after 300 ms × ln 51 = 1.2 s.
  it.each([
    [30, -52],
    [50, -63],
    [100, -75],
    [1000, -100] // the follower hears samples, of which 48 a period miss the crest by up to 0.2 %
  ])('bends a tone of %f Hz, limited by 6 dB, by no more than %f dB', (frequency, bound) => {
    const n = 1 << 15,
      cycles = Math.round((frequency * n) / rate),
      amplitude = level(-1 - 0.05 + 6),
      y = limit(stereo(3 * n, i => amplitude * Math.sin((2 * Math.PI * cycles * i) / n)))
    const re = y[0].slice(2 * n),
      im = new Float64Array(n)
    createFft(n).forward(re, im)
    let harmonics = 0
    for (let k = 2 * cycles; k < n / 2; k += cycles) harmonics += re[k]! ** 2 + im[k]! ** 2
    const tone = re[cycles]! ** 2 + im[cycles]! ** 2
    expect(10 * Math.log10(harmonics / tone)).toBeLessThan(bound)
    expect(dB((Math.sqrt(tone) * 2) / n)).toBeLessThan(-0.7)
  })
})

it('is late by at most 2.5 ms, whole samples, one number per rate', () => {
  expect([44100, 48000, 96000, 192000].map(late)).toEqual([110, 110, 174, 302])
})
