/** Opus in Ogg (RFC 7845), decoded by libopus in WebAssembly at 48 kHz, without pre-skip and end padding. */
import type { AudioFile, OpenOptions } from './audio-file.ts'
import { type ByteSource, viewOf } from './bytes.ts'
import { decodePieces, type PieceDecoder } from './decode.ts'
import { checkForm, truncated } from './error.ts'
import { openOgg } from './ogg.ts'

const sampleRate = 48000
/** Frames in the longest packet: 120 ms (RFC 6716 section 3.2). */
const longestPacket = 5760

/** @throws AudioFileError for anything that is wrong in its pages or its first header */
export async function openOpus(source: ByteSource, start: number, place: string, options: OpenOptions = {}): Promise<AudioFile> {
  const stream = await openOgg(source, start, place, options), head = stream.identification
  if (head.length < 19) throw truncated(place, 'the Opus header is incomplete')
  const view = viewOf(head), channels = head[9]!, preSkip = view.getUint16(10, true), gain = 10 ** (view.getInt16(16, true) / 256 / 20)
  checkForm(place, channels, sampleRate)
  // More than the first page can hold means that the stream was cut out of a longer one.
  const cut = stream.first.granule! > stream.first.packets * longestPacket, frames = cut || !stream.final.last ? undefined : Math.max(0, stream.final.granule! - preSkip)
  return {
    format: 'opus', sampleRate, channels, ...frames !== undefined && { frames },
    blocks: () => decodePieces(createDecoder, stream.pages(), { place, sampleRate, channels, frames, allowTruncated: options.allowTruncated, gain }),
  }
}

async function createDecoder(): Promise<PieceDecoder> {
  const { OggOpusDecoder } = await import('ogg-opus-decoder')
  return new OggOpusDecoder()
}
