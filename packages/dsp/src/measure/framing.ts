/** Cuts a stream into overlapping frames. */
import type { Audio } from '../define.ts'

export interface Framing {
  push(audio: Audio, frames: number): void
  /**
   * Visits the frames that hold the rest of the stream, followed by silence, until every sample has been in all its
   * frames. Changes nothing.
   */
  rest(visit: Visit): void
}
/** One frame: an array of `size` samples per channel, overwritten afterwards. */
type Visit = (frame: readonly Float64Array[]) => void

/**
 * @param lead samples of silence before the stream, less than `size`: `size - hop` lets every sample be in equally many
 * frames
 */
export function createFraming(channels: number, size: number, hop: number, lead: number, visit: Visit): Framing {
  const buffers = Array.from({ length: channels }, () => new Float64Array(size))
  let held = lead
  return {
    push(audio, frames) {
      for (let i = 0; i < frames; ) {
        const count = Math.min(size - held, frames - i)
        for (let c = 0; c < channels; c++) buffers[c]!.set(audio[c]!.subarray(i, i + count), held)
        held += count
        i += count
        if (held < size) continue
        visit(buffers)
        for (const buffer of buffers) buffer.copyWithin(0, hop)
        held = size - hop
      }
    },
    rest(last) {
      const copies = buffers.map(buffer => buffer.slice().fill(0, held))
      for (let left = held; left > 0; left -= hop) {
        last(copies)
        for (const copy of copies) {
          copy.copyWithin(0, hop)
          copy.fill(0, size - hop)
        }
      }
    }
  }
}

/** The power of two nearest to a time, in samples. */
export const frameSize = (sampleRate: number, seconds: number): number =>
  2 ** Math.round(Math.log2(sampleRate * seconds))
