/** MD5 (RFC 1321), of bytes as they come: what FLAC keeps of its samples. Not for secrets. */
export interface Md5 {
  update(bytes: Uint8Array): void
  /** The 16 bytes of the sum; nothing may be added afterwards. */
  digest(): Uint8Array<ArrayBuffer>
}

const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))))
/** Rotations of the four rounds. */
const turns = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

export function createMd5(): Md5 {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476),
    block = new Uint8Array(64),
    words = new Int32Array(block.buffer) // hosts are little-endian, as MD5 is
  let filled = 0,
    length = 0
  const update = (bytes: Uint8Array): void => {
    length += bytes.length
    for (let at = 0; at < bytes.length; ) {
      const part = Math.min(64 - filled, bytes.length - at)
      for (let i = 0; i < part; i++) block[filled + i] = bytes[at + i]!
      at += part
      filled += part
      if (filled === 64) {
        mix(state, words)
        filled = 0
      }
    }
  }
  return {
    update,
    digest() {
      const bits = length * 8,
        tail = new Uint8Array(((119 - (length % 64)) % 64) + 9)
      tail[0] = 0x80
      const view = new DataView(tail.buffer)
      view.setUint32(tail.length - 8, bits % 2 ** 32, true)
      view.setUint32(tail.length - 4, Math.floor(bits / 2 ** 32), true)
      update(tail)
      return new Uint8Array(state.slice().buffer)
    }
  }
}

function mix(state: Int32Array, words: Int32Array): void {
  let a = state[0]!,
    b = state[1]!,
    c = state[2]!,
    d = state[3]!
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    let f: number, word: number
    if (round === 0) {
      f = (b & c) | (~b & d)
      word = i
    } else if (round === 1) {
      f = (d & b) | (~d & c)
      word = (5 * i + 1) & 15
    } else if (round === 2) {
      f = b ^ c ^ d
      word = (3 * i + 5) & 15
    } else {
      f = c ^ (b | ~d)
      word = (7 * i) & 15
    }
    const sum = (a + f + sines[i]! + words[word]!) | 0,
      turn = turns[4 * round + (i & 3)]!
    a = d
    d = c
    c = b
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0
  }
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
}
