import { describe, expect, it } from 'vitest'
import { createCrest, measureCrest } from './crest.ts'
import { measureLoudness } from './loudness.ts'
import { measurePsr, psrOf } from './psr.ts'
import { measureTruePeak } from './true-peak.ts'

const sine = (seconds: number, amplitude: number, rate = 48000): Float32Array =>
  new Float32Array(seconds * rate).map((_, i) => amplitude * Math.sin((2 * Math.PI * 1000 * i) / rate))

describe('crest', () => {
  it('of a sine is 3.01 dB, its offset apart', () => {
    const [one] = measureCrest([sine(1, 0.5)], 48000).channels
    expect(one!.peak).toBeCloseTo(-6.0206, 4)
    expect(one!.rms).toBeCloseTo(-9.0309, 4)
    expect(one!.crest).toBeCloseTo(3.0103, 4)
    expect(Math.abs(one!.dc)).toBeLessThan(1e-9)
    expect(measureCrest([sine(1, 0.5).map(v => v - 0.25)], 48000).dc).toBeCloseTo(-0.25, 8)
  })
  it('joins channels: the largest peak over the mean energy', () => {
    const both = measureCrest([sine(1, 0.5), new Float32Array(48000)], 48000)
    expect(both.peak).toBeCloseTo(-6.0206, 4)
    expect(both.rms).toBeCloseTo(-12.0412, 4)
    expect(both.channels[1]).toEqual({
      peak: Number.NEGATIVE_INFINITY,
      rms: Number.NEGATIVE_INFINITY,
      crest: null,
      dc: 0
    })
  })
  it('of nothing is silence; names a sample that is not finite', () => {
    expect(measureCrest([new Float32Array(0)], 48000)).toMatchObject({
      peak: Number.NEGATIVE_INFINITY,
      crest: null,
      dc: 0
    })
    const meter = createCrest(48000, 2),
      bad = sine(1, 0.1)
    meter.push([sine(1, 0.1), sine(1, 0.1)])
    bad[7] = Number.POSITIVE_INFINITY
    expect(() => meter.push([sine(1, 0.1), bad])).toThrow('sample 48007 of channel 2 is not a finite number')
  })
})

describe('PSR and PLR', () => {
  it('of a steady sine in both channels are the level of its peak over its loudness', () => {
    // -20 dBFS in both channels reads -20 LUFS: the mean square is 3 dB below the peak, two channels add 3 dB.
    const x = sine(5, 0.1),
      got = measurePsr([x, x], 48000)
    expect(Math.abs(got.plr!)).toBeLessThan(0.05)
    expect(Math.abs(got.median!)).toBeLessThan(0.05)
    expect(got.series.length).toBe(21)
  })
  it('follow the peaks of their own window', () => {
    const x = sine(9, 0.05)
    for (let i = 0; i < 480; i++) x[48000 + i]! *= 10
    const audio = [x, x],
      { series, median, min, plr } = psrOf(measureLoudness(audio, 48000), measureTruePeak(audio, 48000))
    // The burst of 10 ms lies in the windows that begin up to 1 s; it raises their energy by 0.01/3 · 99, the others
    // hold the sine alone.
    const raised = 10 * Math.log10(1 + (99 * 0.01) / 3)
    expect(series[5]).toBeCloseTo(20 - raised, 1)
    expect(series[40]).toBeCloseTo(0, 1)
    expect(median).toBeCloseTo(0, 1)
    expect(min).toBeCloseTo(0, 1)
    expect(plr!).toBeGreaterThan(18)
  })
  it('are null for silence and for what is too short', () => {
    expect(measurePsr([new Float32Array(200000)], 48000)).toMatchObject({ plr: null, median: null, min: null })
    expect(measurePsr([sine(1, 0.1)], 48000)).toMatchObject({ series: [], median: null, min: null })
  })
})
