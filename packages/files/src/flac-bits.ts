/** A growing row of bits, the highest of each byte first, with the check sums of FLAC. */
export interface Bits {
  /** The lowest `count` bits, 0 to 32 of them, the highest first. */
  put(value: number, count: number): void
  /** The upper bits as so many zeros and a one, then the lower ones. */
  rice(value: number, parameter: number): void
  align(): void
  /** In bytes; only where they are complete. */
  length(): number
  /** Cyclic redundancy check of everything from byte `from` on. */
  sum(from: number, width: 8 | 16, polynomial: number): number
  bytes(): Uint8Array<ArrayBuffer>
}
export function createBits(expected: number): Bits {
  let data = new Uint8Array(expected),
    at = 0,
    open = 0,
    filled = 0
  const push = (byte: number) => {
    if (at === data.length) {
      const larger = new Uint8Array(2 * at)
      larger.set(data)
      data = larger
    }
    data[at++] = byte
  }
  /** Up to 24 bits at a time. */
  const few = (value: number, count: number): void => {
    open = (open << count) | (value & ((1 << count) - 1))
    for (filled += count; filled >= 8; ) {
      filled -= 8
      push(open >>> filled)
    }
    open &= (1 << filled) - 1
  }
  const put = (value: number, count: number): void => {
    if (count > 16) few(value >>> 16, count - 16)
    few(value, Math.min(16, count))
  }
  return {
    put,
    rice(value, parameter) {
      let zeros = value >>> parameter
      for (; zeros > 8; zeros -= 8) few(0, 8)
      few(1, zeros + 1)
      put(value, parameter)
    },
    align: () => put(0, (8 - filled) % 8),
    length: () => at,
    sum(from, width, polynomial) {
      let table = tables.get(polynomial)
      if (!table) tables.set(polynomial, (table = tableOf(width, polynomial)))
      let crc = 0
      for (let i = from; i < at; i++)
        crc = width === 8 ? table[crc ^ data[i]!]! : ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ data[i]!]!
      return crc
    },
    bytes: () => data.slice(0, at)
  }
}
const tables = new Map<number, Uint16Array>()
const tableOf = (width: number, polynomial: number): Uint16Array =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8)
    for (let k = 0; k < 8; k++) crc = crc & (1 << (width - 1)) ? (crc << 1) ^ polynomial : crc << 1
    return crc & (2 ** width - 1)
  })
