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
