/**
 * Audio of known length that can be read anywhere: what analyses and tasks work on, so that memory does not grow with
 * length.
 */
import type { Audio } from './define.ts'

export interface Clip {
  /** Hz */
  readonly sampleRate: number
  /** 1 or 2 */
  readonly channels: number
  /** Length in samples per channel. */
  readonly frames: number
  /**
   * Samples `start` to `start + count`; what lies outside the clip is silence. The arrays belong to the caller.
   * @param into arrays of `count` samples, one per channel, that a clip may fill and return instead of new ones
   */
  read(start: number, count: number, into?: Audio): Promise<Audio>
}

/** A clip over samples in memory. @throws RangeError if there are no channels or they differ in length. */
export function clipOf(audio: Audio, sampleRate: number): Clip {
  const frames = audio[0]?.length ?? 0
  if (audio.length === 0 || audio.some(c => c.length !== frames))
    throw new RangeError('a clip needs one or more channels of equal length')
  return {
    sampleRate,
    channels: audio.length,
    frames,
    read: async (start, count) =>
      audio.map(channel => {
        const out = new Float32Array(count),
          from = Math.max(0, start),
          to = Math.min(frames, start + count)
        if (to > from) out.set(channel.subarray(from, to), from - start)
        return out
      })
  }
}

/** The whole clip, `size` samples at a time. */
export async function* blocksOf(clip: Clip, size = 65536): AsyncGenerator<{ start: number; audio: Audio }> {
  for (let start = 0; start < clip.frames; start += size)
    yield { start, audio: await clip.read(start, Math.min(size, clip.frames - start)) }
}
