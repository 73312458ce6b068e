/** What is taken for wrong with a song, without a reference. */
import { barkCorners } from '@mixwright/dsp'
import { recordTone } from '../mix/tone-aims.ts'
import { bandLevels, type Sound } from './sound.ts'

export interface Norms {
  /** dB per Bark band to be added to the song. */
  readonly tone: readonly number[]
  /** dB by which peaks should stand higher; below 0: lower. */
  readonly density: number
  readonly reason: string
}
/** A quarter of what goes beyond what records differ by. */
export function normsOf({ spectra }: Sound): Norms {
  // Sums of magnitudes grow with a band's width as amplitudes do, those of power with its root.
  const levels = bandLevels(spectra).map(
      (level, b) => level - 10 * Math.log10((barkCorners[b + 2]! - barkCorners[b]!) / 2)
    ),
    { levels: records, weights, tolerance } = recordTone(levels.length),
    errors = levels.map((level, b) => level - records[b]!),
    mean = errors.reduce((sum, e, b) => sum + weights[b]! * e, 0) / weights.reduce((a, b) => a + b, 0)
  return {
    tone: errors.map((e, b) =>
      weights[b]! > 0 ? -0.25 * Math.sign(e - mean) * Math.max(0, Math.abs(e - mean) - tolerance) : 0
    ),
    density: 0,
    reason: 'records differ by less from what they have on average'
  }
}
