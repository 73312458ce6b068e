/** Antiphase: what cancels in mono, and whether the low end is one. */
import type { Audio } from '../define.ts'
import { type CrossSpectrum, createCrossSpectrum } from './cross-spectrum.ts'
import { type Meter, measured } from './input.ts'
import { type Band, bandSum, thirdOctaves } from './third-octaves.ts'

export interface Antiphase {
  /** Share of the energy, 0 … 1: energies of the third octaves correlated below 0, times how far below. */
  readonly share: number
  /** Correlation of left and right from 20 to 120 Hz. null where one of them is silent there. */
  readonly low: number | null
  /** Hz: centres of the third octaves whose correlation is below -0.3. */
  readonly bands: readonly number[]
}
const lowEnd = { low: 20, high: 120 } as const,
  opposite = -0.3

/** @throws RangeError unless there are 1 or 2 channels */
export function createAntiphase(sampleRate: number, channels: number): Meter<Antiphase> {
  const cross = createCrossSpectrum(sampleRate, channels)
  return { push: cross.push, result: () => antiphaseOf(cross.result()) }
}
/** Antiphase of audio in memory. @throws RangeError as `createAntiphase` */
export const measureAntiphase = (audio: Audio, sampleRate: number): Antiphase =>
  measured(createAntiphase(sampleRate, audio.length), audio)

export function antiphaseOf({ left, right, product, binWidth }: CrossSpectrum): Antiphase {
  const of = (band: Pick<Band, 'low' | 'high'>) => {
    const l = bandSum(left, binWidth, band),
      r = bandSum(right, binWidth, band)
    return {
      energy: l + r,
      correlation: l > 0 && r > 0 ? Math.max(-1, bandSum(product, binWidth, band) / Math.sqrt(l * r)) : null
    }
  }
  const bands = thirdOctaves(2 * binWidth * (left.length - 1)).map(band => ({ centre: band.centre, ...of(band) })),
    total = bands.reduce((sum, b) => sum + b.energy, 0)
  return {
    share: total > 0 ? bands.reduce((sum, b) => sum + b.energy * Math.max(0, -(b.correlation ?? 0)), 0) / total : 0,
    low: of(lowEnd).correlation,
    // A band that holds next to nothing is noise.
    bands: bands.filter(b => b.energy > total * 1e-6 && (b.correlation ?? 0) < opposite).map(b => b.centre)
  }
}
