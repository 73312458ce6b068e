/** Opus in Ogg (RFC 7845), decoded by libopus in WebAssembly at 48 kHz, without pre-skip and end padding. */
import type { AudioFile, OpenOptions } from './audio-file.ts'
import { type ByteSource, viewOf } from './bytes.ts'
import { decodePieces, type PieceDecoder } from './decode.ts'
import { checkForm, truncated } from './error.ts'
import { type OggPage, openOgg } from './ogg.ts'
import { pagesOf } from './ogg-writer.ts'
import { opusRate, opusTags } from './opus-writer.ts'
import { readComment } from './vorbis-comment.ts'

const sampleRate = opusRate
/** @throws AudioFileError for anything that is wrong in its pages or its first header */
export async function openOpus(
  source: ByteSource,
  start: number,
  place: string,
  options: OpenOptions = {}
): Promise<AudioFile> {
  const stream = await openOgg(source, start, place, options),
    head = stream.identification
  if (head.length < 19) throw truncated(place, 'the Opus header is incomplete')
  const view = viewOf(head),
    channels = head[9]!,
    preSkip = view.getUint16(10, true),
    gain = 10 ** (view.getInt16(16, true) / 256 / 20) // Q7.8 dB, which the decoder leaves to us
  checkForm(place, channels, sampleRate)
  // A stream that was cut out of a longer one does not begin at 0.
  const origin = Math.max(0, stream.first.granule! - (await firstFrames(source, stream.first))),
    frames = stream.final.last ? Math.max(0, stream.final.granule! - origin - preSkip) : undefined
  const tags = stream.comment && readComment(stream.comment.subarray(8)) // behind the magic word
  return {
    format: 'opus',
    sampleRate,
    channels,
    ...(frames !== undefined && { frames }),
    ...(tags && { tags }),
    blocks: () =>
      decodePieces(createDecoder, withoutComment(stream.pages()), {
        place,
        sampleRate,
        channels,
        frames,
        trim: { start: 0 },
        allowTruncated: options.allowTruncated,
        ...(gain !== 1 && { correct: scaled(gain) })
      })
  }
}

/**
 * The pages with an empty comment in place of theirs: the decoder takes it for sound where it fills a page, as artwork
 * does. Sound begins on a page of its own (RFC 7845 section 3).
 */
async function* withoutComment(pages: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let state: 'head' | 'comment' | 'sound' = 'head'
  for await (const page of pages) {
    if (state !== 'comment') yield page
    else if (page.subarray(27, 27 + page[26]!).some(segment => segment < 255)) state = 'sound'
    if (state !== 'head') continue
    state = 'comment'
    yield* pagesOf([opusTags({})], { serial: viewOf(page).getUint32(14, true), number: 1, granule: 0 })
  }
}

async function createDecoder(): Promise<PieceDecoder> {
  const { OggOpusDecoder } = await import('ogg-opus-decoder')
  return new OggOpusDecoder()
}

const scaled =
  (gain: number) =>
  (channel: Float32Array): void => {
    for (let i = 0; i < channel.length; i++) channel[i]! *= gain
  }

/** Frames in the packets that end on a page, by their first bytes (RFC 6716 section 3.1). */
async function firstFrames(source: ByteSource, page: OggPage): Promise<number> {
  const bytes = await source.read(page.offset, page.size)
  let at = 27 + bytes[26]!,
    frames = 0
  for (const size of page.packets) {
    const config = bytes[at]! >> 3,
      code = bytes[at]! & 3
    // SILK 10 to 60 ms, hybrid 10 or 20 ms, CELT 2.5 to 20 ms.
    const ms =
      config < 12 ? [10, 20, 40, 60][config & 3]! : config < 16 ? [10, 20][config & 1]! : [2.5, 5, 10, 20][config & 3]!
    frames += (sampleRate / 1000) * ms * (code === 0 ? 1 : code === 3 ? bytes[at + 1]! & 63 : 2)
    at += size
  }
  return frames
}
