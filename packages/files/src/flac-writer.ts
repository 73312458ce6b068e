/**
 * Writes FLAC (RFC 9639) of 16 bits from audio in memory: what a page embeds, and every browser decodes. The fixed
 * predictors of section 9.2.5 alone: a few per cent larger than linear prediction, and nothing to search.
 */
import { type Audio, createRandom } from '@mixwright/dsp'
import { checkForm } from './error.ts'
import { assertFinite } from './finite.ts'

export interface FlacOptions {
  /** Hz, below 2^20 */
  readonly sampleRate: number
  /** Of the dither: 0 to 4294967295. */
  readonly seed: number
  /** Names the output in errors. */
  readonly name: string
}

/** Samples per channel of a frame. */
const blockSize = 4096,
  bitsPerSample = 16
/** Of the fixed predictors. */
const maxOrder = 4
/** Partitions of a block are powers of two up to this one, each with a Rice parameter of its own. */
const maxPartitionOrder = 6,
  maxRice = 14
/** Codes of the rates, which readers of single frames go by; 0 is that of STREAMINFO: section 9.1.2. */
const rateCodes: Readonly<Record<number, number>> = {
  88200: 1,
  176400: 2,
  192000: 3,
  8000: 4,
  16000: 5,
  22050: 6,
  24000: 7,
  32000: 8,
  44100: 9,
  48000: 10,
  96000: 11
}
/** Codes of the channel assignment: section 9.1.3. */
const assignments = { leftRight: 1, leftSide: 8, rightSide: 9, midSide: 10 } as const

/**
 * @param audio one or two channels of equal length; what exceeds full scale is limited to it
 * @returns the whole file, quantised with TPDF dither
 * @throws AudioFileError for forms that FLAC cannot take and samples that are not finite
 */
export function flacBytes(audio: Audio, { sampleRate, seed, name }: FlacOptions): Uint8Array<ArrayBuffer> {
  checkForm(name, audio.length, sampleRate)
  assertFinite(audio, 0, name, sampleRate)
  const random = createRandom(seed),
    channels = audio.map(channel => quantised(channel, random.uint32)),
    frames = channels[0]!.length,
    out = createBits(frames * channels.length * 2 + 1024)
  streamInfo(out, sampleRate, channels.length, frames)
  for (let start = 0, number = 0; start < frames; start += blockSize, number++)
    frame(
      out,
      channels.map(channel => channel.subarray(start, start + blockSize)),
      number,
      sampleRate
    )
  return out.bytes()
}

/** As `quantiseChannel` of the WAV writer: triangular dither of two steps. */
function quantised(channel: Float32Array, uint32: () => number): Int32Array {
  const scale = 2 ** (bitsPerSample - 1),
    out = new Int32Array(channel.length)
  for (let i = 0; i < out.length; i++) {
    const bits = uint32(),
      dither = ((bits >>> 16) - (bits & 0xffff)) / 65536
    out[i] = Math.max(-scale, Math.min(scale - 1, Math.floor(channel[i]! * scale + dither + 0.5)))
  }
  return out
}

function streamInfo(out: Bits, sampleRate: number, channels: number, frames: number): void {
  for (const letter of 'fLaC') out.put(letter.charCodeAt(0), 8)
  out.put(0x80, 8) // the last block of metadata, of type STREAMINFO
  out.put(34, 24)
  out.put(blockSize, 16)
  out.put(blockSize, 16)
  out.put(0, 24) // sizes of frames: not known
  out.put(0, 24)
  out.put(sampleRate, 20)
  out.put(channels - 1, 3)
  out.put(bitsPerSample - 1, 5)
  out.put(0, 4) // frames in 36 bits
  out.put(frames, 32)
  for (let i = 0; i < 4; i++) out.put(0, 32) // no MD5 sum
}

function frame(out: Bits, channels: readonly Int32Array[], number: number, sampleRate: number): void {
  const start = out.length(),
    length = channels[0]!.length,
    { assignment, subframes } = best(channels)
  out.put(0xfff8, 16)
  out.put(length === blockSize ? 12 : 7, 4)
  out.put(rateCodes[sampleRate] ?? 0, 4)
  out.put(assignment, 4)
  out.put(4, 3) // 16 bits
  out.put(0, 1)
  putNumber(out, number)
  if (length !== blockSize) out.put(length - 1, 16)
  out.put(out.sum(start, 8, 0x07), 8)
  for (const subframe of subframes) putSubframe(out, subframe)
  out.align()
  out.put(out.sum(start, 16, 0x8005), 16)
}

/** As UTF-8 codes characters. */
function putNumber(out: Bits, number: number): void {
  if (number < 0x80) out.put(number, 8)
  else if (number < 0x800) out.put(0xc080 | ((number << 2) & 0x1f00) | (number & 0x3f), 16)
  else out.put(0xe08080 | ((number << 4) & 0xf0000) | ((number << 2) & 0x3f00) | (number & 0x3f), 24)
}

interface Subframe {
  readonly samples: Int32Array
  readonly bits: number
  readonly order: number
  /** Estimate of its size. */
  readonly cost: number
}

/** The assignment of channels that costs least. */
function best(channels: readonly Int32Array[]): { assignment: number; subframes: Subframe[] } {
  const [left, right] = channels as [Int32Array, Int32Array | undefined],
    one = subframeOf(left, bitsPerSample)
  if (!right) return { assignment: 0, subframes: [one] }
  const two = subframeOf(right, bitsPerSample),
    middle = new Int32Array(left.length),
    difference = new Int32Array(left.length)
  for (let i = 0; i < left.length; i++) {
    middle[i] = (left[i]! + right[i]!) >> 1
    difference[i] = left[i]! - right[i]!
  }
  const mid = subframeOf(middle, bitsPerSample),
    side = subframeOf(difference, bitsPerSample + 1)
  return [
    { assignment: assignments.leftRight, subframes: [one, two] },
    { assignment: assignments.leftSide, subframes: [one, side] },
    { assignment: assignments.rightSide, subframes: [side, two] },
    { assignment: assignments.midSide, subframes: [mid, side] }
  ].reduce((a, b) => (total(b.subframes) < total(a.subframes) ? b : a))
}
const total = (subframes: readonly Subframe[]): number => subframes.reduce((sum, s) => sum + s.cost, 0)

/** The fixed predictor with the smallest residual: differences of order 0 to 4, all read in one pass. */
function subframeOf(samples: Int32Array, bits: number): Subframe {
  const sums = [0, 0, 0, 0, 0]
  let d0 = 0,
    d1 = 0,
    d2 = 0,
    d3 = 0
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!,
      e1 = x - d0,
      e2 = e1 - d1,
      e3 = e2 - d2,
      e4 = e3 - d3
    if (i >= maxOrder) {
      sums[0]! += Math.abs(x)
      sums[1]! += Math.abs(e1)
      sums[2]! += Math.abs(e2)
      sums[3]! += Math.abs(e3)
      sums[4]! += Math.abs(e4)
    }
    d0 = x
    d1 = e1
    d2 = e2
    d3 = e3
  }
  const counted = samples.length - maxOrder,
    costs = sums.map((sum, order) => order * bits + samples.length * Math.log2(2 + (2 * sum) / counted)),
    order = counted > 0 ? costs.indexOf(Math.min(...costs)) : 0
  return { samples, bits, order, cost: counted > 0 ? costs[order]! : bits * samples.length }
}

/** What the predictor leaves: the difference of that order; the first samples stand for themselves. */
function residualOf(samples: Int32Array, order: number): Int32Array {
  const out = samples.slice()
  for (let k = 1; k <= order; k++) for (let i = out.length - 1; i >= k; i--) out[i]! -= out[i - 1]!
  return out
}

function putSubframe(out: Bits, { samples, bits, order }: Subframe): void {
  const residual = residualOf(samples, order)
  out.put((8 | order) << 1, 8)
  for (let i = 0; i < order; i++) out.put(samples[i]! & (2 ** bits - 1), bits)
  out.put(0, 2) // Rice codes with parameters of 4 bits
  const { partitionOrder, parameters } = partitions(residual, order)
  out.put(partitionOrder, 4)
  const length = residual.length >> partitionOrder
  parameters.forEach((parameter, p) => {
    out.put(parameter, 4)
    for (let i = p === 0 ? order : p * length; i < (p + 1) * length; i++) {
      const value = residual[i]!,
        folded = value < 0 ? -2 * value - 1 : 2 * value
      out.rice(folded, parameter)
    }
  })
}

/** How finely the Rice parameters change: the partitions whose codes are shortest. */
function partitions(residual: Int32Array, order: number): { partitionOrder: number; parameters: number[] } {
  let found: { partitionOrder: number; parameters: number[]; cost: number } | undefined
  const finest = residual.length === blockSize ? maxPartitionOrder : 0
  let sums = sumsOf(residual, order, finest)
  for (let partitionOrder = finest; partitionOrder >= 0; partitionOrder--) {
    const length = residual.length >> partitionOrder
    let cost = 0
    const parameters = sums.map((sum, p) => {
      const count = p === 0 ? length - order : length,
        parameter = Math.max(0, Math.min(maxRice, Math.floor(Math.log2(Math.max(1, sum / Math.max(1, count))))))
      cost += 4 + count * (parameter + 1) + sum / 2 ** parameter
      return parameter
    })
    if (!found || cost < found.cost) found = { partitionOrder, parameters, cost }
    sums = Array.from({ length: sums.length >> 1 }, (_, i) => sums[2 * i]! + sums[2 * i + 1]!)
  }
  return found!
}
/** Of the folded residual, per partition. */
function sumsOf(residual: Int32Array, order: number, partitionOrder: number): number[] {
  const length = residual.length >> partitionOrder
  return Array.from({ length: 1 << partitionOrder }, (_, p) => {
    let sum = 0
    for (let i = p === 0 ? order : p * length; i < (p + 1) * length; i++) sum += 2 * Math.abs(residual[i]!)
    return sum
  })
}

interface Bits {
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
function createBits(expected: number): Bits {
  let data = new Uint8Array(expected),
    at = 0,
    open = 0,
    filled = 0
  const tables = new Map<number, Uint16Array>()
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
      few(value, parameter)
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
const tableOf = (width: number, polynomial: number): Uint16Array =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8)
    for (let k = 0; k < 8; k++) crc = crc & (1 << (width - 1)) ? (crc << 1) ^ polynomial : crc << 1
    return crc & (2 ** width - 1)
  })
