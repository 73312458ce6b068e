import { blocksOf } from '@mixwright/dsp'
import { type AudioFile, blockFrames } from './audio-file.ts'
import type { Broadcast } from './broadcast.ts'
import type { ByteSource } from './bytes.ts'
import type { Format } from './format.ts'
import { type PcmLayout, pcmClip } from './pcm.ts'
import type { Tags } from './tags.ts'

/** Uncompressed samples as an opened file. */
export function pcmFile(
  source: ByteSource,
  layout: PcmLayout,
  { place, ...about }: { format: Format; bits: number; place: string; broadcast?: Broadcast; tags?: Tags }
): AudioFile {
  const clip = pcmClip(source, layout, place)
  return {
    ...about,
    sampleRate: layout.sampleRate,
    channels: layout.channels,
    frames: layout.frames,
    clip,
    async *blocks() {
      for await (const { audio } of blocksOf(clip, blockFrames)) yield audio
    }
  }
}
