/** Stereo image, over all frequencies and per third octave. */
import type { Audio } from '../define.ts'
import { type CrossSpectrum, createCrossSpectrum } from './cross-spectrum.ts'
import { type Meter, measured } from './input.ts'
import { type Band, bandSum, thirdOctaves } from './third-octaves.ts'

/** dB: what `monoLoss` reads at most, where nothing is left of a sound whose channels cancel. */
export const largestMonoLoss = 120

export interface StereoFigures {
  /**
   * mean S² / mean M² with M = L + R, S = L - R (Steinmetz et al., Diff-MST, 2024): 0 mono, 1 one channel or two
   * independent equals.
   * null for silence and where the channels cancel.
   */
  readonly width: number | null
  /** (R - L) / (R + L) of the energies: -1 left … 1 right. null for silence. */
  readonly imbalance: number | null
  /** ΣLR / √(ΣL² ΣR²): -1 opposite … 1 equal. null where a channel is silent. */
  readonly correlation: number | null
  /**
   * dB that the sum to mono loses against equal channels: 10 lg(2 (ΣL² + ΣR²) / Σ(L + R)²). 0 equal, 3.01 independent,
   * at most 120. null for silence.
   */
  readonly monoLoss: number | null
}
export interface Stereo extends StereoFigures {
  /** A mono signal counts as two equal channels. */
  readonly bands: readonly (Band & StereoFigures)[]
}

/** @throws RangeError unless there are 1 or 2 channels */
export function createStereo(sampleRate: number, channels: number): Meter<Stereo> {
  const cross = createCrossSpectrum(sampleRate, channels)
  return { push: cross.push, result: () => stereoOf(cross.result()) }
}
/** Stereo figures of audio in memory. @throws RangeError as `createStereo` */
export const measureStereo = (audio: Audio, sampleRate: number): Stereo =>
  measured(createStereo(sampleRate, audio.length), audio)

export function stereoOf({ left, right, product, binWidth }: CrossSpectrum): Stereo {
  const sum = (array: Float64Array): number => array.reduce((a, b) => a + b, 0),
    floor = (sum(left) + sum(right)) * rounding
  return {
    ...figuresOf(sum(left), sum(right), sum(product), floor),
    bands: thirdOctaves(2 * binWidth * (left.length - 1)).map(band => ({
      ...band,
      ...figuresOf(
        bandSum(left, binWidth, band),
        bandSum(right, binWidth, band),
        bandSum(product, binWidth, band),
        floor
      )
    }))
  }
}

/** Share of the whole energy that transforms of both channels at once may leave in a silent channel or band. */
const rounding = 1e-26

function figuresOf(left: number, right: number, product: number, floor: number): StereoFigures {
  const both = left + right,
    mid = both + 2 * product,
    side = both - 2 * product
  if (!(both > floor)) return { width: null, imbalance: null, correlation: null, monoLoss: null }
  // Below this the sum is rounding of the channels, not signal.
  const cancelled = !(mid > both * 10 ** (-largestMonoLoss / 10))
  return {
    width: cancelled ? null : Math.max(0, side) / mid,
    imbalance: (right - left) / both,
    correlation: left > floor && right > floor ? Math.max(-1, Math.min(1, product / Math.sqrt(left * right))) : null,
    monoLoss: cancelled ? largestMonoLoss : 10 * Math.log10((2 * both) / mid)
  }
}
