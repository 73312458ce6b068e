/** Long-term average spectrum, its third-octave bands, tilt and centroid. */
import type { Audio } from '../define.ts'
import { type CrossSpectrum, createCrossSpectrum } from './cross-spectrum.ts'
import { decibels, type Meter, measured } from './input.ts'
import { type Band, bandSum, thirdOctaves } from './third-octaves.ts'

/** Hz: the bands centred in here, 100 Hz to 10 kHz, give the tilt. */
export const tiltRange = { low: 90, high: 11000 } as const

export interface LongTermSpectrum {
  readonly bands: readonly Band[]
  /**
   * dB per band: mean square of the samples (mean of the channels), full scale = 1, so a full-scale sine reads -3.01.
   * -Infinity if empty.
   */
  readonly levels: readonly number[]
  /**
   * dB per octave: slope of the regression line of the power density of the third octaves from 100 Hz to 10 kHz over
   * lg2 of their centres.
   * White noise 0, pink noise -3.01. null if fewer than three bands hold power.
   */
  readonly tilt: number | null
  /** Hz: mean frequency, weighted by power, without 0 Hz. null for silence. */
  readonly centroid: number | null
  /** Mean square per bin (mean of the channels). */
  readonly power: Float64Array
  /** Hz */
  readonly binWidth: number
}

/** @throws RangeError unless there are 1 or 2 channels */
export function createSpectrum(sampleRate: number, channels: number): Meter<LongTermSpectrum> {
  const cross = createCrossSpectrum(sampleRate, channels)
  return { push: cross.push, result: () => spectrumOf(cross.result()) }
}
/** Spectrum of audio in memory. @throws RangeError as `createSpectrum` */
export const measureSpectrum = (audio: Audio, sampleRate: number): LongTermSpectrum =>
  measured(createSpectrum(sampleRate, audio.length), audio)

export function spectrumOf({ left, right, binWidth }: CrossSpectrum): LongTermSpectrum {
  const power = left.map((p, k) => (p + right[k]!) / 2),
    bands = thirdOctaves(2 * binWidth * (power.length - 1))
  const sums = bands.map(band => bandSum(power, binWidth, band))
  return {
    bands,
    levels: sums.map(decibels),
    tilt: tiltOf(bands, sums),
    centroid: centroidOf(power, binWidth),
    power,
    binWidth
  }
}

function tiltOf(bands: readonly Band[], sums: readonly number[]): number | null {
  const points = bands.flatMap(({ centre, low, high }, i) =>
    centre > tiltRange.low && centre < tiltRange.high && sums[i]! > 0
      ? [{ x: Math.log2(centre), y: decibels(sums[i]! / (high - low)) }]
      : []
  )
  if (points.length < 3) return null
  const x = points.reduce((sum, p) => sum + p.x, 0) / points.length,
    y = points.reduce((sum, p) => sum + p.y, 0) / points.length
  return points.reduce((sum, p) => sum + (p.x - x) * (p.y - y), 0) / points.reduce((sum, p) => sum + (p.x - x) ** 2, 0)
}

function centroidOf(power: Float64Array, binWidth: number): number | null {
  let sum = 0,
    moment = 0
  for (let k = 1; k < power.length; k++) {
    sum += power[k]!
    moment += power[k]! * k
  }
  return sum > 0 ? (moment / sum) * binWidth : null
}
