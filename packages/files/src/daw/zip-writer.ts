/**
 * ZIP archives of stored entries, written as the bytes come. Sizes and checksums stand in the local headers, which are
 * patched in the end: readers of streams refuse stored entries without them. Past 4 GiB or 65 535 entries it is ZIP64.
 */
import { type ByteSink, viewOf } from '../bytes.ts'

export interface ZipWriter {
  /** @throws RangeError for a name given before */
  add(name: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>
  /** Writes the directory. The sink is not closed. */
  close(): Promise<void>
}
interface Written {
  readonly name: Uint8Array
  readonly at: number
  readonly size: number
  readonly crc: number
}

const most32 = 0xffffffff,
  most16 = 0xffff
/** 1 January 1980, the first day of ZIP: the same session gives the same bytes. */
const firstDay = (1 << 5) | 1
/** Bit 11: names are UTF-8. */
const utf8 = 0x800

/** @param sink at its start */
export function createZipWriter(sink: ByteSink): ZipWriter {
  const entries: Written[] = [],
    names = new Set<string>(),
    encoder = new TextEncoder()
  let at = 0
  const write = async (bytes: Uint8Array) => {
    await sink.write(bytes)
    at += bytes.length
  }
  return {
    async add(name, pieces) {
      if (names.has(name)) throw new RangeError(`the archive has an entry "${name}" already`)
      names.add(name)
      const entry = { name: encoder.encode(name), at, size: 0, crc: 0 },
        check = crc32()
      await write(localHeader(entry))
      for await (const piece of pieces) {
        check.push(piece)
        entry.size += piece.length
        await write(piece)
      }
      entry.crc = check.value()
      await sink.patch(entry.at, localHeader(entry))
      entries.push(entry)
    },
    async close() {
      const from = at
      for (const entry of entries) await write(directoryEntry(entry))
      await write(endOf(entries.length, from, at - from))
    }
  }
}

/** A header in the making: numbers of 16, 32 and 64 bits, little-endian. */
function fields(length: number) {
  const bytes = new Uint8Array(length),
    view = viewOf(bytes)
  let at = 0
  const made = {
    bytes,
    u16: (...values: number[]) => {
      for (const value of values) {
        view.setUint16(at, value, true)
        at += 2
      }
      return made
    },
    u32: (...values: number[]) => {
      for (const value of values) {
        view.setUint32(at, value, true)
        at += 4
      }
      return made
    },
    u64: (...values: number[]) => {
      for (const value of values) {
        view.setBigUint64(at, BigInt(value), true)
        at += 8
      }
      return made
    },
    raw: (text: Uint8Array) => {
      bytes.set(text, at)
      at += text.length
      return made
    }
  }
  return made
}

/** The extra field has room for sizes of 64 bits from the start, so that the header never grows; unused, it is padding. */
function localHeader({ name, size, crc }: Written): Uint8Array {
  const big = size >= most32,
    short = big ? most32 : size
  return (
    fields(30 + name.length + 20)
      .u32(0x04034b50)
      .u16(big ? 45 : 20, utf8, 0, 0, firstDay)
      .u32(crc, short, short)
      .u16(name.length, 20)
      .raw(name)
      // 0x0001: ZIP64; 0xffff: unknown to all readers, so passed over.
      .u16(big ? 0x0001 : 0xffff, 16)
      .u64(big ? size : 0, big ? size : 0).bytes
  )
}

function directoryEntry({ name, at, size, crc }: Written): Uint8Array {
  const bigSize = size >= most32,
    bigAt = at >= most32,
    long = [...(bigSize ? [size, size] : []), ...(bigAt ? [at] : [])],
    extra = long.length ? 4 + 8 * long.length : 0,
    short = bigSize ? most32 : size,
    made = fields(46 + name.length + extra)
      .u32(0x02014b50)
      .u16(45, extra ? 45 : 20, utf8, 0, 0, firstDay)
      .u32(crc, short, short)
      .u16(name.length, extra, 0, 0, 0)
      .u32(0, bigAt ? most32 : at)
      .raw(name)
  return (extra ? made.u16(0x0001, 8 * long.length).u64(...long) : made).bytes
}

function endOf(count: number, from: number, size: number): Uint8Array {
  const big = count >= most16 || from >= most32 || size >= most32,
    made = fields(big ? 98 : 22)
  if (big)
    made
      .u32(0x06064b50)
      .u64(44)
      .u16(45, 45)
      .u32(0, 0)
      .u64(count, count, size, from)
      .u32(0x07064b50, 0)
      .u64(from + size)
      .u32(1)
  const short = Math.min(count, most16)
  return made.u32(0x06054b50).u16(0, 0, short, short).u32(Math.min(size, most32), Math.min(from, most32)).u16(0).bytes
}

/** CRC-32 of ISO 3309: polynomial 0x04c11db7, reflected, from and against all ones. */
export function crc32(): { push(bytes: Uint8Array): void; value(): number } {
  let crc = -1
  return {
    push(bytes) {
      let c = crc
      for (let i = 0; i < bytes.length; i++) c = (c >>> 8) ^ table[(c ^ bytes[i]!) & 255]!
      crc = c
    },
    value: () => ~crc >>> 0
  }
}
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let c = byte
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  return c
})
