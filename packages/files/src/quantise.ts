/** From floats to whole numbers. */
import type { Random } from '@mixwright/dsp'

/**
 * Rounds to the nearest integer after adding the difference of two uniform numbers, each one step wide: triangular
 * dither of two steps, which makes
 * mean and power of the error independent of the signal (Lipshitz, Wannamaker, Vanderkooy, "Quantization and dither",
 * JAES 1992).
 * Both come from one 32-bit number, so the dither has a resolution of 2^-16 step.
 * @param out as long as the channel at least
 * @returns how many samples had to be limited to the range
 */
export function quantise(channel: Float32Array, bits: number, random: Random, out: Int32Array): number {
  const scale = 2 ** (bits - 1),
    low = -scale,
    high = scale - 1
  let clipped = 0
  for (let i = 0; i < channel.length; i++) {
    const word = random.uint32(),
      dither = ((word >>> 16) - (word & 0xffff)) / 65536
    let value = Math.floor(channel[i]! * scale + dither + 0.5)
    if (value < low || value > high) {
      value = value < low ? low : high
      clipped++
    }
    out[i] = value
  }
  return clipped
}

/** Puts `count` integers of 2 or 3 bytes, the lowest first, `stride` bytes apart. */
export function putIntegers(
  values: Int32Array,
  count: number,
  width: number,
  out: Uint8Array,
  offset: number,
  stride: number
): void {
  for (let i = 0, at = offset; i < count; i++, at += stride) {
    const value = values[i]!
    out[at] = value
    out[at + 1] = value >> 8
    if (width === 3) out[at + 2] = value >> 16
  }
}
