import { blocksOf } from '@mixwright/dsp'
import { type AudioFile, blockFrames } from './audio-file.ts'
import type { ByteSource } from './bytes.ts'
import type { Format } from './format.ts'
import { type PcmLayout, pcmClip } from './pcm.ts'

/** Uncompressed samples as an opened file. */
export function pcmFile(
  source: ByteSource,
  layout: PcmLayout,
  about: { format: Format; bits: number; place: string }
): AudioFile {
  const clip = pcmClip(source, layout, about.place)
  return {
    format: about.format,
    sampleRate: layout.sampleRate,
    channels: layout.channels,
    frames: layout.frames,
    bits: about.bits,
    clip,
    async *blocks() {
      for await (const { audio } of blocksOf(clip, blockFrames)) yield audio
    }
  }
}
