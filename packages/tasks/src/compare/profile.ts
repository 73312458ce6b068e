/** What finding excerpts and aligning versions need to know of a whole file, in one pass. */
import { blocksOf, type Clip, createLoudness, powerOfLoudness } from '@mixwright/dsp'

/** Onset strengths per second. */
export const onsetRate = 100

export interface Profile {
  /** K-weighted power of the 400 ms from 0.1 i s on. */
  readonly power: Float64Array
  /** By how many dB the level rises in each hundredth of a second over the one before; 0 where it falls. */
  readonly onsets: Float64Array
}

/** dBFS: what rises below counts as silence. */
const floor = 1e-7

/** @throws the signal's reason; RangeError where a sample is not finite */
export async function profileOf(
  clip: Clip,
  options: { readonly signal?: AbortSignal; readonly progress?: (fraction: number) => void } = {}
): Promise<Profile> {
  const loudness = createLoudness(clip.sampleRate, clip.channels),
    onsets = new Float64Array(Math.floor((clip.frames * onsetRate) / clip.sampleRate) + 1),
    endOf = (step: number) => Math.round(((step + 1) * clip.sampleRate) / onsetRate)
  let energy = 0,
    last = Number.POSITIVE_INFINITY,
    step = 0,
    begun = 0,
    end = endOf(0)
  for await (const { start, audio } of blocksOf(clip)) {
    options.signal?.throwIfAborted()
    loudness.push(audio)
    const left = audio[0]!,
      right = audio[audio.length - 1]!
    for (let i = 0; i < left.length; i++) {
      const mid = (left[i]! + right[i]!) / 2
      energy += mid * mid
      if (start + i + 1 < end) continue
      const level = 10 * Math.log10(energy / (end - begun) + floor)
      onsets[step] = Math.max(0, level - last)
      last = level
      energy = 0
      begun = end
      end = endOf(++step)
    }
    options.progress?.(Math.min(1, (start + left.length) / clip.frames))
  }
  return { power: loudness.result().momentary.map(powerOfLoudness), onsets }
}
