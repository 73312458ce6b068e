/** Vorbis in Ogg (Vorbis I specification, section 4.2 and appendix A), decoded by libvorbis in WebAssembly. */
import type { AudioFile, OpenOptions } from './audio-file.ts'
import { type ByteSource, viewOf } from './bytes.ts'
import { decodePieces, type PieceDecoder } from './decode.ts'
import { checkForm, truncated } from './error.ts'
import { openOgg } from './ogg.ts'
import { readComment } from './vorbis-comment.ts'

/** @throws AudioFileError for anything that is wrong in its pages or its first header */
export async function openVorbis(
  source: ByteSource,
  start: number,
  place: string,
  options: OpenOptions = {}
): Promise<AudioFile> {
  const stream = await openOgg(source, start, place, options),
    head = stream.identification
  if (head.length < 30) throw truncated(place, 'the Vorbis header is incomplete')
  const channels = head[11]!,
    sampleRate = viewOf(head).getUint32(12, true),
    longBlock = 1 << (head[28]! >> 4)
  checkForm(place, channels, sampleRate)
  // Each packet adds half a long block at most. More on the first page means that the stream was cut out of a longer
  // one.
  const cut = stream.first.granule! > (stream.first.packets.length * longBlock) / 2,
    frames = cut || !stream.final.last ? undefined : stream.final.granule
  const tags = stream.comment && readComment(stream.comment.subarray(7)) // behind the magic word
  return {
    format: 'vorbis',
    sampleRate,
    channels,
    ...(frames !== undefined && { frames }),
    ...(tags && { tags }),
    blocks: () => decodePieces(createDecoder, stream.pages(), { place, sampleRate, channels })
  }
}

async function createDecoder(): Promise<PieceDecoder> {
  const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis')
  return new OggVorbisDecoder()
}
