/**
 * AIFF and AIFF-C. Sources: Apple "Audio Interchange File Format" 1.3 (1989) and "AIFF-C" draft (1991); QuickTime's
 * names of codecs.
 */
import type { AudioFile, OpenOptions } from './audio-file.ts'
import { type ByteSource, textOf, viewOf } from './bytes.ts'
import { type Chunk, chunksOf, missingChunk } from './chunks.ts'
import { createChunkTags } from './chunk-tags.ts'
import { checkForm, checkLength, corrupt, truncated, unsupported } from './error.ts'
import { bytesPerSample, type Encoding, integerEncoding } from './pcm.ts'
import { pcmFile } from './pcm-file.ts'

interface Common {
  readonly encoding: Encoding
  readonly bigEndian: boolean
  readonly bits: number
  readonly channels: number
  readonly sampleRate: number
  readonly frames: number
}

/** AIFF-C codecs that are plain samples. Those without a width of their own take it from the sample size. */
const plain: Readonly<Record<string, { readonly encoding?: Encoding; readonly bigEndian: boolean }>> = {
  NONE: { bigEndian: true },
  twos: { bigEndian: true },
  sowt: { bigEndian: false },
  'raw ': { encoding: 'u8', bigEndian: true },
  in16: { encoding: 's16', bigEndian: true },
  in24: { encoding: 's24', bigEndian: true },
  in32: { encoding: 's32', bigEndian: true },
  '42ni': { encoding: 's24', bigEndian: false },
  '23ni': { encoding: 's32', bigEndian: false },
  fl32: { encoding: 'f32', bigEndian: true },
  FL32: { encoding: 'f32', bigEndian: true },
  fl64: { encoding: 'f64', bigEndian: true },
  FL64: { encoding: 'f64', bigEndian: true }
}

/**
 * Opens an AIFF or AIFF-C file: integers of 8 to 32 bits in either byte order, floats of 32 and 64.
 * @throws AudioFileError for anything that is wrong in its header
 */
export async function openAiff(source: ByteSource, place: string, options: OpenOptions = {}): Promise<AudioFile> {
  const head = await source.read(0, 12),
    compressed = textOf(head, 8) === 'AIFC'
  const extra = createChunkTags(source)
  let common: Common | undefined, sound: Chunk | undefined
  for await (const chunk of chunksOf(source, 12, false)) {
    if (chunk.id === 'COMM') common ??= await readCommon(source, chunk, compressed, place)
    else if (chunk.id === 'SSND') sound ??= chunk
    else await extra.take(chunk)
  }
  if (!common) throw missingChunk(source, head, false, 'COMM', place)
  if (common.frames === 0 && !sound) checkLength(place, 0)
  if (!sound) throw missingChunk(source, head, false, 'SSND', place)
  const frameBytes = common.channels * bytesPerSample[common.encoding],
    frames = await framesOf(source, sound, common.frames, frameBytes, place, options)
  checkLength(place, frames)
  const tags = extra.tags()
  return pcmFile(
    source,
    { ...common, frames, offset: sound.offset + 8 + (await offsetOf(source, sound, place)) },
    { format: compressed ? 'aifc' : 'aiff', bits: common.bits, place, ...(tags && { tags }) }
  )
}

async function readCommon(source: ByteSource, chunk: Chunk, compressed: boolean, place: string): Promise<Common> {
  const length = compressed ? 22 : 18,
    bytes = await source.read(chunk.offset, length)
  if (bytes.length < length) throw truncated(place, 'the AIFF file ends inside its "COMM" chunk')
  if (chunk.size < length) throw corrupt(place, `the "COMM" chunk has ${chunk.size} bytes; ${length} are needed`)
  const view = viewOf(bytes),
    channels = view.getUint16(0),
    frames = view.getUint32(2),
    bits = view.getUint16(6),
    sampleRate = extended(view, 8)
  checkForm(place, channels, sampleRate)
  const codec = compressed ? textOf(bytes, 18, 22) : 'NONE',
    form = plain[codec]
  if (!form) throw unsupported(place, `the AIFF-C file holds "${codec}" audio`)
  const encoding = form.encoding ?? integerEncoding(Math.ceil(bits / 8), bits, false)
  if (!encoding) throw corrupt(place, `${bits} bits per sample are not possible; 1 to 32 are`)
  return {
    encoding,
    bigEndian: form.bigEndian,
    bits: form.encoding ? 8 * bytesPerSample[encoding] : bits,
    channels,
    sampleRate,
    frames
  }
}

/**
 * An 80-bit extended float (IEEE 754 double-extended): sign and exponent, then 64 bits of mantissa with its leading
 * one.
 */
function extended(view: DataView, at: number): number {
  const head = view.getUint16(at),
    mantissa = view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6)
  return (head & 0x8000 ? -1 : 1) * mantissa * 2 ** ((head & 0x7fff) - 16383 - 63)
}

async function offsetOf(source: ByteSource, sound: Chunk, place: string): Promise<number> {
  const bytes = await source.read(sound.offset, 8)
  if (bytes.length < 8) throw truncated(place, 'the AIFF file ends inside its "SSND" chunk')
  return viewOf(bytes).getUint32(0)
}

/** COMM says how many frames there are, SSND how many bytes: the file must hold them. */
async function framesOf(
  source: ByteSource,
  sound: Chunk,
  said: number,
  frameBytes: number,
  place: string,
  options: OpenOptions
): Promise<number> {
  const skip = 8 + (await offsetOf(source, sound, place))
  if (sound.size < skip + said * frameBytes && sound.size !== 0)
    throw corrupt(place, `${said} frames of ${frameBytes} bytes do not fit into the ${sound.size} bytes of "SSND"`)
  const there = Math.max(0, Math.floor((source.size - sound.offset - skip) / frameBytes))
  if (said > there && !options.allowTruncated)
    throw truncated(place, `the header promises ${said} frames, the file holds ${there}`)
  return Math.min(said, there)
}
