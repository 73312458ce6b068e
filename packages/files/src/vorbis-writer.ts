/** Writes Ogg Vorbis by libvorbis in WebAssembly while the audio comes, in bounded memory. */
import { type AudioWriter, encoderWriter } from './audio-writer.ts'
import { type ByteSink, viewOf } from './bytes.ts'
import { AudioFileError, checkForm } from './error.ts'
import { pagesOf, renumbered } from './ogg-writer.ts'
import type { Tags } from './tags.ts'
import { commentBytes, joined } from './vorbis-comment.ts'

export interface VorbisOptions {
  /** Hz, 8000 to 192000 */
  readonly sampleRate: number
  readonly channels: number
  /** -1 to 10: about 45 to 500 kbit/s in stereo. */
  readonly quality: number
  readonly tags?: Tags
  /** Of the stream's number: the same seed gives the same file. 0 to 4294967295. */
  readonly seed: number
  /** Names the output in errors. */
  readonly name: string
}

/**
 * Begins a file at the sink's start.
 * @throws AudioFileError for a rate or form that it cannot take
 */
export async function createVorbisWriter(sink: ByteSink, options: VorbisOptions): Promise<AudioWriter> {
  const { sampleRate, channels, quality, name, seed, tags = {} } = options
  checkForm(name, channels, sampleRate)
  if (!(sampleRate >= 8000 && sampleRate <= 192000))
    throw new AudioFileError('unsupported', name, `Ogg Vorbis at ${sampleRate} Hz`, 'choose 8000 to 192000 Hz, or FLAC')
  const { createOggEncoder } = await import('wasm-media-encoders'),
    encoder = await createOggEncoder()
  encoder.configure({ sampleRate, channels: channels as 1 | 2, vbrQuality: quality, oggSerialNo: seed | 0 })
  const retag = createRetagger(tags)
  let bytes = 0
  const put = async (encoded: Uint8Array) => {
    for (const part of retag(encoded)) {
      bytes += part.length
      await sink.write(part)
    }
  }
  return encoderWriter(
    { channels, name, sampleRate },
    audio => put(encoder.encode(audio)),
    async () => {
      await put(encoder.finalize())
      return bytes
    }
  )
}

/**
 * Puts tags in the place of the encoder's own, on as many pages as they need, and numbers the pages behind them anew.
 * Takes pieces of any size, gives whole pages.
 */
function createRetagger(tags: Tags): (bytes: Uint8Array) => Generator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(),
    shift = 0,
    /** The encoder's comment and setup, as far as they have come: pages 1 and on, until no sample is behind. */
    headers: Uint8Array[] | undefined = []
  return function* (bytes) {
    rest = joined([rest, bytes])
    for (;;) {
      const size = pageSize(rest)
      if (size === undefined) return
      const page = rest.slice(0, size),
        number = viewOf(page).getUint32(18, true)
      rest = rest.subarray(size)
      if (headers && number > 0) {
        headers.push(page)
        const packets = packetsOf(headers)
        // libvorbis ends the page behind the last header.
        if (packets.length < 2) continue
        const pages = pagesOf([commentPacket(tags), packets[1]!], {
          serial: viewOf(page).getUint32(14, true),
          number: 1,
          granule: 0
        })
        shift = pages.length - headers.length
        headers = undefined
        yield* pages
      } else yield renumbered(page, number + shift)
    }
  }
}

function pageSize(bytes: Uint8Array): number | undefined {
  if (bytes.length < 27 || bytes.length < 27 + bytes[26]!) return undefined
  const size = bytes.subarray(27, 27 + bytes[26]!).reduce((sum, segment) => sum + segment, 27 + bytes[26]!)
  return size <= bytes.length ? size : undefined
}

/** The packets that end on these pages. */
function packetsOf(pages: readonly Uint8Array[]): Uint8Array[] {
  const packets: Uint8Array[] = []
  let open: Uint8Array[] = []
  for (const page of pages) {
    let at = 27 + page[26]!
    for (const segment of page.subarray(27, at)) {
      open.push(page.subarray(at, at + segment))
      at += segment
      if (segment < 255) {
        packets.push(joined(open))
        open = []
      }
    }
  }
  return packets
}

/** Type 3, the codec's name, the comment, and the framing bit. */
const commentPacket = (tags: Tags): Uint8Array =>
  joined([new TextEncoder().encode('\x03vorbis'), commentBytes(tags, true), Uint8Array.of(1)])
