/** Headers of MPEG audio frames. Source: ISO/IEC 11172-3 2.4.1.3 and 13818-3; MPEG 2.5 as everybody writes it. */

export interface MpegHeader {
  /** 1 to 3: MP3 is layer 3. */
  readonly layer: number
  /** Hz */
  readonly sampleRate: number
  readonly channels: 1 | 2
  /** Samples per channel in a frame. */
  readonly frames: number
  /** Bytes of the whole frame; 0 in free format, where only the next header tells. */
  readonly bytes: number
  /** Bytes from the start of the frame to the main data of a layer 3 frame: where an Info tag stands. */
  readonly side: number
}

/** Hz of MPEG-1, in the order of their codes. */
export const mpegRates: readonly number[] = [44100, 48000, 32000]
const bitratesOf1 = [
  [],
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
]
const bitratesOf2 = [
  [],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  ...Array(2).fill([0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160])
] as number[][]

/** kbit/s of MPEG-1 layer 3, in the order of their codes; 0 stands for free format. */
export const mp3Rates: readonly number[] = bitratesOf1[3]!

/** The header at `at`, or undefined if there is none. AAC (layer bits 00) is none. */
export function mpegHeader(bytes: Uint8Array, at: number): MpegHeader | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined
  const b1 = bytes[at + 1]!,
    b2 = bytes[at + 2]!,
    version = (b1 >> 3) & 3,
    layer = 4 - ((b1 >> 1) & 3),
    rate = mpegRates[(b2 >> 2) & 3]
  if (version === 1 || layer === 4 || rate === undefined || b2 >> 4 === 15) return undefined
  const one = version === 3,
    sampleRate = rate / (one ? 1 : version === 2 ? 2 : 4),
    mono = bytes[at + 3]! >> 6 === 3
  const bitrate = 1000 * (one ? bitratesOf1 : bitratesOf2)[layer]![b2 >> 4]!,
    padding = (b2 >> 1) & 1
  const frames = layer === 1 ? 384 : layer === 3 && !one ? 576 : 1152
  const slot = layer === 1 ? 4 : 1
  return {
    layer,
    sampleRate,
    channels: mono ? 1 : 2,
    frames,
    side: 4 + (one ? (mono ? 17 : 32) : mono ? 9 : 17) + (b1 & 1 ? 0 : 2),
    bytes: bitrate === 0 ? 0 : slot * (Math.floor(((frames / 8 / slot) * bitrate) / sampleRate) + padding)
  }
}
