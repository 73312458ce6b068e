/** The pages of an Ogg file with one logical stream. Source: RFC 3533. */
import type { OpenOptions } from './audio-file.ts'
import { type ByteSource, textOf, viewOf } from './bytes.ts'
import { corrupt, truncated, unsupported } from './error.ts'
import { maxTagBytes } from './tags.ts'
import { joined } from './vorbis-comment.ts'

export interface OggPage {
  readonly offset: number
  /** Bytes with its header. */
  readonly size: number
  /** Position in samples at its end; undefined if no packet ends on it. */
  readonly granule: number | undefined
  /** Sizes of the packets that end on it. The first may have begun on the page before. */
  readonly packets: readonly number[]
  readonly last: boolean
}

export interface OggStream {
  /** The first packet: the codec's identification. */
  readonly identification: Uint8Array
  /** The first page on which audio ends, the last one of all. */
  readonly first: OggPage
  /** The second packet: the comment; missing where it is longer than tags may be. */
  readonly comment: Uint8Array | undefined
  readonly final: OggPage
  /** Pages as they are, with their checksums verified. */
  pages(): AsyncGenerator<Uint8Array>
}

/**
 * Walks over the headers of all pages.
 * @throws AudioFileError if pages are missing, broken, or belong to more than one stream
 */
export async function openOgg(
  source: ByteSource,
  start: number,
  place: string,
  options: OpenOptions = {}
): Promise<OggStream> {
  let first: OggPage | undefined,
    final: OggPage | undefined,
    serial: number | undefined,
    identification: Uint8Array | undefined,
    number = 0
  for (let at = start; at < source.size; ) {
    const head = await source.read(at, 27 + 255),
      page = readPage(head, at)
    if (!page || at + page.size > source.size) {
      if (options.allowTruncated) break
      throw !page && head.length >= 27 && textOf(head, 0, 4) !== 'OggS'
        ? corrupt(place, `no Ogg page at byte ${at}`)
        : truncated(place, `the last Ogg page is incomplete (byte ${at})`)
    }
    const own = viewOf(head).getUint32(14, true)
    if (serial === undefined) {
      serial = own
      identification = await source.read(at + 27 + head[26]!, page.size - 27 - head[26]!)
    } else if (own !== serial) throw unsupported(place, `the Ogg file holds more than one stream (byte ${at})`)
    const found = viewOf(head).getUint32(18, true)
    if (found !== number++ && !options.allowTruncated)
      throw corrupt(place, `Ogg page ${number - 1} is missing (byte ${at})`)
    if (page.granule !== undefined && page.granule > 0) first ??= page
    if (page.granule !== undefined) final = page
    at += page.size
    if (page.last && at < source.size && !options.allowTruncated && textOf(await source.read(at, 4)) !== 'OggS')
      throw corrupt(place, `something follows the last Ogg page (byte ${at})`)
  }
  if (!identification || !first || !final) throw truncated(place, 'the Ogg file ends before any audio')
  if (!final.last && !options.allowTruncated) throw truncated(place, 'the Ogg file lacks its last page')
  const comment = await secondPacket(source, start)
  return {
    identification,
    comment,
    first,
    final,
    pages: () => pagesOf(source, start, final.offset + final.size, place)
  }
}

async function secondPacket(source: ByteSource, start: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let used = 0
  for (let at = start, count = 0; used <= maxTagBytes; count++) {
    const page = readPage(await source.read(at, 27 + 255), at)
    if (!page || page.size === 0) return undefined
    const bytes = await source.read(at, page.size),
      body = bytes.subarray(27 + (bytes[26] ?? 0))
    if (count > 0) {
      parts.push(body.subarray(0, page.packets[0] ?? body.length))
      used += body.length
      if (page.packets.length > 0) return joined(parts)
    }
    at += page.size
  }
  return undefined
}

function readPage(head: Uint8Array, offset: number): OggPage | undefined {
  if (textOf(head, 0, 4) !== 'OggS' || head.length < 27 || head.length < 27 + head[26]!) return undefined
  const lacing = head.subarray(27, 27 + head[26]!),
    position = viewOf(head).getBigInt64(6, true)
  const packets: number[] = []
  let size = 27 + lacing.length,
    packet = 0
  for (const segment of lacing) {
    size += segment
    packet += segment
    if (segment < 255) {
      packets.push(packet)
      packet = 0
    }
  }
  return { offset, size, packets, granule: position < 0n ? undefined : Number(position), last: (head[5]! & 4) !== 0 }
}

async function* pagesOf(source: ByteSource, start: number, end: number, place: string): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const page = readPage(await source.read(at, 27 + 255), at)
    if (!page) throw corrupt(place, `no Ogg page at byte ${at}`)
    const bytes = await source.read(at, page.size)
    if (checksum(bytes) !== viewOf(bytes).getUint32(22, true))
      throw corrupt(place, `the checksum of the Ogg page at byte ${at} is wrong`)
    yield bytes
    at += page.size
  }
}

/** CRC-32 of RFC 3533: polynomial 0x04c11db7, not reflected, from 0, with the checksum's own bytes taken as 0. */
export function checksum(page: Uint8Array): number {
  let crc = 0
  for (let i = 0; i < page.length; i++) crc = (crc << 8) ^ table[(crc >>> 24) ^ (i >= 22 && i < 26 ? 0 : page[i]!)]!
  return crc >>> 0
}
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0)
  return crc
})
