import { describe, expect, it } from 'vitest'
import { rig, type Settings, stereo } from '../../test/harness.ts'
import { createFft } from '../math/fft.ts'
import { oscillator } from './oscillator.ts'

const rate = 48000,
  frames = 2 ** 16
const played = (values: Settings, signal: Record<string, (i: number) => number> = {}) => {
  const bench = rig(oscillator, { rate, frames, values, connect: Object.keys(signal) })
  return bench.run(bench.inlets.map(name => stereo(frames, i => signal[name]?.(i) ?? 0)))[0]![0]
}
/** Amplitudes per bin, a tone on a bin exact, under the window of Blackman and Harris: side lobes at -92 dB. */
function spectrumOf(y: Float64Array): Float64Array {
  const re = new Float64Array(frames),
    im = new Float64Array(frames)
  for (let i = 0; i < frames; i++) {
    const t = (2 * Math.PI * i) / frames
    re[i] = y[i]! * (0.35875 - 0.48829 * Math.cos(t) + 0.14128 * Math.cos(2 * t) - 0.01168 * Math.cos(3 * t))
  }
  createFft(frames).forward(re, im)
  return re.map((v, k) => (Math.hypot(v, im[k]!) * 2) / 0.35875 / frames).subarray(0, frames / 2)
}
const dB = (ratio: number) => 20 * Math.log10(ratio)

describe('oscillator', () => {
  // Amplitudes of the Fourier series; on whole bins, so that no harmonic lies between two.
  const series: Record<string, (k: number) => number> = {
    sine: k => (k === 1 ? 1 : 0),
    saw: k => 2 / (Math.PI * k),
    square: k => Math.abs(4 * Math.sin(Math.PI * k * 0.3)) / (Math.PI * k),
    triangle: k => (k % 2 ? 8 / (Math.PI * k) ** 2 : 0)
  }
  it.each(Object.keys(series))('%s: harmonics as its series has them, nothing between them below 20 kHz', shape => {
    for (const bin of [150, 1685, 5003]) {
      const frequency = (bin * rate) / frames,
        spectrum = spectrumOf(played({ shape, frequency, width: 0.3 })),
        audible = Math.floor((20000 * frames) / rate)
      // The highest two thirds of an octave below what may fold (28 kHz) fade: all below 17.6 kHz are whole.
      for (let k = 1; k * frequency < 17600 && k <= 1024; k++) {
        const wanted = series[shape]!(k)
        expect(Math.abs(spectrum[k * bin]! - wanted), `${shape} ${bin} harmonic ${k}`).toBeLessThan(1e-4)
      }
      let most = 0
      for (let k = 8; k < audible; k++) {
        const off = k % bin
        if (off > 4 && off < bin - 4) most = Math.max(most, spectrum[k]!)
      }
      // A saw that is not band-limited has -26 dB here at 3.7 kHz.
      expect(dB(most), `${shape} ${bin} beside`).toBeLessThan(-80)
    }
  })
  it('goes up an octave for 1 on its inlet, and is silent above half the sample rate', () => {
    const y = played({ shape: 'sine', frequency: 440 }, { frequency: () => 1 })
    for (const i of [0, 1, 777, 40000]) expect(y[i]).toBeCloseTo(Math.sin((2 * Math.PI * 880 * i) / rate), 9)
    const high = played({ shape: 'saw', frequency: 12000 }, { frequency: () => 1.3 })
    expect(Math.max(...high.subarray(0, 1000).map(Math.abs))).toBe(0)
  })
  it('has its phase moved by its inlet, in degrees', () => {
    const y = played({ shape: 'sine', frequency: 100, phase: 30 }, { phase: i => (i < 10 ? 0 : 60) })
    expect(y[0]).toBeCloseTo(0.5, 12)
    expect(y[20]).toBeCloseTo(Math.sin(2 * Math.PI * ((100 * 20) / rate + 0.25)), 9)
  })
  it('has an exact gradient of the sine, which the places of the matrix pass by', () => {
    const n = 500,
      values = { shape: 'sine', frequency: 1000, phase: 20 } as const
    const weight = stereo(n, (i, c) => Math.cos(i * 0.37 + c))
    const run = (frequency: number) => rig(oscillator, { rate, frames: n, values: { ...values, frequency } }).run([])
    const bench = rig(oscillator, { rate, frames: n, values })
    bench.run([], { keep: true })
    const loss = (frequency: number) =>
      run(frequency)[0]!.reduce((sum, c, k) => sum + c.reduce((s, v, i) => s + v * weight[k as 0 | 1][i]!, 0), 0)
    const measured = (loss(1000.01) - loss(999.99)) / 0.02
    expect(bench.adjoint([weight]).gp.frequency).toBeCloseTo(measured, 6)
  })
})
