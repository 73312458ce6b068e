/** FLAC (RFC 9639), decoded by libFLAC in WebAssembly. */
import type { AudioFile, OpenOptions } from './audio-file.ts'
import { type ByteSource, piecesOf, viewOf } from './bytes.ts'
import { decodePieces, type PieceDecoder } from './decode.ts'
import { checkForm, corrupt, truncated } from './error.ts'
import { maxTagBytes, type Picture, type Tags, tagsOf } from './tags.ts'
import { readComment, readPicture } from './vorbis-comment.ts'

/**
 * Opens a FLAC stream that begins at byte `start`.
 * @throws AudioFileError for anything that is wrong in its STREAMINFO
 */
export async function openFlac(
  source: ByteSource,
  start: number,
  place: string,
  options: OpenOptions = {}
): Promise<AudioFile> {
  const head = await source.read(start, 42)
  if (head.length < 42) throw truncated(place, 'the FLAC file ends inside its first block')
  if ((head[4]! & 0x7f) !== 0) throw corrupt(place, 'the FLAC file does not begin with STREAMINFO')
  // After 8 bytes of headers: block and frame sizes (10 bytes), then rate: 20 bits, channels - 1: 3, bits - 1: 5,
  // frames: 36 (0 = not known).
  const view = viewOf(head),
    packed = view.getUint32(18),
    sampleRate = packed >>> 12,
    channels = ((packed >> 9) & 7) + 1,
    bits = ((packed >> 4) & 31) + 1
  const total = (packed & 15) * 2 ** 32 + view.getUint32(22),
    frames = total === 0 ? undefined : total
  checkForm(place, channels, sampleRate)
  const tags = await readTags(source, start + 4)
  return {
    format: 'flac',
    sampleRate,
    channels,
    bits,
    ...(tags && { tags }),
    ...(frames !== undefined && { frames }),
    blocks: () =>
      decodePieces(createDecoder, piecesOf(source, start), {
        place,
        sampleRate,
        channels,
        frames,
        allowTruncated: options.allowTruncated,
        correct: rescaled(bits)
      })
  }
}

/** Of metadata: far more than any program writes. */
const maxBlocks = 1024
/** Comments and pictures (RFC 9639 section 8.6 and 8.8) in the blocks from byte `at` on. */
async function readTags(source: ByteSource, at: number): Promise<Tags | undefined> {
  const pictures: Picture[] = []
  let texts: Tags | undefined,
    used = 0
  for (let last = false, count = 0; !last && count < maxBlocks; count++) {
    const head = await source.read(at, 4)
    if (head.length < 4) break
    const type = head[0]! & 0x7f,
      size = viewOf(head).getUint32(0) & 0xffffff
    last = head[0]! > 0x7f
    if ((type === 4 || type === 6) && (used += size) <= maxTagBytes) {
      const data = await source.read(at + 4, size),
        picture = type === 6 ? readPicture(data) : undefined
      if (picture) pictures.push(picture)
      if (type === 4) texts ??= readComment(data)
    }
    at += 4 + size
  }
  return tagsOf(texts ?? {}, [...(texts?.pictures ?? []), ...pictures])
}

async function createDecoder(): Promise<PieceDecoder> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac')
  return new FLACDecoder()
}

/**
 * The decoder divides by 2^(bits-1) - 1, so that the same samples differ from those of a WAV. Back to whole numbers,
 * then over 2^(bits-1);
 * exact to 24 bits, where a float's error is a quarter of a step at most.
 */
const rescaled = (bits: number) => {
  const full = 2 ** (bits - 1),
    factor = full - 1
  return (channel: Float32Array): void => {
    for (let i = 0; i < channel.length; i++) channel[i] = Math.round(channel[i]! * factor) / full
  }
}
