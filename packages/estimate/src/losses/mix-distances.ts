/**
 * How far is one mix from another of the same song? Guard rails, not quality: published mixes of one song differ by
 * 1.5 dB Bark among themselves. Both are compared at -18 LUFS over the second one's length.
 */
import { type Audio, barkDistance, measureAudio, measureBark, measureLoudness, type Measurement } from '@mixwright/dsp'
import { stftDistance } from './stft-distance.ts'

/** LUFS */
export const comparedAt = -18

export interface MixDistances {
  /** dB: mean over 24 bands of the difference of the average magnitudes of L + R. null for silence, as the others. */
  readonly bark: number | null
  /** `stftDistance` of L + R. */
  readonly mid: number
  /** Of L - R. A silent side weighs heavily against any other: one of -80 dB and one of -120 dB differ by 4.6. */
  readonly side: number
  /** The same, with either floored 40 dB below its mid: only what can be heard counts. */
  readonly audibleSide: number
  /** dB: difference of the crest factors. */
  readonly crest: number | null
  /** Difference of the widths, mean S² / mean M². */
  readonly width: number | null
}

/** Two channels at -18 LUFS; mono counts as two equal channels. Silence stays so. */
export function levelled(audio: Audio, sampleRate: number): Audio {
  const wide = audio.length === 2 ? audio : [audio[0]!, audio[0]!],
    loudness = measureLoudness(wide, sampleRate).integrated,
    gain = Number.isFinite(loudness) ? 10 ** ((comparedAt - loudness) / 20) : 1
  return wide.map(c => c.map(v => v * gain))
}

/** What `distancesBetween` reads of a mix. */
export interface ComparedMix {
  readonly audio: Audio
  readonly mid: Float32Array
  readonly side: Float32Array
  readonly figures: Measurement
  readonly bark: Float64Array
}
/** @param frames the length that is compared */
export function comparedMix(audio: Audio, sampleRate: number, frames = audio[0]!.length): ComparedMix {
  const equal = levelled(
    audio.map(c => c.subarray(0, frames)),
    sampleRate
  )
  return {
    audio: equal,
    mid: equal[0]!.map((v, i) => v + equal[1]![i]!),
    side: equal[0]!.map((v, i) => v - equal[1]![i]!),
    figures: measureAudio(equal, sampleRate),
    bark: measureBark(equal, sampleRate).mid
  }
}

export function distancesBetween(a: ComparedMix, b: ComparedMix): MixDistances {
  const difference = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? null : Math.abs(x - y)
  return {
    bark: barkDistance(a.bark, b.bark, 0),
    mid: stftDistance(a.mid, b.mid),
    side: stftDistance(a.side, b.side),
    audibleSide: stftDistance(a.side, b.side, [a.mid, b.mid]),
    crest: difference(a.figures.crest, b.figures.crest),
    width: difference(a.figures.width, b.figures.width)
  }
}
/** @throws RangeError for more than 2 channels and sample rates outside 8 to 192 kHz */
export const mixDistances = (mix: Audio, reference: Audio, sampleRate: number): MixDistances =>
  distancesBetween(comparedMix(mix, sampleRate, reference[0]!.length), comparedMix(reference, sampleRate))
