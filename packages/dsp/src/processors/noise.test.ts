import { describe, expect, it } from 'vitest'
import { rig, type Settings } from '../../test/harness.ts'
import { createFft } from '../math/fft.ts'
import { noise } from './noise.ts'

const frames = 2 ** 17
const played = (values: Settings, rate = 48000) => rig(noise, { rate, frames, values }).run([])[0]![0]
const power = (x: Float64Array) => x.reduce((sum, v) => sum + v * v, 0) / x.length
function spectrumOf(y: Float64Array): Float64Array {
  const re = Float64Array.from(y),
    im = new Float64Array(frames)
  createFft(frames).forward(re, im)
  return re.map((v, k) => v * v + im[k]! ** 2)
}

describe('noise', () => {
  it('is the same everywhere: values of the same arithmetic in Python', () => {
    const y = played({ seed: 1 })
    expect([0, 1, 2, 100000].map(i => y[i]! * 2 ** 31)).toEqual([1371270597, -1912311902, -2015026742, 105195643])
  })
  it('is white: power 1/3, no correlation with itself or with another seed', () => {
    const y = played({ seed: 1 }),
      z = played({ seed: 2 }),
      sure = 4 / Math.sqrt(frames)
    expect(Math.abs(power(y) * 3 - 1)).toBeLessThan(sure)
    const correlation = (a: Float64Array, b: Float64Array) =>
      (3 * a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0)) / frames
    for (const lag of [1, 2, 7, 64, 1000]) expect(Math.abs(correlation(y, y.subarray(lag)))).toBeLessThan(sure)
    expect(Math.abs(correlation(y, z))).toBeLessThan(sure)
    expect(Math.abs(correlation(y.subarray(1), z))).toBeLessThan(sure)
  })
  it.each([44100, 48000, 96000])('is pink: 3.01 dB less for each octave within 0.3 dB at %i Hz', rate => {
    const white = spectrumOf(played({ color: 'white', seed: 3 }, rate)),
      pink = spectrumOf(played({ color: 'pink', seed: 3 }, rate))
    for (let octave = 40; octave < 16000; octave *= 2) {
      const sum = (x: Float64Array) =>
        x
          .subarray(Math.round((octave * frames) / rate), Math.round((2 * octave * frames) / rate))
          .reduce((s, v, k) => s + v * (x === pink ? (octave + (k * rate) / frames) / 1000 : 1), 0)
      // The same noise went in, so that what is left is the filter, and what a rectangle leaks.
      expect(Math.abs(10 * Math.log10(sum(pink) / sum(white))), `${octave} Hz`).toBeLessThan(0.3)
    }
  })
})
