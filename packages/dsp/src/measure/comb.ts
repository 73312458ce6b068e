/**
 * Comb filtering: a delayed copy, 0.5 to 25 ms late, makes ripples of equal distance in the spectrum. They are found as
 * a peak of the cepstrum of the mean logarithmic spectrum of L + R (Bogert, Healy & Tukey, 1963): a copy of gain g adds
 * 2 g cos(ωτ) - … to it. Averaging over the song lets the harmonics of single notes cancel; a song on one note would
 * show its period.
 */
import type { Audio } from '../define.ts'
import { createRealFft } from '../math/fft.ts'
import { hann } from '../math/window.ts'
import { createFraming, frameSize } from './framing.ts'
import { framesOf, type Meter, measured, requireFormat } from './input.ts'

export interface Comb {
  /** Gain of the copy against the sound itself, 0 … 1, as far as it exceeds what the music shows. 0 for silence. */
  readonly gain: number
  /** ms */
  readonly delay: number
  /** dB from the crests of the ripple to its troughs: 20 lg (1 + gain) / (1 - gain). */
  readonly ripple: number
}
/** Hz: between these the spectrum is read, faded at both ends. */
const range = { low: 150, high: 12000 } as const
/** ms */
const shortest = 0.5,
  longest = 25
/** Cepstral bins on either side that tell what is usual. */
const neighbours = 40

/** @throws RangeError unless there are 1 or 2 channels */
export function createComb(sampleRate: number, channels: number): Meter<Comb> {
  requireFormat(sampleRate, channels)
  const size = frameSize(sampleRate, 0.186),
    fft = createRealFft(size),
    window = hann(size),
    x = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    sums = new Float64Array(fft.bins)
  let count = 0
  const framing = createFraming(channels, size, size / 2, 0, frame => {
    const l = frame[0]!,
      r = frame[channels - 1]!
    let energy = 0
    for (let i = 0; i < size; i++) {
      x[i] = (l[i]! + r[i]!) * window[i]!
      energy += x[i]! * x[i]!
    }
    // Below -60 dBFS there is nothing to hear in it.
    if (energy < size * 1e-6) return
    fft.forward(x, re, im)
    const least = energy * size * 1e-14
    for (let k = 0; k < fft.bins; k++) sums[k]! += Math.log(re[k]! * re[k]! + im[k]! * im[k]! + least)
    count++
  })
  return {
    push: audio => framing.push(audio, framesOf(audio, channels)),
    result: () => (count > 0 ? combOf(sums, count, sampleRate, size) : { gain: 0, delay: 0, ripple: 0 })
  }
}
/** Comb filtering of audio in memory. @throws RangeError as `createComb` */
export const measureComb = (audio: Audio, sampleRate: number): Comb =>
  measured(createComb(sampleRate, audio.length), audio)

function combOf(sums: Float64Array, count: number, sampleRate: number, size: number): Comb {
  const cepstrum = cepstrumOf(sums, count, sampleRate / size, size),
    from = Math.round((shortest * sampleRate) / 1000),
    to = Math.min(Math.round((longest * sampleRate) / 1000), size / 2 - neighbours)
  let best = from,
    gain = 0
  for (let n = from; n <= to; n++) {
    let usual = 0,
      seen = 0
    for (let k = Math.max(from >> 1, n - neighbours); k <= n + neighbours; k++)
      if (Math.abs(k - n) > 8) {
        usual += cepstrum[k]! ** 2
        seen++
      }
    // Twice the deviation of its surroundings is what the music shows by chance.
    const excess = cepstrum[n]! - 2 * Math.sqrt(usual / seen)
    if (excess > gain) {
      gain = excess
      best = n
    }
  }
  gain = Math.min(gain, 0.999)
  return { gain, delay: (1000 * best) / sampleRate, ripple: 20 * Math.log10((1 + gain) / (1 - gain)) }
}

/** Real cepstrum of the logarithmic power spectrum within the range, scaled so that 2 g cos(ωτ) gives g at τ. */
function cepstrumOf(sums: Float64Array, count: number, binWidth: number, size: number): Float64Array {
  const fft = createRealFft(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    out = new Float64Array(size),
    first = Math.ceil(range.low / binWidth),
    last = Math.min(Math.floor(range.high / binWidth), fft.bins - 1)
  let weights = 0,
    mean = 0
  const weight = (k: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (k - first)) / (last - first))
  for (let k = first; k <= last; k++) {
    weights += weight(k)
    mean += weight(k) * (sums[k]! / count)
  }
  for (let k = first; k <= last; k++) re[k] = weight(k) * (sums[k]! / count - mean / weights)
  fft.inverse(re, im, out)
  // A cosine of amplitude 2 g leaves 2 g · weights / size there.
  return out.map(v => (v * size) / weights / 2)
}
