import type { Audio, Clip } from '@mixwright/dsp'
import type { Broadcast } from './broadcast.ts'
import type { Format } from './format.ts'
import type { Tags } from './tags.ts'

/** An opened audio file of one or two channels. Nothing is decoded until asked for. */
export interface AudioFile {
  readonly format: Format
  /** Hz. Opus always decodes at 48 kHz. */
  readonly sampleRate: number
  /** 1 or 2 */
  readonly channels: number
  /** Samples per channel that `blocks` will give, where the file says so. Encoder delay and padding are not counted. */
  readonly frames?: number
  /** Bits per sample as stored; lossy formats have none. */
  readonly bits?: number
  /** Of Broadcast Wave files: where in time the file begins, who made it, how loud it is. */
  readonly broadcast?: Broadcast
  readonly tags?: Tags
  /**
   * Decodes from the start, in order, in bounded memory. Can be asked for again. @throws AudioFileError while iterating
   */
  blocks(): AsyncIterable<Audio>
  /** Random access, where the format allows it without decoding from the start (PCM). */
  readonly clip?: Clip
}

export interface OpenOptions {
  /** Use what is there of a file that ends early, instead of refusing it. Default false. */
  readonly allowTruncated?: boolean
}

/** Frames per block of formats without blocks of their own. */
export const blockFrames = 65536

/** Splits blocks so that none is longer than `blockFrames`, and drops empty ones. */
export function* bounded(audio: Audio): Generator<Audio> {
  const frames = audio[0]?.length ?? 0
  if (frames <= blockFrames) {
    if (frames > 0) yield audio
    return
  }
  for (let start = 0; start < frames; start += blockFrames) yield audio.map(c => c.subarray(start, start + blockFrames))
}
