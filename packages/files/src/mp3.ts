/** MPEG audio, layers 1 to 3, decoded by mpg123 in WebAssembly without the encoder's delay and padding. */
import type { AudioFile, OpenOptions } from './audio-file.ts'
import { type ByteSource, piecesOf, textOf, viewOf } from './bytes.ts'
import { decodePieces, type PieceDecoder } from './decode.ts'
import { checkForm, corrupt, truncated } from './error.ts'
import { fileId3 } from './id3.ts'
import { type MpegHeader, mpegHeader } from './mpeg-header.ts'

/**
 * Opens an MPEG audio stream whose first frame is at byte `start`, after a walk over its frame headers.
 * @throws AudioFileError where the chain of frames breaks
 */
export async function openMp3(
  source: ByteSource,
  start: number,
  place: string,
  options: OpenOptions = {}
): Promise<AudioFile> {
  const head = await source.read(start, 4096),
    first = mpegHeader(head, 0)
  if (!first) throw corrupt(place, `no MPEG frame at byte ${start}`)
  const { sampleRate, channels } = first,
    info = infoTag(head, first)
  checkForm(place, channels, sampleRate)
  const walk = await walkFrames(source, start, first, place, options),
    count = walk.count - (info ? 1 : 0)
  if (info?.count !== undefined && info.count > count && !options.allowTruncated)
    throw truncated(place, `the header promises ${info.count} MPEG frames, the file holds ${count}`)
  // LAME's delay and padding count from the encoder's input; a decoder adds its own delay, and cannot give what would
  // lie behind the last frame.
  const skip = info?.gap ? info.gap.delay + decoderDelay : 0,
    all = count * first.frames
  const frames = Math.max(0, info?.gap ? Math.min(all - info.gap.delay - info.gap.padding, all - skip) : all)
  const tags = await fileId3(source)
  return {
    format: 'mp3',
    sampleRate,
    channels,
    frames,
    ...(tags && { tags }),
    blocks: () =>
      decodePieces(createDecoder, piecesOf(source, start, walk.end), {
        place,
        sampleRate,
        channels,
        frames,
        trim: { start: skip },
        allowTruncated: options.allowTruncated
      })
  }
}
/** Samples: 528 of the filter bank and one of the hybrid transform (LAME's technical FAQ). */
const decoderDelay = 529

async function createDecoder(): Promise<PieceDecoder> {
  const { MPEGDecoder } = await import('mpg123-decoder')
  return new MPEGDecoder({ enableGapless: false }) // it also skips where no delay is given
}

interface Info {
  /** Frames behind the tag's own. */
  readonly count: number | undefined
  /** Samples that the encoder put before and behind, where it says so. */
  readonly gap: { readonly delay: number; readonly padding: number } | undefined
}

/**
 * The first frame may hold no sound but a tag: "Xing" or "Info", with LAME's extension
 * (gabriel.mp3-tech.org/mp3infotag.html).
 */
function infoTag(head: Uint8Array, first: MpegHeader): Info | undefined {
  const frame = head.subarray(0, first.bytes),
    word = textOf(frame, first.side, first.side + 4)
  if (first.layer !== 3 || frame.length < first.side + 12 || (word !== 'Xing' && word !== 'Info')) return undefined
  const view = viewOf(frame),
    flags = view.getUint32(first.side + 4)
  const count = flags & 1 ? view.getUint32(first.side + 8) : undefined
  const lame = first.side + 8 + (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0)
  const packed = lame + 24 <= frame.length ? view.getUint32(lame + 20) & 0xffffff : 0
  return { count, gap: packed === 0 ? undefined : { delay: packed >> 12, padding: packed & 0xfff } }
}

/** Steps from header to header; `end` lies behind the last whole frame. */
async function walkFrames(
  source: ByteSource,
  start: number,
  first: MpegHeader,
  place: string,
  options: OpenOptions
): Promise<{ count: number; end: number }> {
  const window = 1 << 20
  let count = 0,
    at = start,
    base = start,
    bytes = await source.read(base, window)
  while (at < source.size) {
    if (at + tailWindow > base + bytes.length && base + bytes.length < source.size)
      bytes = await source.read((base = at), window)
    const header = mpegHeader(bytes, at - base)
    if (!header || header.bytes === 0 || header.layer !== first.layer || header.sampleRate !== first.sampleRate) {
      if (isTail(bytes.subarray(at - base)) || options.allowTruncated) break
      throw corrupt(
        place,
        `the chain of MPEG frames breaks at byte ${at}, after ${((count * first.frames) / first.sampleRate).toFixed(3)} s`
      )
    }
    if (at + header.bytes > source.size) {
      if (options.allowTruncated) break
      throw truncated(place, `the last MPEG frame is incomplete (byte ${at})`)
    }
    at += header.bytes
    count++
  }
  return { count, end: at }
}
const tailWindow = 16

/** Tags (ID3v1, APE, Lyrics3, ID3v2 appended) or zeros: what may follow the last frame. */
const isTail = (rest: Uint8Array): boolean =>
  /^(TAG|APETAGEX|LYRICS|3DI|ID3)/.test(textOf(rest, 0, 8)) || rest.every(b => b === 0)
