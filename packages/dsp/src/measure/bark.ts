/**
 * Bark spectrum and Bark distance: how far two sounds differ in tone.
 *
 * z = 26.81 f / (1960 + f) - 0.53 (Traunmüller 1990). 24 triangles, evenly spaced in z from 20 Hz to 20 kHz, each
 * reaching to its neighbours'
 * centres, weigh the time average of the magnitudes |STFT| (Hann, 0.74 s: 32768 samples at 44.1 kHz, hop a quarter) of
 * L + R (mid) and L - R (side).
 */
import type { Audio } from '../define.ts'
import { createFft } from '../math/fft.ts'
import { hann } from '../math/window.ts'
import { createFraming, frameSize } from './framing.ts'
import { framesOf, type Meter, measured, requireFormat } from './input.ts'

export const barkBands = 24
/** Hz */
const range = { low: 20, high: 20000 } as const
/** Bark */
export const barkOf = (frequency: number): number => (26.81 * frequency) / (1960 + frequency) - 0.53
/** Hz */
export const frequencyOfBark = (bark: number): number => (1960 * (bark + 0.53)) / (26.81 - 0.53 - bark)

/** Corners in Hz: band b rises from corner b to b + 1 and falls to b + 2. */
export const barkCorners: readonly number[] = Array.from({ length: barkBands + 2 }, (_, i) =>
  frequencyOfBark(barkOf(range.low) + ((barkOf(range.high) - barkOf(range.low)) * i) / (barkBands + 1))
)

export interface BarkSpectrum {
  /**
   * Weighted sums of mean magnitudes, one per band that lies wholly below half the sample rate (all 24 from 40 kHz on).
   */
  readonly mid: Float64Array
  /** Zero for mono. */
  readonly side: Float64Array
}

/** Shorter audio than a frame is followed by silence. @throws RangeError unless there are 1 or 2 channels */
export function createBark(sampleRate: number, channels: number): Meter<BarkSpectrum> {
  requireFormat(sampleRate, channels)
  const size = frameSize(sampleRate, 0.743),
    half = size / 2
  const fft = createFft(size),
    window = hann(size),
    re = new Float64Array(size),
    im = new Float64Array(size)
  const weights = barkWeights(sampleRate, size)
  const sums = { mid: new Float64Array(half + 1), side: new Float64Array(half + 1) }
  let visited = 0
  /** Mid and side as one complex signal; a mono signal is its own mid, doubled, as two equal channels would be. */
  function add(frame: readonly Float64Array[], to: typeof sums): void {
    const l = frame[0]!,
      r = frame[channels - 1]!
    for (let i = 0; i < size; i++) {
      re[i] = (l[i]! + r[i]!) * window[i]!
      im[i] = (l[i]! - r[i]!) * window[i]!
    }
    fft.forward(re, im)
    for (let k = 1; k < half; k++) {
      const a = re[k]!,
        b = im[k]!,
        c = re[size - k]!,
        d = im[size - k]!
      to.mid[k]! += Math.sqrt((a + c) * (a + c) + (b - d) * (b - d)) / 2
      to.side[k]! += Math.sqrt((b + d) * (b + d) + (c - a) * (c - a)) / 2
    }
  }
  const framing = createFraming(channels, size, size / 4, 0, frame => {
    add(frame, sums)
    visited++
  })
  return {
    push: audio => framing.push(audio, framesOf(audio, channels)),
    result() {
      const total = { mid: sums.mid.slice(), side: sums.side.slice() }
      let count = visited
      if (count === 0)
        framing.rest(frame => {
          if (count === 0) {
            add(frame, total)
            count = 1
          }
        })
      const banded = (magnitudes: Float64Array): Float64Array =>
        Float64Array.from(
          weights,
          ({ first, values }) => values.reduce((sum, w, i) => sum + w * magnitudes[first + i]!, 0) / Math.max(1, count)
        )
      return { mid: banded(total.mid), side: banded(total.side) }
    }
  }
}
/** Bark spectrum of audio in memory. @throws RangeError as `createBark` */
export const measureBark = (audio: Audio, sampleRate: number): BarkSpectrum =>
  measured(createBark(sampleRate, audio.length), audio)

/** Weights of one band over the bins of a transform, from bin `first` on. */
export interface BarkWeights {
  readonly first: number
  readonly values: Float64Array
}
/** The bands that lie wholly below half the sample rate, for a transform of `size` samples. */
export const barkWeights = (sampleRate: number, size: number): BarkWeights[] =>
  Array.from({ length: barkCorners.filter(corner => corner <= sampleRate / 2 + 1e-6).length - 2 }, (_, b) =>
    triangle(b, sampleRate / size)
  )

function triangle(band: number, binWidth: number): BarkWeights {
  const [low, centre, high] = [
    barkOf(barkCorners[band]!),
    barkOf(barkCorners[band + 1]!),
    barkOf(barkCorners[band + 2]!)
  ] as const
  const first = Math.max(1, Math.ceil(barkCorners[band]! / binWidth)),
    last = Math.floor(barkCorners[band + 2]! / binWidth)
  const values = Float64Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const z = barkOf((first + i) * binWidth)
    return z < centre ? (z - low) / (centre - low) : (high - z) / (high - centre)
  })
  return { first, values }
}

/**
 * Mean over the bands of |20 lg(a / b)| in dB, both brought to the same loudness. Magnitudes are floored 120 dB below
 * the largest band.
 * @param a @param b magnitudes per band, of mid or of side, measured at the same sample rate
 * @param louder loudness of a minus loudness of b, LU
 * @returns null if either is silent
 * @throws RangeError if the numbers of bands differ
 */
export function barkDistance(a: Float64Array, b: Float64Array, louder: number): number | null {
  if (a.length !== b.length)
    throw new RangeError(
      `Bark spectra of ${a.length} and ${b.length} bands cannot be compared; measure both at one sample rate`
    )
  const mostA = a.reduce((x, y) => Math.max(x, y), 0),
    mostB = b.reduce((x, y) => Math.max(x, y), 0)
  if (!(mostA > 0 && mostB > 0)) return null
  let sum = 0
  for (let i = 0; i < a.length; i++)
    sum += Math.abs(20 * Math.log10(Math.max(a[i]!, mostA * 1e-6) / Math.max(b[i]!, mostB * 1e-6)) - louder)
  return sum / a.length
}
