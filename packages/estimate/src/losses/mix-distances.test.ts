import { createRandom, measureLoudness } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { levelled, mixDistances } from './mix-distances.ts'
import { stftDistance } from './stft-distance.ts'

const rate = 44100,
  random = createRandom(21),
  noise = (level: number) => new Float32Array(2 * rate).map(() => level * random.normal()),
  a = noise(0.1),
  b = noise(0.1)

describe('STFT distance', () => {
  it('of a gain g is (1 - g) mean |A| + ln 1/g, by its formula', () => {
    const half = a.map(v => v / 2)
    // Magnitudes of white noise through a Hann window have a Rayleigh distribution: mean σ √(π/4 · 3/8 N).
    const expected = [512, 2048, 8192].reduce(
      (sum, size) => sum + (0.5 * 0.1 * Math.sqrt((Math.PI / 4) * (3 / 8) * size) + Math.LN2) / 3,
      0
    )
    // 2 s hold about 88200 independent magnitudes of relative deviation 0.52, per size.
    expect(Math.abs(stftDistance(a, half) / expected - 1)).toBeLessThan(0.01)
    expect(stftDistance(a, a)).toBe(0)
    expect(stftDistance(a, half)).toBe(stftDistance(half, a))
  })
  it('weighs all of the time alike: a change of the last quarter counts a quarter', () => {
    const late = a.map((v, i) => (i < 1.5 * rate ? v : b[i]!))
    // The frames at the change hold some of either: 8192 samples of 88200 at most, a third of it in the mean.
    expect(Math.abs(stftDistance(a, late) / stftDistance(a, b) - 0.25)).toBeLessThan(0.04)
  })
  it('floors magnitudes at 1e-4: silence against 1e-7 of noise is nothing, against noise much', () => {
    const silent = new Float32Array(a.length)
    expect(
      stftDistance(
        silent,
        a.map(v => v * 1e-6)
      )
    ).toBe(0)
    expect(stftDistance(silent, a)).toBeGreaterThan(8)
  })
  it('of sides counts what lies 40 dB below the mid as nothing, when asked', () => {
    const quiet = b.map(v => v * 1e-3),
      silent = new Float32Array(a.length)
    expect(stftDistance(quiet, silent)).toBeGreaterThan(2)
    // 60 dB below its mid on average; single bins of the mid may be far below their mean.
    expect(stftDistance(quiet, silent, [a, a])).toBeLessThan(0.01)
    expect(stftDistance(b, silent, [a, a])).toBeGreaterThan(2)
  })
  it('has nothing to say of less than a frame', () => expect(stftDistance(a.subarray(0, 100), b)).toBe(0))
})

describe('distances of mixes', () => {
  it('are nothing for another level, at -18 LUFS', () => {
    const d = mixDistances([a.map(v => v * 4), b.map(v => v * 4)], [a, b], rate)
    for (const value of Object.values(d)) expect(Math.abs(value!)).toBeLessThan(1e-4)
    expect(measureLoudness(levelled([a, b], rate), rate).integrated).toBeCloseTo(-18, 3)
  })
  it('show the width and crest that were taken away', () => {
    const mono = a.map((v, i) => (v + b[i]!) / 2),
      d = mixDistances([mono, mono], [a, b], rate)
    expect(Math.abs(d.width! - 1)).toBeLessThan(0.03)
    const clipped = [a, b].map(c => c.map(v => Math.max(-0.1, Math.min(0.1, v))))
    // Gaussian noise: peak of 2 · 88200 values about 4.5 σ, 13.1 dB. Clipped at σ: peak 1, mean square 0.516 σ².
    const peak = Math.max(...[a, b].map(c => c.reduce((m, v) => Math.max(m, Math.abs(v)), 0))) / 0.1
    expect(Math.abs(mixDistances(clipped, [a, b], rate).crest! - (20 * Math.log10(peak) - 2.87))).toBeLessThan(0.1)
  })
  it('are null, not numbers, beside silence', () => {
    const silent = new Float32Array(a.length)
    expect(mixDistances([silent, silent], [a, b], rate)).toMatchObject({ bark: null, crest: null, width: null })
  })
})
