/** What the writers of all formats have in common. */
import type { Audio } from '@mixwright/dsp'
import { assertFinite } from './finite.ts'

export interface WriteResult {
  readonly frames: number
  /** Bytes of the whole file. */
  readonly bytes: number
  /** Samples (of all channels) that had to be limited to full scale. Always 0 for floats. */
  readonly clipped: number
}

export interface AudioWriter {
  /**
   * Appends a block of any length. @throws AudioFileError for NaN or infinite samples, RangeError for a wrong number of
   * channels
   */
  write(audio: Audio): Promise<void>
  /** Completes the file. The sink is not closed. */
  close(): Promise<WriteResult>
}

/** @throws AudioFileError, RangeError as `AudioWriter.write`; `start` is the block's first frame in the file */
export function checkBlock(audio: Audio, channels: number, start: number, name: string, sampleRate: number): void {
  const length = audio[0]?.length ?? 0
  if (audio.length !== channels || audio.some(c => c.length !== length))
    throw new RangeError(
      `${name}: a block of ${audio.map(c => c.length).join(' + ')} samples; give ${channels} channels of equal length`
    )
  assertFinite(audio, start, name, sampleRate)
}

/** Frames given to an encoder at a time: its memory grows with them. */
const encoderFrames = 4096

/**
 * A writer over an encoder.
 * @param encode gets pieces of what is written, within full scale
 * @param finish ends the file of so many frames @returns its bytes
 */
export function encoderWriter(
  { channels, name, sampleRate }: { readonly channels: number; readonly name: string; readonly sampleRate: number },
  encode: (audio: Audio) => Promise<void>,
  finish: (frames: number) => Promise<number>
): AudioWriter {
  let frames = 0,
    clipped = 0
  return {
    async write(audio) {
      checkBlock(audio, channels, frames, name, sampleRate)
      for (const part of limited(audio)) {
        clipped += part.clipped
        await encode(part.audio)
      }
      frames += audio[0]!.length
    },
    close: async () => ({ frames, clipped, bytes: await finish(frames) })
  }
}

/** Pieces of a block, limited to full scale. */
function* limited(audio: Audio): Generator<{ audio: Audio; clipped: number }> {
  for (let start = 0; start < audio[0]!.length; start += encoderFrames) {
    let clipped = 0
    const part = audio.map(channel =>
      channel.slice(start, start + encoderFrames).map(x => {
        if (Math.abs(x) > 1) clipped++
        return Math.max(-1, Math.min(1, x))
      })
    )
    yield { audio: part, clipped }
  }
}
