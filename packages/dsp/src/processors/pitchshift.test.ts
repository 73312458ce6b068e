import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import { createFft } from '../math/fft.ts'
import { move } from '../math/peak-shift.ts'
import { createRandom } from '../math/random.ts'
import { pitchshift } from './pitchshift.ts'

const rate = 48000,
  latency = pitchshift.latency!({ sampleRate: rate }),
  size = 32768

/** What comes out for f, without the latency. */
function shifted(semitone: number, frames: number, f: (i: number) => number, formants = 'moved'): Float64Array {
  const bench = rig(pitchshift, { rate, frames: frames + latency, values: { semitone, formants } })
  return bench.run([stereo(frames + latency, f)])[0]![0].subarray(latency)
}
const tones = (frequencies: readonly number[]) => (i: number) =>
  frequencies.reduce((sum, f, k) => sum + 0.2 * Math.sin((2 * Math.PI * f * i) / rate + k), 0)

/** Spectrum of the end, under the 4-term window of Blackman and Harris: side lobes at -92 dB, main lobe ±4 bins. */
function spectrumOf(y: Float64Array): Float64Array {
  const re = new Float64Array(size),
    im = new Float64Array(size),
    from = y.length - size
  for (let i = 0; i < size; i++) {
    const t = (2 * Math.PI * i) / size
    re[i] = y[from + i]! * (0.35875 - 0.48829 * Math.cos(t) + 0.14128 * Math.cos(2 * t) - 0.01168 * Math.cos(3 * t))
  }
  createFft(size).forward(re, im)
  return re.map((v, k) => Math.hypot(v, im[k]!)).subarray(0, size / 2)
}
/** How many cents the peak nearest to each frequency is off at most, and the level of all that is not near any, in dB. */
function judged(spectrum: Float64Array, frequencies: readonly number[]): { cents: number; rest: number } {
  const rest = Float64Array.from(spectrum)
  let cents = 0
  for (const f of frequencies) {
    const want = (f * size) / rate
    let k = Math.round(want)
    for (let j = k - 4; j <= k + 4; j++) if (spectrum[j]! > spectrum[k]!) k = j
    const [a, b, c] = [k - 1, k, k + 1].map(j => Math.log(spectrum[j]!)) as [number, number, number]
    cents = Math.max(cents, Math.abs(1200 * Math.log2((k + (a - c) / (2 * (a - 2 * b + c))) / want)))
    rest.fill(0, k - 5, k + 6)
  }
  return { cents, rest: 20 * Math.log10(Math.max(...rest) / Math.max(...spectrum)) }
}

describe('pitch shift', () => {
  // The phase of a steady partial is followed exactly; what stays is that bins move by whole numbers (their Hann-squared
  // frames, eight overlapping, suppress that to below -80 dB) and that partials nearer than two main lobes (94 Hz) mix.
  it.each([
    [[440], -70],
    [[55], -65],
    [[261.63, 392, 659.26], -60],
    [[261.63, 329.63, 392], -45]
  ])('keeps tones of %j Hz in tune within 0.5 cents; beside them less than %i dB', (frequencies, beside) => {
    for (const semitone of [-12, 3, 7]) {
      const ratio = 2 ** (semitone / 12),
        found = judged(
          spectrumOf(shifted(semitone, 48000, tones(frequencies))),
          frequencies.map(f => f * ratio)
        )
      expect(found.cents, `${semitone}`).toBeLessThan(0.5)
      expect(found.rest, `${semitone}`).toBeLessThan(beside)
    }
  })
  it('keeps the level of a partial wherever it falls between bins', () => {
    for (const f of [400, 403, 406, 409]) {
      const y = shifted(5, 24000, tones([f])).subarray(12000)
      // 12000 samples hold some 130 periods: their mean square errs by less than 1/(4 pi 130).
      const power = y.reduce((sum, v) => sum + v * v, 0) / y.length
      expect(10 * Math.log10(power / 0.02)).toBeCloseTo(0, 1)
    }
  })
  it('keeps hits sharp over what sounds on', () => {
    const frames = 48000,
      period = 7000,
      random = createRandom(5),
      noise = new Float64Array(frames + latency).map(() => random.normal()),
      tone = tones([180, 523, 1310])
    const hits = (i: number) => 0.05 * tone(i) + 0.2 * noise[i]! * Math.exp(-(i % period) / 800)
    /** Level of 10 ms after a hit over 10 ms before it, in dB. */
    const contrast = (sample: (i: number) => number) => {
      let after = 0,
        before = 0
      for (let hit = 2; hit < 6; hit++)
        for (let i = 0; i < 480; i++) {
          after += sample(hit * period + i) ** 2
          before += sample(hit * period - 100 - i) ** 2
        }
      return 10 * Math.log10(after / before)
    }
    expect(contrast(hits)).toBeGreaterThan(21)
    for (const semitone of [-5, 4]) {
      const y = shifted(semitone, frames, hits)
      // Without turning about onsets 12 and 11 dB.
      expect(
        contrast(i => y[i]!),
        `${semitone}`
      ).toBeGreaterThan(15)
    }
  })
  it('keeps the formants of a voice where they are, if it is told to', () => {
    // Harmonics of 150 Hz under a resonance: 20 dB at 1500 Hz, a bell of 300 Hz.
    const envelope = (f: number) => 0.01 * (1 + 9 * Math.exp(-(((f - 1500) / 300) ** 2))),
      harmonics = Array.from({ length: 40 }, (_, k) => 150 * (k + 1)),
      sung = (i: number) =>
        harmonics.reduce((sum, f, k) => sum + envelope(f) * Math.sin((2 * Math.PI * f * i) / rate + k * k), 0)
    /** Where the power around the resonance lies, in Hz. */
    const centre = (formants: string) => {
      const spectrum = spectrumOf(shifted(7, 48000, sung, formants))
      let power = 0,
        moment = 0
      for (let k = Math.round((900 * size) / rate); k < (3500 * size) / rate; k++) {
        power += spectrum[k]! ** 2
        moment += (spectrum[k]! ** 2 * k * rate) / size
      }
      return moment / power
    }
    // Moved, it lies 2^(7/12) as high, at 2247 Hz; a mean over 600 Hz is blunter than the resonance.
    expect(Math.abs(centre('moved') - 2247)).toBeLessThan(60)
    expect(Math.abs(centre('kept') - 1500)).toBeLessThan(150)
  })
  it('moves bins by a map whose transpose is the one that goes back', () => {
    const n = 64,
      random = createRandom(3),
      signal = () => new Float64Array(n).map(() => random.normal()),
      spectrum = () => ({ re: signal(), im: signal() })
    const moves = {
      shift: new Float64Array(n / 2 + 1).map((_, k) => (Math.floor(k / 5) % 3) * 4.3 - 6),
      turn: new Float64Array(n / 2 + 1).map((_, k) => Math.floor(k / 5)),
      gain: new Float64Array(n / 2 + 1).map((_, k) => 1 + k / 9)
    }
    const x = spectrum(),
      w = spectrum(),
      y = spectrum(),
      back = spectrum()
    move(moves, x, y, n, false)
    move(moves, w, back, n, true)
    const dot = (a: typeof x, b: typeof x) => a.re.reduce((sum, v, k) => sum + v * b.re[k]! + a.im[k]! * b.im[k]!, 0)
    expect(dot(y, w)).toBeCloseTo(dot(x, back), 10)
  })
})
