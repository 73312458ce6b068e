/**
 * Whether two files hold the same recording, and by how much one lags.
 *
 * Onset strengths are correlated over the whole length, which gives a lag to 10 ms; there, and at no lag, the
 * waveforms themselves are correlated, differentiated so that the bass does not decide. Two mixes of one recording
 * have a peak that no two recordings have.
 */
import { type Clip, createRealFft } from '@mixwright/dsp'
import { onsetRate, type Profile } from './profile.ts'

export interface Alignment {
  /** Samples by which the second file is later. */
  readonly lag: number
  /** Largest normalised correlation of the waveforms, 0 to 1. */
  readonly correlation: number
}

/**
 * Correlation from which on two stretches are taken for the same recording. Of four mixes each of two songs and two of a
 * third, pairs of one song have 0.29 to 0.82, pairs of two songs at most 0.017.
 */
export const sameRecording = 0.1
/** Seconds that one may be later, and around a candidate. */
const farthest = 30,
  around = 0.06
/** Seconds of the waveforms that are compared. */
const stretch = 6
/** Seconds apart, at least, of two candidates. */
const apart = 0.05

/** @returns the best lag, or undefined if these are different recordings */
export async function alignmentOf(
  first: { readonly clip: Clip; readonly profile: Profile },
  second: { readonly clip: Clip; readonly profile: Profile }
): Promise<Alignment | undefined> {
  const candidates = [0, ...onsetLags(first.profile.onsets, second.profile.onsets)]
  let best: Alignment | undefined
  for (const seconds of candidates) {
    const lag = Math.round(seconds * first.clip.sampleRate),
      found = await waveformLag(first, second.clip, lag)
    if (found && found.correlation > (best?.correlation ?? sameRecording)) best = found
  }
  return best
}

/** The three likeliest lags in seconds, by the onsets alone. */
function onsetLags(a: Float64Array, b: Float64Array): number[] {
  const most = farthest * onsetRate,
    correlation = correlate(centred(a), centred(b), most),
    found: number[] = []
  const order = Array.from(correlation, (value, i) => ({ value, lag: (i - most) / onsetRate })).sort(
    (x, y) => y.value - x.value
  )
  for (const { value, lag } of order) {
    if (found.length === 3 || value <= 0) break
    if ([0, ...found].every(other => Math.abs(other - lag) >= apart)) found.push(lag)
  }
  return found
}
const centred = (x: Float64Array): Float64Array => {
  const mean = x.reduce((sum, v) => sum + v, 0) / Math.max(1, x.length)
  return x.map(v => v - mean)
}

async function waveformLag(
  first: { readonly clip: Clip; readonly profile: Profile },
  second: Clip,
  lag: number
): Promise<Alignment | undefined> {
  const { clip, profile } = first,
    rate = clip.sampleRate,
    pad = Math.round(around * rate),
    // What both have, so far as the lag holds.
    from = Math.max(0, -lag),
    to = Math.min(clip.frames, second.frames - lag),
    count = Math.min(Math.round(stretch * rate), to - from)
  if (count < rate / 2) return undefined
  const at = loudestStart(profile.power, from, to - count, count, rate),
    a = differentiated(await clip.read(at, count)),
    b = differentiated(await second.read(at + lag - pad, count + 2 * pad))
  const correlation = correlate(a, b, 2 * pad).subarray(2 * pad) // b began `pad` earlier
  let peak = 0
  for (let i = 1; i < correlation.length; i++) if (Math.abs(correlation[i]!) > Math.abs(correlation[peak]!)) peak = i
  const energy = (x: Float64Array, start: number) =>
      x.subarray(start, start + count).reduce((sum, v) => sum + v * v, 0),
    scale = Math.sqrt(energy(a, 0) * energy(b, peak))
  return scale > 0 ? { lag: lag + peak - pad, correlation: Math.abs(correlation[peak]!) / scale } : undefined
}

/** Start in samples, on the grid of 0.1 s, of the `count` loudest samples. */
function loudestStart(power: Float64Array, from: number, to: number, count: number, rate: number): number {
  const step = rate / 10,
    length = Math.floor(count / step)
  let best = from,
    most = -1
  for (let s = Math.ceil(from / step); s * step <= to; s += 10) {
    let sum = 0
    for (let k = s; k < Math.min(power.length, s + length); k++) sum += power[k]!
    if (sum > most) {
      most = sum
      best = Math.round(s * step)
    }
  }
  return Math.min(best, Math.max(from, to))
}

function differentiated(audio: readonly Float32Array[]): Float64Array {
  const left = audio[0]!,
    right = audio[audio.length - 1]!
  return Float64Array.from(left, (x, i) => (i === 0 ? 0 : x + right[i]! - left[i - 1]! - right[i - 1]!))
}

/** Σ a[i] b[i + lag] for lags from -most to most, entry 0 being -most. */
export function correlate(a: Float64Array, b: Float64Array, most: number): Float64Array {
  let size = 4
  while (size < Math.max(a.length, b.length) + most + 1) size *= 2
  const fft = createRealFft(size),
    spectrum = (x: Float64Array) => {
      const padded = new Float64Array(size),
        re = new Float64Array(fft.bins),
        im = new Float64Array(fft.bins)
      padded.set(x)
      fft.forward(padded, re, im)
      return { re, im }
    }
  const fa = spectrum(a),
    fb = spectrum(b),
    re = fa.re.map((x, k) => x * fb.re[k]! + fa.im[k]! * fb.im[k]!),
    im = fa.re.map((x, k) => x * fb.im[k]! - fa.im[k]! * fb.re[k]!),
    sums = new Float64Array(size)
  fft.inverse(re, im, sums)
  return Float64Array.from({ length: 2 * most + 1 }, (_, i) => sums[(i - most + size) % size]!)
}
