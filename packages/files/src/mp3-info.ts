/** The first frame of an MP3 file, which holds no sound but its length, gaps and an index (gabriel.mp3-tech.org/mp3infotag.html). */
import { viewOf } from './bytes.ts'
import { mp3Rates, mpegHeader, mpegRates } from './mpeg-header.ts'

/** Samples of a frame. */
const frameSamples = 1152
/** Samples that LAME puts before the first: its ENCDELAY. */
const encoderDelay = 576

/** What the encoder of wasm-media-encoders calls itself, and writes where it fills frames. */
export const lameVersion = 'LAME3.100'

interface Stream {
  readonly count: number
  readonly bytes: number
  /** CRC-16 of all frames. */
  readonly crc: number
  /** Where the frames `every`, 2 `every`… begin. */
  readonly starts: readonly number[]
  readonly every: number
}

/** Follows the frames through a stream that comes in pieces of any size. */
export function createLedger(): { add(bytes: Uint8Array): void; read(): Stream } {
  const most = 400
  const header = new Uint8Array(4)
  let starts: number[] = [],
    every = 1,
    count = 0,
    bytes = 0,
    crc = 0,
    got = 0,
    skip = 0
  const begin = () => {
    if (count % every === 0) starts.push(bytes - 3)
    if (starts.length > most) {
      starts = starts.filter((_, i) => i % 2 === 0)
      every *= 2
    }
    count++
  }
  return {
    add(part) {
      crc = crc16(part, crc)
      for (let i = 0; i < part.length; ) {
        if (skip > 0) {
          const step = Math.min(skip, part.length - i)
          skip -= step
          i += step
          bytes += step
          continue
        }
        header[got++] = part[i++]!
        if (got === 4) {
          begin()
          skip = Math.max(0, (mpegHeader(header, 0)?.bytes ?? 0) - 4)
          got = 0
        }
        bytes++
      }
    },
    read: () => ({ count, bytes, crc, starts, every })
  }
}

interface Info {
  readonly sampleRate: number
  readonly channels: number
  readonly bitrate: number
  /** Samples per channel that went in. */
  readonly frames: number
  readonly ledger: Stream
}

/** The tag with LAME's extension. */
const tagBytes = 156

/** Its length depends on rate, channels and bit rate alone. */
export function infoFrame({ sampleRate, channels, bitrate, frames, ledger }: Info): Uint8Array<ArrayBuffer> {
  const side = 4 + (channels === 1 ? 17 : 32),
    // The lowest rate not below the stream's whose frame holds the tag.
    wanted = mp3Rates.findIndex(
      rate => rate >= bitrate && Math.floor((frameSamples / 8) * ((1000 * rate) / sampleRate)) >= side + tagBytes
    ),
    bytes = new Uint8Array(Math.floor((frameSamples / 8) * ((1000 * mp3Rates[wanted]!) / sampleRate))),
    view = viewOf(bytes),
    size = bytes.length + ledger.bytes
  // Sync, MPEG-1, layer 3, no checksum; bit rate, sampling rate, no padding; joint stereo or mono; original.
  bytes.set([0xff, 0xfb, (wanted << 4) | (mpegRates.indexOf(sampleRate) << 2), channels === 1 ? 0xc4 : 0x44])
  const put = (text: string, at: number) => {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
  }
  put('Info', side) // constant bit rate
  view.setUint32(side + 4, 0xf) // count, bytes, index and quality follow
  view.setUint32(side + 8, ledger.count)
  view.setUint32(side + 12, size % 2 ** 32)
  for (let percent = 0; percent < 100; percent++) {
    const frame = Math.floor((percent * ledger.count) / 100 / ledger.every),
      start = ledger.starts[frame] ?? 0
    bytes[side + 16 + percent] = Math.min(255, Math.floor((256 * (bytes.length + start)) / size))
  }
  view.setUint32(side + 116, 78) // of the encoder's quality: LAME's default, 100 - 10 V - q
  const lame = side + 120,
    padding = Math.max(0, ledger.count * frameSamples - encoderDelay - frames)
  put(lameVersion, lame)
  bytes[lame + 9] = 1 // revision 0, constant bit rate
  bytes[lame + 20] = Math.min(255, bitrate)
  const gap = (encoderDelay << 12) | Math.min(4095, padding)
  bytes.set([gap >> 16, gap >> 8, gap], lame + 21)
  view.setUint32(lame + 28, size % 2 ** 32)
  view.setUint16(lame + 32, ledger.crc)
  view.setUint16(lame + 34, crc16(bytes.subarray(0, lame + 34), 0))
  return bytes
}

/** CRC-16 of the tag: polynomial 0x8005, reflected, from 0. */
function crc16(bytes: Uint8Array, from: number): number {
  let crc = from
  for (const byte of bytes) crc = (crc >> 8) ^ table[(crc ^ byte) & 255]!
  return crc
}
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  return crc
})
