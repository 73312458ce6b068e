/** Writes FLAC (RFC 9639) of 16 or 24 bits while the audio comes, in bounded memory. */
import { type Audio, createRandom } from '@mixwright/dsp'
import { type AudioWriter, checkBlock, type WriteResult } from './audio-writer.ts'
import type { ByteSink } from './bytes.ts'
import { AudioFileError, checkForm } from './error.ts'
import { createBits } from './flac-bits.ts'
import { blockSize, type FlacBits, putFrame } from './flac-frame.ts'
import { createMd5 } from './md5.ts'
import { putIntegers, quantise } from './quantise.ts'
import type { Tags } from './tags.ts'
import { commentBytes, joined, pictureBytes } from './vorbis-comment.ts'

export interface FlacOptions {
  /** Hz, below 2^20 */
  readonly sampleRate: number
  /** Bits per sample, with TPDF dither. Default 16. */
  readonly bits?: FlacBits
  /** Of the dither: 0 to 4294967295. */
  readonly seed: number
  readonly tags?: Tags
  /** Names the output in errors. */
  readonly name: string
}

interface Encoder {
  /** The marker and all blocks of metadata, as far as known now; its length never changes. */
  head(): Uint8Array<ArrayBuffer>
  /** Whole frames. */
  push(audio: Audio): Uint8Array<ArrayBuffer>[]
  /** The last frame. */
  end(): Uint8Array<ArrayBuffer>[]
  result(): { readonly frames: number; readonly clipped: number }
}

/**
 * Begins a file at the sink's start; length, frame sizes and MD5 are patched in at the end.
 * @throws AudioFileError for a form or tags that FLAC cannot take, RangeError for a wrong seed
 */
export async function createFlacWriter(
  sink: ByteSink,
  options: FlacOptions & { readonly channels: number }
): Promise<AudioWriter> {
  const encoder = createEncoder(options.channels, options)
  let bytes = 0
  const put = async (parts: readonly Uint8Array[]) => {
    for (const part of parts) {
      await sink.write(part)
      bytes += part.length
    }
  }
  await put([encoder.head()])
  return {
    write: audio => put(encoder.push(audio)),
    async close(): Promise<WriteResult> {
      await put(encoder.end())
      await sink.patch(0, encoder.head())
      return { ...encoder.result(), bytes }
    }
  }
}

/**
 * The same from audio in memory: what a page embeds, and every browser decodes.
 * @param audio one or two channels of equal length; what exceeds full scale is limited to it
 * @throws AudioFileError for forms that FLAC cannot take and samples that are not finite
 */
export function flacBytes(audio: Audio, options: FlacOptions): Uint8Array<ArrayBuffer> {
  const encoder = createEncoder(audio.length, options),
    frames = [...encoder.push(audio), ...encoder.end()]
  return joined([encoder.head(), ...frames])
}

function createEncoder(channels: number, { sampleRate, bits = 16, seed, tags, name }: FlacOptions): Encoder {
  checkForm(name, channels, sampleRate)
  if (sampleRate >= 2 ** 20)
    throw new AudioFileError('unsupported', name, `FLAC has no rate of ${sampleRate} Hz`, 'write WAV instead')
  const random = createRandom(seed),
    md5 = createMd5(),
    width = bits / 8,
    open = Array.from({ length: channels }, () => new Int32Array(blockSize)),
    raw = new Uint8Array(blockSize * channels * width),
    extra = tags ? metadataOf(tags, name) : [],
    sizes = { least: 2 ** 24 - 1, most: 0 }
  let filled = 0,
    frames = 0,
    number = 0,
    clipped = 0,
    sum: Uint8Array | undefined
  const flush = (): Uint8Array<ArrayBuffer>[] => {
    if (filled === 0) return []
    const out = createBits(blockSize * channels * (width + 1))
    open.forEach((channel, c) => putIntegers(channel, filled, width, raw, c * width, channels * width))
    md5.update(raw.subarray(0, filled * channels * width))
    putFrame(
      out,
      open.map(channel => channel.subarray(0, filled)),
      number++,
      { sampleRate, bits }
    )
    filled = 0
    sizes.least = Math.min(sizes.least, out.length())
    sizes.most = Math.max(sizes.most, out.length())
    return [out.bytes()]
  }
  return {
    head: () => headOf({ sampleRate, channels, bits, frames, sizes, sum }, extra),
    push(audio) {
      checkBlock(audio, channels, frames, name, sampleRate)
      const length = audio[0]!.length,
        done: Uint8Array<ArrayBuffer>[] = []
      for (let at = 0; at < length; ) {
        const part = Math.min(blockSize - filled, length - at)
        for (let c = 0; c < channels; c++)
          clipped += quantise(audio[c]!.subarray(at, at + part), bits, random, open[c]!.subarray(filled))
        at += part
        filled += part
        if (filled === blockSize) done.push(...flush())
      }
      frames += length
      return done
    },
    end() {
      const last = flush()
      sum = md5.digest()
      return last
    },
    result: () => ({ frames, clipped })
  }
}

interface StreamInfo {
  readonly sampleRate: number
  readonly channels: number
  readonly bits: number
  readonly frames: number
  /** Bytes of the frames. */
  readonly sizes: { readonly least: number; readonly most: number }
  /** Missing until the end: 0 then, "not known". */
  readonly sum: Uint8Array | undefined
}
interface Metadata {
  readonly type: number
  readonly data: Uint8Array
}
/** Types of blocks of metadata: section 8.1. */
const blockTypes = { streamInfo: 0, comment: 4, picture: 6 } as const

function headOf(info: StreamInfo, extra: readonly Metadata[]): Uint8Array<ArrayBuffer> {
  const blocks = [{ type: blockTypes.streamInfo, data: streamInfo(info) }, ...extra],
    out = createBits(4 + blocks.reduce((sum, block) => sum + 4 + block.data.length, 0))
  for (const letter of 'fLaC') out.put(letter.charCodeAt(0), 8)
  blocks.forEach(({ type, data }, i) => {
    out.put((i === blocks.length - 1 ? 0x80 : 0) | type, 8)
    out.put(data.length, 24)
    for (const byte of data) out.put(byte, 8)
  })
  return out.bytes()
}

/** Section 8.2. */
function streamInfo({ sampleRate, channels, bits, frames, sizes, sum }: StreamInfo): Uint8Array {
  const out = createBits(34)
  out.put(blockSize, 16)
  out.put(blockSize, 16)
  out.put(sizes.most === 0 ? 0 : sizes.least, 24)
  out.put(sizes.most, 24)
  out.put(sampleRate, 20)
  out.put(channels - 1, 3)
  out.put(bits - 1, 5)
  // 36 bits; longer streams do not say how long they are.
  const known = frames < 2 ** 36 ? frames : 0
  out.put(Math.floor(known / 2 ** 32), 4)
  out.put(known % 2 ** 32, 32)
  for (let i = 0; i < 16; i++) out.put(sum?.[i] ?? 0, 8)
  return out.bytes()
}

function metadataOf(tags: Tags, name: string): Metadata[] {
  const pictures = (tags.pictures ?? []).map(picture => ({ type: blockTypes.picture, data: pictureBytes(picture) })),
    blocks = [{ type: blockTypes.comment, data: commentBytes(tags) }, ...pictures],
    large = blocks.find(block => block.data.length >= 2 ** 24)
  if (large)
    throw new AudioFileError(
      'unsupported',
      name,
      `tags or a picture of ${large.data.length} bytes; FLAC takes 16777215 each`,
      'use a smaller picture'
    )
  return blocks
}
