import { describe, expect, it } from 'vitest'
import { rig, stereo, type Settings } from '../../test/harness.ts'
import { peakWindow } from '../detector.ts'
import { createRandom } from '../math/random.ts'
import { noisegate } from './noisegate.ts'

const rate = 48000,
  dB = (v: number) => 20 * Math.log10(Math.abs(v)),
  level = (db: number) => 10 ** (db / 20)
const quick = { attack: 0.05, release: 5, hold: 0 }
/** Gain in dB over time. The signal must not be zero. */
function gains(x: (i: number) => number, n: number, values: Settings, blocks: readonly number[] = [n]): Float64Array {
  const signal = stereo(n, x),
    [y] = rig(noisegate, { rate, frames: n, values }).run([signal], { blocks })
  return y![0].map((v, i) => dB(v / signal[0][i]!))
}
/** Settled gain in dB for a constant level. */
const gainAt = (db: number, values: Settings): number => gains(() => level(db), 9600, { ...quick, ...values }).at(-1)!
/** Largest rise of a curve above the lowest value before it. */
function rise(curve: Float64Array): number {
  let low = Infinity,
    most = 0
  for (const v of curve) {
    low = Math.min(low, v)
    most = Math.max(most, v - low)
  }
  return most
}

describe('static curve', () => {
  const values = { threshold: -40, ratio: 3, knee: 12, range: 80 }
  it.each([
    [0, 0],
    [-34, 0],
    [-37, (-2 * 3 ** 2) / 24],
    [-40, (-2 * 6 ** 2) / 24],
    [-46, -12],
    [-50, -20],
    [-60, -40]
  ])('%i dB in: %f dB of gain at threshold -40, ratio 3, knee 12', (db, gain) => {
    expect(gainAt(db, values)).toBeCloseTo(gain, 2)
  })
  it('has neither a jump nor a corner at the ends of the knee', () => {
    for (const edge of [-46, -34]) {
      const [before, at, after] = [edge - 0.01, edge, edge + 0.01].map(db => gainAt(db, values)) as [
        number,
        number,
        number
      ]
      // Curvature slope/knee = 1/6 per dB, times 0.01 dB squared.
      expect(Math.abs(after - 2 * at + before)).toBeLessThan(1e-4 / 6)
      expect(Math.abs(after - before)).toBeLessThan(0.02 * 2 + 1e-4)
    }
  })
  it('knows a knee of 0', () => {
    expect(gainAt(-39.9, { ...values, knee: 0 })).toBeCloseTo(0, 4)
    expect(gainAt(-42, { ...values, knee: 0 })).toBeCloseTo(-4, 2)
  })
  it.each([0, 1, 3, 10, 40])('attenuates by %i dB at most, and bends into that without a jump', range => {
    const bend = Math.min(3, range),
      at = (u: number) => gainAt(-40 - u / 2, { ...values, knee: 0, range })
    expect(at(2 * range + 10)).toBeCloseTo(-range, 3)
    expect(at(range)).toBeCloseTo(-range + bend / 4, 2)
    for (const end of [range - bend, range + bend]) if (end > 0) expect(at(end - 0.002)).toBeCloseTo(at(end + 0.002), 2)
    expect(at(Math.max(0.001, range - bend - 0.5))).toBeCloseTo(-Math.max(0.001, range - bend - 0.5), 1)
  })
})

describe('ballistics', () => {
  it.each([[[480000]], [[128]], [[1, 63]]])(
    'opens by the attack and closes by the release, decided per sample (blocks %j)',
    blocks => {
      const values = { threshold: -30, ratio: 3, knee: 0, range: 80, attack: 5, release: 50, hold: 0 },
        at = 24000,
        full = -20,
        window = peakWindow(rate)
      const open = gains(i => level(i < at ? -40 : -10), 48000, values, blocks),
        close = gains(i => level(i < at ? -10 : -40), 48000, values, blocks)
      // One time constant after the step, 1 - 1/e of the way is done; the level falls when the louder samples leave its
      // window.
      expect(1 - open[at + Math.round(0.005 * rate) - 1]! / full).toBeCloseTo(1 - 1 / Math.E, 3)
      expect(close[at + window - 2]!).toBeCloseTo(0, 9)
      expect(close[at + window - 2 + Math.round(0.05 * rate)]! / full).toBeCloseTo(1 - 1 / Math.E, 3)
    }
  )
  it.each([0, 1, 37.5, 500])('stays open for a hold of %f ms, to the sample', hold => {
    const at = 4800,
      values = { threshold: -30, ratio: 4, knee: 6, range: 80, attack: 0.05, release: 5, hold },
      curve = gains(i => level(i < at ? -10 : -60), 48000, values)
    expect(curve.findIndex((g, i) => i > 1000 && g < -1e-9)).toBe(
      at + peakWindow(rate) - 1 + Math.round((hold * rate) / 1000)
    )
  })
  it('arrives after a slow release in single precision too', () => {
    const n = 21 * 8000,
      values = { threshold: -20, ratio: 2, knee: 0, range: 80, attack: 0.05, release: 3000, hold: 0 }
    const [y] = rig(noisegate, { rate: 8000, frames: n, values, real: 'f32' }).run([
      stereo(n, i => level(i < 8000 ? 0 : -60))
    ])
    // Closing begins when the last loud sample leaves the window; exp(-t / 3 s) of 40 dB is then still missing.
    expect(dB(y![0][n - 1]!) + 60).toBeCloseTo(-40 * (1 - Math.exp(-(20 * 8000 - peakWindow(8000) + 1) / 24000)), 2)
  })
  it('begins as after a long silence', () => {
    const n = 4000,
      values = { threshold: -30, ratio: 3, attack: 5 },
      late = gains(i => level(i < 2000 ? -200 : -10), n, values).subarray(2000)
    expect(gains(() => level(-10), 2000, values)).toEqual(late)
    expect(late[0]).toBeLessThan(-70)
  })
})

describe('does not chatter', () => {
  /** The gate has opened by then: 30 ms are 30 time constants of the slower attack here. */
  const opened = 1440
  it.each([50, 53.7, 220])(
    'leaves a tone of %f Hz above the knee alone, and gives one below it a constant gain',
    frequency => {
      const tone = (db: number) => (i: number) => level(db) * Math.sin((2 * Math.PI * frequency * i) / rate + 0.1),
        fast = { threshold: -30, ratio: 4, knee: 6, attack: 0.05, release: 5 }
      for (const hold of [0, 50]) {
        const loud = gains(tone(-26), 24000, { ...fast, hold }).subarray(1000),
          quiet = gains(tone(-36), 24000, { ...fast, hold }).subarray(12000)
        expect(Math.max(...loud.map(Math.abs))).toBeLessThan(1e-9)
        // The largest sample of a period may lie below the crest by 1 - cos(π frequency / rate): 9e-4 dB at 220 Hz,
        // times the slope of 3.
        expect(Math.max(...quiet) - Math.min(...quiet)).toBeLessThan(3e-3)
      }
    }
  )
  it.each([60, 110, 400])('closes once, and for good, on a decaying drum of %f Hz', frequency => {
    const drum = (i: number) => level(-6 - (60 * i) / rate / 0.5) * Math.sin((2 * Math.PI * frequency * i) / rate + 0.1)
    for (const values of [{}, quick])
      expect(rise(gains(drum, 36000, { threshold: -30, ratio: 8, ...values }).subarray(opened))).toBeLessThan(1e-6)
  })
  it('closes once on a noisy decaying tone, however fast it is set', () => {
    const random = createRandom(3),
      noise = new Float64Array(48000).map(() => random.normal())
    const signal = (i: number) =>
        level(-10 - (40 * i) / rate) * (Math.sin((2 * Math.PI * 180 * i) / rate) + 0.1 * noise[i]!) + 1e-9,
      values = { threshold: -30, ratio: 20, knee: 6, attack: 0.05, release: 5 }
    const held = gains(signal, 48000, { ...values, hold: 100 }).subarray(opened),
      bare = gains(signal, 48000, { ...values, hold: 0 }).subarray(opened)
    // The noise moves the level by a dB or so, and the curve is steep: unheld, the gate follows every bit of it.
    expect(rise(bare)).toBeGreaterThan(2)
    expect(rise(held)).toBeLessThan(0.5)
    // Closed for good: the level has fallen through the knee (6 dB) and 7 dB below it, 19 dB deep each.
    expect(held.at(-1)).toBeLessThan(-60)
  })
})

it('is linked: the louder channel opens both, a sidechain does so instead of the signal', () => {
  const n = 9600,
    values = { ...quick, threshold: -30, ratio: 3, knee: 0 },
    loudLeft = stereo(n, (_, c) => level(c ? -40 : 0)),
    quiet = stereo(n, () => level(-40))
  const [y] = rig(noisegate, { rate, frames: n, values }).run([loudLeft, quiet]),
    [z] = rig(noisegate, { rate, frames: n, values, connect: ['sidechain'] }).run([loudLeft, quiet]),
    [w] = rig(noisegate, { rate, frames: n, values, connect: ['sidechain'] }).run([quiet, loudLeft])
  expect(dB(y![1][n - 1]!) + 40).toBeCloseTo(0, 6)
  expect(dB(z![0][n - 1]!)).toBeCloseTo(-20, 2)
  expect(dB(w![0][n - 1]!) + 40).toBeCloseTo(0, 2)
})
