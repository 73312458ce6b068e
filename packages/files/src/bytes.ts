/**
 * Where bytes come from and go to. The apps own files and networks and implement these two. Hosts are little-endian, as
 * WebAssembly is.
 */

export interface ByteSource {
  /** Length in bytes. */
  readonly size: number
  /**
   * Bytes `offset` to `offset + length`, fewer only at the end of the source. With `into` (at least `length` long) they
   * are put at its
   * start and the result is a view of it; without it the result must not be written.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>
}

export interface ByteSink {
  /** Appends. The caller may reuse `bytes` once the promise is fulfilled. */
  write(bytes: Uint8Array): Promise<void>
  /** Overwrites bytes that were written before; the end stays where it is. */
  patch(offset: number, bytes: Uint8Array): Promise<void>
}

/** A source over bytes in memory. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(offset, length, into) {
      const found = bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length))
      if (!into) return found
      into.set(found)
      return into.subarray(0, found.length)
    }
  }
}

export interface MemorySink extends ByteSink {
  /** All that was written so far; a copy. */
  bytes(): Uint8Array<ArrayBuffer>
}

/** A sink that keeps everything in memory. */
export function memorySink(): MemorySink {
  let store = new Uint8Array(65536),
    size = 0
  return {
    async write(bytes) {
      if (size + bytes.length > store.length) {
        const larger = new Uint8Array(Math.max(2 * store.length, size + bytes.length))
        larger.set(store.subarray(0, size))
        store = larger
      }
      store.set(bytes, size)
      size += bytes.length
    },
    async patch(offset, bytes) {
      if (offset + bytes.length > size)
        throw new RangeError(`patch to byte ${offset + bytes.length} of ${size} written`)
      store.set(bytes, offset)
    },
    bytes: () => store.slice(0, size)
  }
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes as Latin-1 text: tags and magic words. */
export const textOf = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
  String.fromCharCode(...bytes.subarray(start, end))

/** Bytes `start` to `end`, a piece at a time. */
export async function* piecesOf(
  source: ByteSource,
  start: number,
  end = source.size,
  size = 65536
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += size) yield await source.read(at, Math.min(size, end - at))
}
