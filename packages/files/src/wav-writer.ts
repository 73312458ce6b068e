/** Writes WAV while the audio comes, in bounded memory; past 4 GiB it becomes RF64 (EBU Tech 3306). */
import { type Audio, createRandom } from '@mixwright/dsp'
import { type AudioWriter, checkBlock } from './audio-writer.ts'
import { type Broadcast, broadcastBytes } from './broadcast.ts'
import { type ByteSink, viewOf } from './bytes.ts'
import { wavTagBytes } from './chunk-tags.ts'
import { checkForm } from './error.ts'
import { bytesPerSample } from './pcm.ts'
import { putIntegers, quantise } from './quantise.ts'
import type { Tags } from './tags.ts'

export type WavFormat = 's16' | 's24' | 'f32'

export interface WavOptions {
  /** Hz */
  readonly sampleRate: number
  /** 1 or 2 */
  readonly channels: number
  /** Integers of 16 or 24 bits with TPDF dither, or 32-bit floats. */
  readonly format: WavFormat
  /** Of the dither: 0 to 4294967295. */
  readonly seed: number
  /** Makes it a Broadcast Wave file. */
  readonly broadcast?: Broadcast
  /** Written behind the samples, as INFO and ID3. */
  readonly tags?: Tags
  /** Names the output in errors. */
  readonly name: string
}

/** Frames converted at a time. */
const step = 16384

/**
 * Begins a file at the sink's start.
 * @throws AudioFileError for a form that WAV readers cannot take, RangeError for a wrong seed, or a wrong `broadcast`
 */
export async function createWavWriter(sink: ByteSink, options: WavOptions): Promise<AudioWriter> {
  const { sampleRate, channels, format, name } = options
  checkForm(name, channels, sampleRate)
  const frameBytes = channels * bytesPerSample[format],
    convert = quantiser(format, options.seed),
    out = new Uint8Array(step * frameBytes),
    after = options.tags ? wavTagBytes(options.tags) : new Uint8Array()
  let frames = 0,
    clipped = 0
  await sink.write(wavHeader(options, 0))
  return {
    async write(audio) {
      const length = audio[0]?.length ?? 0
      checkBlock(audio, channels, frames, name, sampleRate)
      for (let start = 0; start < length; start += step) {
        const count = Math.min(step, length - start)
        clipped += convert(audio, start, count, out)
        await sink.write(out.subarray(0, count * frameBytes))
      }
      frames += length
    },
    async close() {
      const data = frames * frameBytes
      if (data % 2) await sink.write(new Uint8Array(1))
      if (after.length > 0) await sink.write(after)
      const head = wavHeader(options, frames, after.length)
      await sink.patch(0, head)
      return { frames, clipped, bytes: head.length + data + (data % 2) + after.length }
    }
  }
}

/**
 * Everything before the samples; `after`: bytes behind them. The room for "ds64" is a "JUNK" chunk until it is needed, so the length never changes.
 */
export function wavHeader(
  { sampleRate, channels, format, broadcast }: WavOptions,
  frames: number,
  after = 0
): Uint8Array<ArrayBuffer> {
  const float = format === 'f32',
    sampleBytes = bytesPerSample[format],
    frameBytes = channels * sampleBytes,
    bext = broadcast && broadcastBytes(broadcast)
  const bytes = new Uint8Array((float ? 94 : 80) + (bext ? 8 + bext.length : 0)),
    view = viewOf(bytes),
    data = frames * frameBytes,
    riff = bytes.length - 8 + data + (data % 2) + after
  const big = riff > 0xffffffff
  let at = 0
  const word = (text: string) => {
    for (const letter of text) bytes[at++] = letter.charCodeAt(0)
  }
  const u16 = (value: number) => {
    view.setUint16(at, value, true)
    at += 2
  }
  const u32 = (value: number) => {
    view.setUint32(at, value, true)
    at += 4
  }
  const u64 = (value: number) => {
    view.setBigUint64(at, BigInt(value), true)
    at += 8
  }
  word(big ? 'RF64' : 'RIFF')
  u32(big ? 0xffffffff : riff)
  word('WAVE')
  word(big ? 'ds64' : 'JUNK')
  u32(28)
  u64(big ? riff : 0)
  u64(big ? data : 0)
  u64(big ? frames : 0)
  u32(0)
  if (bext) {
    word('bext')
    u32(bext.length)
    bytes.set(bext, at)
    at += bext.length
  }
  word('fmt ')
  u32(float ? 18 : 16)
  u16(float ? 3 : 1)
  u16(channels)
  u32(sampleRate)
  u32(sampleRate * frameBytes)
  u16(frameBytes)
  u16(8 * sampleBytes)
  // A format other than PCM has the size of its extension (none) and a "fact" chunk.
  if (float) {
    u16(0)
    word('fact')
    u32(4)
    u32(Math.min(frames, 0xffffffff))
  }
  word('data')
  u32(big ? 0xffffffff : data)
  return bytes
}

/**
 * Writes frames `start` to `start + count` interleaved to the front of `out`; returns how many samples had to be
 * limited.
 */
type Quantise = (audio: Audio, start: number, count: number, out: Uint8Array) => number

function quantiser(format: WavFormat, seed: number): Quantise {
  if (format === 'f32') return interleaveFloats
  const random = createRandom(seed),
    width = bytesPerSample[format],
    values = new Int32Array(step)
  return (audio, start, count, out) => {
    let clipped = 0
    for (let c = 0; c < audio.length; c++) {
      clipped += quantise(audio[c]!.subarray(start, start + count), 8 * width, random, values)
      putIntegers(values, count, width, out, c * width, audio.length * width)
    }
    return clipped
  }
}

const interleaveFloats: Quantise = (audio, start, count, out) => {
  const floats = new Float32Array(out.buffer),
    [left, right] = audio as [Float32Array, Float32Array | undefined]
  if (!right) floats.set(left.subarray(start, start + count))
  else
    for (let i = start, j = 0, end = start + count; i < end; i++, j += 2) {
      floats[j] = left[i]!
      floats[j + 1] = right[i]!
    }
  return 0
}
