/**
 * Frames of FLAC (RFC 9639, section 9) of 16 or 24 bits. The fixed predictors of section 9.2.5 alone: a few per cent
 * larger than linear prediction, and nothing to search.
 */
import type { Bits } from './flac-bits.ts'

/** Samples per channel of a frame. */
export const blockSize = 4096
/** Bits per sample and their codes: section 9.1.4. */
const sizeCodes = { 16: 4, 24: 6 } as const
export type FlacBits = keyof typeof sizeCodes
/** Of the fixed predictors. */
const maxOrder = 4
/** Partitions of a block are powers of two up to this one, each with a Rice parameter of its own. */
const maxPartitionOrder = 6
/** Rice parameters of 4 bits, or of 5 for more than 16 bits per sample; the largest is an escape: section 9.2.7. */
const riceOf = (bits: number) => (bits > 17 ? { method: 1, width: 5, most: 30 } : { method: 0, width: 4, most: 14 })
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

export interface FlacForm {
  readonly sampleRate: number
  readonly bits: FlacBits
}

/** Appends frame `number`: one or two channels of `blockSize` samples, or fewer in the last. */
export function putFrame(
  out: Bits,
  channels: readonly Int32Array[],
  number: number,
  { sampleRate, bits }: FlacForm
): void {
  const start = out.length(),
    length = channels[0]!.length,
    { assignment, subframes } = best(channels, bits)
  out.put(0xfff8, 16)
  out.put(length === blockSize ? 12 : 7, 4)
  out.put(rateCodes[sampleRate] ?? 0, 4)
  out.put(assignment, 4)
  out.put(sizeCodes[bits], 3)
  out.put(0, 1)
  putNumber(out, number)
  if (length !== blockSize) out.put(length - 1, 16)
  out.put(out.sum(start, 8, 0x07), 8)
  for (const subframe of subframes) putSubframe(out, subframe)
  out.align()
  out.put(out.sum(start, 16, 0x8005), 16)
}

/** As UTF-8 codes characters, to 36 bits: section 9.1.5. */
function putNumber(out: Bits, number: number): void {
  let more = number < 0x80 ? 0 : 1
  while (more > 0 && number >= 2 ** (5 * more + 6)) more++
  out.put(more === 0 ? number : (0xff << (7 - more)) | Math.floor(number / 64 ** more), 8)
  for (let i = more - 1; i >= 0; i--) out.put(0x80 | (Math.floor(number / 64 ** i) & 63), 8)
}

interface Subframe {
  readonly samples: Int32Array
  readonly bits: number
  readonly order: number
  /** Estimate of its size. */
  readonly cost: number
}

/** The assignment of channels that costs least. */
function best(channels: readonly Int32Array[], bitsPerSample: number): { assignment: number; subframes: Subframe[] } {
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
  const { method, width, most } = riceOf(bits)
  out.put(method, 2)
  const { partitionOrder, parameters } = partitions(residual, order, most)
  out.put(partitionOrder, 4)
  const length = residual.length >> partitionOrder
  parameters.forEach((parameter, p) => {
    out.put(parameter, width)
    for (let i = p === 0 ? order : p * length; i < (p + 1) * length; i++) {
      const value = residual[i]!,
        folded = value < 0 ? -2 * value - 1 : 2 * value
      out.rice(folded, parameter)
    }
  })
}

/** How finely the Rice parameters change: the partitions whose codes are shortest. */
function partitions(
  residual: Int32Array,
  order: number,
  maxRice: number
): { partitionOrder: number; parameters: number[] } {
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
