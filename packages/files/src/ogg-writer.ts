/** Pages of an Ogg stream, being written. Source: RFC 3533. */
import { viewOf } from './bytes.ts'
import { checksum } from './ogg.ts'
import { joined } from './vorbis-comment.ts'

/** Segments of a page: at most 255 bytes each. */
const maxSegments = 255
/** A packet ends with a segment that is not full. */
export const segmentsOf = (packet: Uint8Array): number => Math.floor(packet.length / 255) + 1

export interface PagePlace {
  readonly serial: number
  /** Of the first of the pages. */
  readonly number: number
  /** Samples at the end of the last packet. */
  readonly granule: number
  /** 2: the stream begins, 4: it ends with the last of the pages. */
  readonly flags?: 0 | 2 | 4
}

/** Packets as pages of their own, as many as they need. A page on which none of them ends has no granule. */
export function pagesOf(
  packets: readonly Uint8Array[],
  { serial, number, granule, flags = 0 }: PagePlace
): Uint8Array[] {
  const segments = packets.flatMap(packet =>
      Array.from({ length: segmentsOf(packet) }, (_, i) => packet.subarray(255 * i, 255 * (i + 1)))
    ),
    pages: Uint8Array[] = []
  for (let at = 0; at < segments.length; at += maxSegments) {
    const own = segments.slice(at, at + maxSegments),
      head = new Uint8Array(27 + own.length),
      view = viewOf(head)
    head.set([...'OggS'].map(letter => letter.charCodeAt(0)))
    head[5] =
      (at > 0 && segments[at - 1]!.length === 255 ? 1 : 0) | // goes on with a packet
      (flags === 2 && at === 0 ? 2 : 0) |
      (flags === 4 && at + maxSegments >= segments.length ? 4 : 0)
    view.setBigInt64(6, own.some(segment => segment.length < 255) ? BigInt(granule) : -1n, true)
    view.setUint32(14, serial, true)
    head[26] = own.length
    own.forEach((segment, i) => (head[27 + i] = segment.length))
    pages.push(renumbered(joined([head, ...own]), number + pages.length))
  }
  return pages
}

/** Gives a page another number, and the checksum that goes with it. */
export function renumbered(page: Uint8Array, number: number): Uint8Array {
  viewOf(page).setUint32(18, number, true)
  viewOf(page).setUint32(22, checksum(page), true)
  return page
}
