/** ZIP archives: the directory, and entries stored or deflated, as streams. Nothing that an archive claims is believed. */
import { type ByteSource, piecesOf, viewOf } from '../bytes.ts'
import { AudioFileError } from '../error.ts'
import { crc32 } from './zip-writer.ts'

/** Raw DEFLATE (RFC 1951): the host brings it. */
export type Inflate = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

export interface ZipEntry {
  readonly name: string
  /** Bytes, unpacked. */
  readonly size: number
  /** Its bytes from the start, checked. @throws AudioFileError while iterating, for other bytes than the directory promises */
  read(): AsyncIterable<Uint8Array>
}

const mostEntries = 100_000,
  mostDirectory = 64 * 2 ** 20,
  /** Of the archive's comment, with the record itself. */
  endReach = 65_535 + 22,
  /** Nothing deflated is smaller by more (zlib's technical details: 1032:1). */
  mostRatio = 1032

/** @throws AudioFileError if it is no archive, damaged, encrypted, or made to do harm */
export async function openZip(
  source: ByteSource,
  place: string,
  inflate: Inflate
): Promise<ReadonlyMap<string, ZipEntry>> {
  const refuse = (what: string): never => {
    throw new AudioFileError('corrupt', place, what, 'save the project in its DAW again')
  }
  const { count, from, size } = await directoryOf(source, refuse)
  if (count > mostEntries || size > mostDirectory)
    refuse(`a directory of ${count} entries and ${size} bytes is not plausible`)
  const bytes = await source.read(from, size),
    view = viewOf(bytes),
    found = new Map<string, ZipEntry>(),
    decoder = new TextDecoder()
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) refuse('the directory breaks off')
    const nameLength = view.getUint16(at + 28, true),
      extraLength = view.getUint16(at + 30, true),
      next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true)
    if (next > bytes.length) refuse('the directory breaks off')
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength))
    if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[a-z]:|\0/i.test(name)) refuse(`the entry "${name}" leads out of the archive`)
    if (found.has(name)) refuse(`the entry "${name}" is there twice`)
    const head: Head = {
      name,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      ...longSizes(view, at, at + 46 + nameLength, extraLength)
    }
    if (head.packed + head.at > from) refuse(`the entry "${name}" lies outside of the archive`)
    if (head.size > head.packed * mostRatio + mostRatio || (head.method === 0 && head.size !== head.packed))
      refuse(`the entry "${name}" claims ${head.size} bytes from ${head.packed}`)
    if (!name.endsWith('/'))
      found.set(name, { name, size: head.size, read: () => unpacked(source, head, inflate, refuse) })
    at = next
  }
  return found
}

interface Head {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly size: number
  readonly packed: number
  /** Of the local header. */
  readonly at: number
}
type Refuse = (what: string) => never

/** Sizes and place; where they do not fit into 32 bits they stand in the ZIP64 field, in this order. */
function longSizes(view: DataView, at: number, extra: number, length: number): Pick<Head, 'size' | 'packed' | 'at'> {
  const short = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  for (let k = extra; k + 4 <= extra + length; ) {
    const id = view.getUint16(k, true),
      bytes = view.getUint16(k + 2, true),
      end = Math.min(k + 4 + bytes, extra + length)
    if (id === 1) {
      let from = k + 4
      for (let i = 0; i < 3; i++)
        if (short[i] === 0xffffffff && from + 8 <= end) {
          short[i] = Number(view.getBigUint64(from, true))
          from += 8
        }
    }
    k += 4 + bytes
  }
  return { size: short[0]!, packed: short[1]!, at: short[2]! }
}

async function directoryOf(source: ByteSource, refuse: Refuse): Promise<{ count: number; from: number; size: number }> {
  const reach = Math.min(endReach, source.size),
    tail = await source.read(source.size - reach, reach),
    view = viewOf(tail)
  let at = tail.length - 22
  while (at >= 0 && view.getUint32(at, true) !== 0x06054b50) at--
  if (at < 0) refuse('this is no ZIP archive, or its end is missing')
  let count = view.getUint16(at + 10, true),
    size = view.getUint32(at + 12, true),
    from = view.getUint32(at + 16, true)
  const end = source.size - reach + at
  if (
    (count === 0xffff || size === 0xffffffff || from === 0xffffffff) &&
    at >= 20 &&
    view.getUint32(at - 20, true) === 0x07064b50
  ) {
    const place = Number(view.getBigUint64(at - 12, true))
    if (place + 56 > end) refuse('the directory lies outside of the archive')
    const record = viewOf(await source.read(place, 56))
    if (record.getUint32(0, true) !== 0x06064b50) refuse('the directory is not where the archive says')
    count = Number(record.getBigUint64(32, true))
    size = Number(record.getBigUint64(40, true))
    from = Number(record.getBigUint64(48, true))
  }
  if (from + size > end) refuse('the directory lies outside of the archive')
  return { count, from, size }
}

async function* unpacked(source: ByteSource, head: Head, inflate: Inflate, refuse: Refuse): AsyncGenerator<Uint8Array> {
  const { name, method, crc, size, packed, flags } = head
  if (flags & 1) refuse(`the entry "${name}" is encrypted`)
  if (method !== 0 && method !== 8)
    refuse(`the entry "${name}" is packed by method ${method}; stored and deflated can be read`)
  const local = await source.read(head.at, 30)
  if (local.length < 30 || viewOf(local).getUint32(0, true) !== 0x04034b50)
    refuse(`the entry "${name}" is not where the archive says`)
  const view = viewOf(local),
    start = head.at + 30 + view.getUint16(26, true) + view.getUint16(28, true),
    raw = piecesOf(source, start, start + packed),
    check = crc32()
  if (start + packed > source.size) refuse(`the entry "${name}" lies outside of the archive`)
  let given = 0
  try {
    for await (const piece of method === 0 ? raw : inflate(raw)) {
      given += piece.length
      if (given > size) refuse(`the entry "${name}" holds more than the ${size} bytes that it claims`)
      check.push(piece)
      yield piece
    }
  } catch (error) {
    throw error instanceof AudioFileError
      ? error
      : refuse(`the entry "${name}" cannot be unpacked (${(error as Error).message})`)
  }
  if (given !== size || check.value() !== crc)
    refuse(`the entry "${name}" is damaged: its checksum or its size is another`)
}
