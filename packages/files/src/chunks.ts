import { type ByteSource, textOf, viewOf } from './bytes.ts'
import { type AudioFileError, corrupt, truncated } from './error.ts'

/** One chunk of an IFF or RIFF file. */
export interface Chunk {
  readonly id: string
  /** Where its data begins. */
  readonly offset: number
  /** Bytes it says it has; the file may hold fewer. */
  readonly size: number
}

/** Far more than any program writes: a file made of headers alone must not hold us up. */
const maxChunks = 65536
const printable = /^[\x20-\x7e]{4}$/

/**
 * The chunks from `start` to the end of the file, whatever the outer chunk says of its size (streamed files lie there).
 * Data of odd size is padded. Stops at anything that is not a chunk: trailing garbage is common and harmless.
 */
export async function* chunksOf(
  source: ByteSource,
  start: number,
  littleEndian: boolean,
  sizeOf: (chunk: Chunk) => number = c => c.size
): AsyncGenerator<Chunk> {
  for (let at = start, count = 0; at + 8 <= source.size && count < maxChunks; count++) {
    const head = await source.read(at, 8)
    if (head.length < 8) return
    const id = textOf(head, 0, 4)
    if (!printable.test(id)) return
    const chunk = { id, offset: at + 8, size: viewOf(head).getUint32(4, littleEndian) }
    yield chunk
    const size = sizeOf(chunk)
    at += 8 + size + (size % 2)
  }
}

/**
 * Why a file lacks the chunk `id`: cut off before it, if the outer chunk (`head`, 12 bytes) promised more bytes than
 * there are.
 */
export function missingChunk(
  source: ByteSource,
  head: Uint8Array,
  littleEndian: boolean,
  id: string,
  place: string
): AudioFileError {
  const promised = 8 + viewOf(head).getUint32(4, littleEndian)
  return promised > source.size
    ? truncated(place, `the file ends before its "${id}" chunk`)
    : corrupt(place, `the file has no "${id}" chunk`)
}

/** Texts of chunks: up to the first zero, in UTF-8 where that is what it is, else Latin-1. */
export function chunkText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0),
    text = end < 0 ? bytes : bytes.subarray(0, end)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text).trimEnd()
  } catch {
    return new TextDecoder('latin1').decode(text).trimEnd()
  }
}
