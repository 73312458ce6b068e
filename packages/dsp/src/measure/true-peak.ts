/**
 * True peak: the largest value of the waveform between the samples (ITU-R BS.1770-4 annex 2), per 100 ms.
 *
 * Two interpolators read the signal, and the larger value counts.
 * The long one, a Kaiser-windowed sinc of 64 taps at 16 points per sample, is flat to 0.46 of the sample rate; on its
 * grid a sine at 0.45 of
 * the rate reads at most 0.034 dB low. The short one, a Hann-windowed sinc of 12 taps at 4 points, has the length of
 * the standard's own filter:
 * such a filter overshoots by up to about 0.1 dB on sharp transients, and as most meters in use have one, a level that
 * only the long one reads
 * could be refused elsewhere.
 *
 * Few places need either. Between two samples the curve leaves the straight line by Σ g d, with d[n] = x[n+1] - 2 x[n]
 * + x[n-1] and g that which,
 * convolved with (1, -2, 1), is the interpolator minus the straight line. With D the largest |d| under the taps, |x| +
 * D Σ|g| bounds the curve
 * for a whole chunk, and taking the nearest |d| one by one bounds it closely. Wherever that stays below the largest
 * value so far of the same
 * 100 ms, nothing is computed.
 */
import type { Audio } from '../define.ts'
import { kaiser, kaiserBeta, sinc } from '../math/window.ts'
import { createSeries, framesOf, type Meter, measured, requireFormat } from './input.ts'

const points = 16,
  reach = 32,
  taps = 2 * reach
/** dB; with 64 taps the transition is 0.078 wide, centred on half the rate. */
const attenuation = 80
/** Every fourth point: where the short interpolator reads, and where the long one looks first. */
const coarse = points / 4,
  shortReach = 6,
  shortTaps = 2 * shortReach
/**
 * What lies within half a quarter of a quarter's value rises at most by 1 / cos(π/8) above it (band-limited functions,
 * Ehlich & Zeller 1964).
 */
const rise = 1 / Math.cos(Math.PI / 8)
/** Samples whose bound is taken together. */
const chunk = 32
/** Samples kept on either side: a chunk for its second differences, and more than the taps need. */
const margin = 2 * chunk

const beta = kaiserBeta(attenuation)
const rows = interpolator(reach, t => kaiser(t, beta)),
  shortRows = interpolator(shortReach, t => 0.5 + 0.5 * Math.cos(Math.PI * t))
/**
 * max |g| over the points and both interpolators, per tap; then its sum over all taps, and over those that are not
 * `near`.
 */
const bend = bendOf(),
  near = 8
const bound = bend.reduce((a, b) => a + b, 0),
  farBound = bound - bend.subarray(reach - 1 - near, reach - 1 + near).reduce((a, b) => a + b, 0)

/**
 * Row p: weights of the samples 1 - half … half around p / points. The two middle ones are set so that straight lines
 * pass unchanged.
 */
function interpolator(half: number, window: (x: number) => number): Float64Array {
  const out = new Float64Array(points * 2 * half)
  for (let p = 0; p < points; p++) {
    const row = out.subarray(p * 2 * half, (p + 1) * 2 * half)
    let sum = 0,
      moment = 0
    for (let k = 0; k < row.length; k++) {
      const n = k - half + 1,
        t = n - p / points
      row[k] = sinc(t) * window(Math.max(-1, Math.min(1, t / half)))
      sum += row[k]!
      moment += n * row[k]!
    }
    row[half]! += p / points - moment
    row[half - 1]! += 1 - sum - (p / points - moment)
  }
  return out
}

function bendOf(): Float64Array {
  const most = new Float64Array(taps)
  for (const [half, weights, step] of [
    [reach, rows, 1],
    [shortReach, shortRows, coarse]
  ] as const)
    for (let p = step; p < points; p += step)
      for (let k = 0, slope = 0, g = 0; k < 2 * half; k++) {
        slope += weights[p * 2 * half + k]! - (k === half - 1 ? 1 - p / points : k === half ? p / points : 0)
        g += slope
        most[k + reach - half] = Math.max(most[k + reach - half]!, Math.abs(g))
      }
  return most
}

export interface TruePeak {
  /** dBTP, the largest of all channels; -Infinity for silence. */
  readonly max: number
  /** dBTP per channel. */
  readonly channels: readonly number[]
  /** dBTP of all channels per 100 ms (to within 32 samples); the last entry may be shorter. */
  readonly series: Float64Array
}

/**
 * @param channels any number from 1 to 8
 * @throws RangeError for other formats
 */
export function createTruePeak(sampleRate: number, channels: number): Meter<TruePeak> {
  requireFormat(sampleRate, channels, [1, 2, 3, 4, 5, 6, 7, 8])
  const endOf = (step: number): number => Math.round(((step + 1) * sampleRate) / 10 / chunk) * chunk
  const buffers = Array.from({ length: channels }, () => new Float64Array(Math.ceil(sampleRate / 10) + 4 * margin))
  const largest = new Float64Array(channels),
    series = createSeries()
  // A segment lies at `margin` … `margin + length`; it is read once the margin after it is filled.
  let held = margin,
    start = 0,
    length = endOf(0)

  function finish(): void {
    let loudest = 0
    for (let c = 0; c < channels; c++) {
      const peak = peakOf(buffers[c]!, length)
      largest[c] = Math.max(largest[c]!, peak)
      loudest = Math.max(loudest, peak)
      buffers[c]!.copyWithin(0, length, held)
    }
    series.push(loudest)
    held -= length
    start += length
    length = endOf(series.length) - start
  }
  return {
    push(audio) {
      const frames = framesOf(audio, channels)
      for (let i = 0; i < frames; ) {
        const count = Math.min(length + 2 * margin - held, frames - i)
        for (let c = 0; c < channels; c++) buffers[c]!.set(audio[c]!.subarray(i, i + count), held)
        held += count
        i += count
        if (held === length + 2 * margin) finish()
      }
    },
    result() {
      const total = largest.slice(),
        values = [...series.values()]
      // The rest: at most a segment and its margin, so one or two entries, followed by silence.
      for (let at = 0; at < held - margin; at += length) {
        const count = Math.min(length, Math.ceil((held - margin - at) / chunk) * chunk)
        let loudest = 0
        for (let c = 0; c < channels; c++) {
          const rest = new Float64Array(count + 2 * margin)
          rest.set(buffers[c]!.subarray(at, Math.min(held, at + rest.length)))
          const peak = peakOf(rest, count)
          total[c] = Math.max(total[c]!, peak)
          loudest = Math.max(loudest, peak)
        }
        values.push(loudest)
      }
      const dB = (peak: number): number => 20 * Math.log10(peak)
      return {
        max: dB(total.reduce((a, b) => Math.max(a, b), 0)),
        channels: Array.from(total, dB),
        series: Float64Array.from(values, dB)
      }
    }
  }
}

/** True peak of audio in memory. @throws RangeError as `createTruePeak` */
export const measureTruePeak = (audio: Audio, sampleRate: number): TruePeak =>
  measured(createTruePeak(sampleRate, audio.length), audio)

const chunkBend = new Float64Array(192000 / 10 / chunk + 8),
  chunkPeak = new Float64Array(chunkBend.length),
  bends = new Float64Array(192000 / 10 + 8 * chunk)

/**
 * The peak of `length` samples from `margin` on, a multiple of `chunk`, and of the curve up to the sample after them.
 */
function peakOf(x: Float64Array, length: number): number {
  // Chunk 0 is the one before the segment.
  const chunks = length / chunk
  let peak = 0
  for (let c = 0, i = margin - chunk; c < chunks + 2; c++) {
    let most = 0,
      sharpest = 0,
      before = x[i - 1]!,
      here = x[i]!
    for (const end = i + chunk; i < end; i++) {
      const next = x[i + 1]!,
        size = Math.abs(here),
        d = Math.abs(next - 2 * here + before)
      if (size > most) most = size
      if (d > sharpest) sharpest = d
      bends[i] = d
      before = here
      here = next
    }
    chunkPeak[c] = most
    chunkBend[c] = sharpest
    if (c > 0 && c <= chunks && most > peak) peak = most
  }
  for (let c = 1; c <= chunks; c++) {
    const sharpest = Math.max(chunkBend[c - 1]!, chunkBend[c]!, chunkBend[c + 1]!)
    if (Math.max(chunkPeak[c]!, chunkPeak[c + 1]!) + bound * sharpest <= peak) continue
    for (let i = margin + (c - 1) * chunk, end = i + chunk; i < end; i++) {
      const line = Math.max(Math.abs(x[i]!), Math.abs(x[i + 1]!))
      if (line + bound * sharpest <= peak) continue
      let slack = farBound * sharpest
      for (let k = reach - 1 - near, j = i - near + 1; k < reach - 1 + near; k++, j++) slack += bend[k]! * bends[j]!
      if (line + slack > peak) peak = between(x, i, peak)
    }
  }
  return peak
}

/** The largest of `peak` and of both curves between samples i and i + 1. */
function between(x: Float64Array, i: number, peak: number): number {
  let most = Math.max(Math.abs(x[i]!), Math.abs(x[i + 1]!)),
    short = peak
  for (let p = coarse; p < points; p += coarse) {
    short = Math.max(short, Math.abs(at(shortRows, shortTaps, x, i, p)))
    most = Math.max(most, Math.abs(at(rows, taps, x, i, p)))
  }
  if (most * rise <= short) return short
  for (let p = 1; p < points; p++) if (p % coarse !== 0) most = Math.max(most, Math.abs(at(rows, taps, x, i, p)))
  return Math.max(most, short)
}

function at(weights: Float64Array, length: number, x: Float64Array, i: number, p: number): number {
  let sum = 0
  for (let k = 0, r = p * length, j = i - length / 2 + 1; k < length; k++) sum += weights[r + k]! * x[j + k]!
  return sum
}
