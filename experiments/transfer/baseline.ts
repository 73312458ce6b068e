/** What is easily had: an equaliser that matches mean spectra, smoothed over a third of an octave, and the same loudness. */
import { type Audio, createRealFft, hann, measureLoudness } from '@mixwright/dsp'

const size = 4096,
  /** dB that it does at most. */
  most = 24

export function matchEq(audio: Audio, reference: Audio, rate: number): Float32Array[] {
  const [own, theirs] = [audio, reference].map(one => smooth(meanPower(one))) as [Float64Array, Float64Array],
    limit = 10 ** (most / 20),
    gains = own.map((p, k) => Math.max(1 / limit, Math.min(limit, Math.sqrt(theirs[k]! / p)))),
    toned = audio.map(c => filtered(c, gains)),
    gain = 10 ** ((measureLoudness(reference, rate).integrated - measureLoudness(toned, rate).integrated) / 20)
  return toned.map(c => c.map(v => v * gain) as Float32Array)
}
function meanPower(audio: Audio): Float64Array {
  const fft = createRealFft(size),
    window = hann(size),
    frame = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    sums = new Float64Array(fft.bins).fill(1e-9)
  for (const x of audio)
    for (let at = 0; at + size <= x.length; at += size / 2) {
      for (let i = 0; i < size; i++) frame[i] = window[i]! * x[at + i]!
      fft.forward(frame, re, im)
      for (let k = 0; k < sums.length; k++) sums[k]! += re[k]! ** 2 + im[k]! ** 2
    }
  const frames = Math.max(1, Math.floor((audio[0]!.length - size) / (size / 2)) + 1)
  return sums.map(p => p / frames / audio.length)
}
const smooth = (power: Float64Array): Float64Array =>
  power.map((_, k) => {
    const from = Math.floor(k * 2 ** (-1 / 6)),
      to = Math.min(power.length - 1, Math.ceil(k * 2 ** (1 / 6)))
    return power.subarray(from, to + 1).reduce((a, b) => a + b, 0) / (to - from + 1)
  })
/** Of linear phase, by overlap and add; what it delays is taken off. */
export function filtered(x: Float32Array, gains: Float64Array): Float32Array {
  const fft = createRealFft(size),
    zeros = new Float64Array(fft.bins),
    response = new Float64Array(size)
  fft.inverse(gains, zeros, response)
  const window = hann(size),
    taps = response.map((_, i) => response[(i + size / 2) % size]! * window[i]!),
    long = createRealFft(2 * size),
    padded = (from: ArrayLike<number>, at: number) =>
      Float64Array.from({ length: 2 * size }, (_, i) => (i < size ? (from[at + i] ?? 0) : 0)),
    pair = () => [new Float64Array(long.bins), new Float64Array(long.bins)] as const,
    [tr, ti] = pair(),
    [re, im] = pair(),
    out = new Float64Array(x.length + 2 * size),
    part = new Float64Array(2 * size)
  long.forward(padded(taps, 0), tr, ti)
  for (let at = 0; at < x.length; at += size) {
    long.forward(padded(x, at), re, im)
    for (let k = 0; k < long.bins; k++) {
      const a = re[k]!,
        b = im[k]!
      re[k] = a * tr[k]! - b * ti[k]!
      im[k] = a * ti[k]! + b * tr[k]!
    }
    long.inverse(re, im, part)
    for (let i = 0; i < 2 * size && at + i < out.length; i++) out[at + i]! += part[i]!
  }
  return Float32Array.from({ length: x.length }, (_, i) => out[i + size / 2]!)
}
