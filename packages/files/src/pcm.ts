/** Uncompressed samples in a file, read anywhere: what WAV, AIFF and raw caches have in common. */
import type { Audio, Clip } from '@mixwright/dsp'
import type { ByteSource } from './bytes.ts'
import { truncated } from './error.ts'
import { assertFinite } from './finite.ts'

/** How a sample is stored: u8 is unsigned (WAV), s… signed, f… IEEE float. */
export type Encoding = 'u8' | 's8' | 's16' | 's24' | 's32' | 'f32' | 'f64'

export interface PcmLayout {
  readonly encoding: Encoding
  readonly bigEndian: boolean
  /** Hz */
  readonly sampleRate: number
  readonly channels: number
  readonly frames: number
  /** Byte of the first sample; frames follow each other, their channels interleaved. */
  readonly offset: number
  /** Known to hold no NaN and no infinity, so that floats are not searched for them. */
  readonly finite?: boolean
}

export const bytesPerSample: Readonly<Record<Encoding, number>> = {
  u8: 1,
  s8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
  f32: 4,
  f64: 8
}

/** Frames converted at a time: bounds the buffer of raw bytes at 1 MiB for stereo doubles. */
const step = 65536

/**
 * Random access to the samples. Reads may overlap in time: each takes a buffer of its own, which the next one reuses.
 */
export function pcmClip(source: ByteSource, layout: PcmLayout, place: string): Clip {
  const { channels, frames, sampleRate, encoding } = layout
  const frameBytes = channels * bytesPerSample[encoding],
    checked = encoding[0] === 'f' && !layout.finite
  const idle: Uint8Array[] = []
  const direct = encoding === 'f32' && channels === 1 && !layout.bigEndian
  const fill = async (out: Audio, at: number, start: number, count: number): Promise<void> => {
    const bytes = idle.pop() ?? new Uint8Array(step * frameBytes)
    try {
      const raw = await source.read(layout.offset + start * frameBytes, count * frameBytes, bytes)
      if (raw.length < count * frameBytes)
        throw truncated(place, `the file ends at frame ${start + Math.floor(raw.length / frameBytes)} of ${frames}`)
      if (layout.bigEndian) swapBytes(raw, bytesPerSample[encoding])
      for (let c = 0; c < channels; c++) convert[encoding](raw, out[c]!, at, count, c, channels)
    } finally {
      idle.push(bytes)
    }
  }
  return {
    sampleRate,
    channels,
    frames,
    async read(start, count, into) {
      const out = into ?? Array.from({ length: channels }, () => new Float32Array(count))
      if (into && (start < 0 || start + count > frames)) for (const channel of into) channel.fill(0)
      const from = Math.max(0, start),
        to = Math.min(frames, start + count)
      if (direct && to > from) {
        const bytes = new Uint8Array(out[0]!.buffer, out[0]!.byteOffset + (from - start) * 4, (to - from) * 4)
        const raw = await source.read(layout.offset + from * 4, bytes.length, bytes)
        if (raw.length < bytes.length)
          throw truncated(place, `the file ends at frame ${from + Math.floor(raw.length / 4)} of ${frames}`)
      } else for (let at = from; at < to; at += step) await fill(out, at - start, at, Math.min(step, to - at))
      if (checked) assertFinite(out, start, place, sampleRate)
      return out
    }
  }
}

/** `raw` starts at byte 0 of its buffer, so typed arrays of any width fit. */
type Convert = (
  raw: Uint8Array,
  out: Float32Array,
  at: number,
  count: number,
  channel: number,
  channels: number
) => void

/** A stride through a typed array whose full scale is `scale` (and whose zero lies at `zero`). */
const strided =
  (view: (raw: Uint8Array) => ArrayLike<number>, scale: number, zero = 0): Convert =>
  (raw, out, at, count, channel, channels) => {
    const samples = view(raw),
      factor = 1 / scale
    for (let i = 0, j = channel; i < count; i++, j += channels) out[at + i] = (samples[j]! - zero) * factor
  }

const convert: Readonly<Record<Encoding, Convert>> = {
  u8: strided(raw => raw, 2 ** 7, 2 ** 7),
  s8: strided(raw => new Int8Array(raw.buffer), 2 ** 7),
  s16: strided(raw => new Int16Array(raw.buffer), 2 ** 15),
  s32: strided(raw => new Int32Array(raw.buffer), 2 ** 31),
  f32: strided(raw => new Float32Array(raw.buffer), 1),
  f64: strided(raw => new Float64Array(raw.buffer), 1),
  s24(raw, out, at, count, channel, channels) {
    const stride = 3 * channels
    // Put in the upper 24 bits, so that the sign comes by itself.
    for (let i = 0, j = 3 * channel; i < count; i++, j += stride)
      out[at + i] = ((raw[j]! << 8) | (raw[j + 1]! << 16) | (raw[j + 2]! << 24)) / 2 ** 31
  }
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; width > 1 && at + width <= bytes.length; at += width)
    for (let i = at, j = at + width - 1; i < j; i++, j--) {
      const low = bytes[i]!
      bytes[i] = bytes[j]!
      bytes[j] = low
    }
}

/**
 * The stored form of `bits` per sample in `bytes` bytes; undefined if there is none. Fewer bits than fit are
 * left-justified in both WAV and AIFF.
 */
export function integerEncoding(bytes: number, bits: number, unsignedBytes: boolean): Encoding | undefined {
  if (bits < 1 || bits > 8 * bytes) return undefined
  return bytes === 1
    ? unsignedBytes
      ? 'u8'
      : 's8'
    : bytes === 2
      ? 's16'
      : bytes === 3
        ? 's24'
        : bytes === 4
          ? 's32'
          : undefined
}
export const floatEncoding = (bits: number): Encoding | undefined =>
  bits === 32 ? 'f32' : bits === 64 ? 'f64' : undefined
