/**
 * WAV and its 64-bit forms. Sources: Microsoft "Multiple channel audio data and WAVE files" (2007), EBU Tech 3306
 * (RF64), ITU-R BS.2088 (BW64).
 */
import { type ByteSource, textOf, viewOf } from './bytes.ts'
import type { AudioFile, OpenOptions } from './audio-file.ts'
import { type Broadcast, maxBroadcast, readBroadcast } from './broadcast.ts'
import { type Chunk, chunksOf, missingChunk } from './chunks.ts'
import { createChunkTags } from './chunk-tags.ts'
import { checkForm, checkLength, corrupt, truncated, unsupported } from './error.ts'
import { bytesPerSample, type Encoding, floatEncoding, integerEncoding } from './pcm.ts'
import { pcmFile } from './pcm-file.ts'

/** A 32-bit size that says "see ds64", or in a streamed file "not known". */
const unknownSize = 0xffffffff

interface WaveFormat {
  readonly encoding: Encoding
  readonly bits: number
  readonly channels: number
  readonly sampleRate: number
}

/**
 * Opens a RIFF, RF64 or BW64 file: integers of 8 to 32 bits, floats of 32 and 64.
 * @throws AudioFileError for anything that is wrong in its header
 */
export async function openWav(source: ByteSource, place: string, options: OpenOptions = {}): Promise<AudioFile> {
  const head = await source.read(0, 12)
  const big = textOf(head, 0, 4) !== 'RIFF'
  let format: WaveFormat | undefined,
    data: Chunk | undefined,
    dataSize64: number | undefined,
    broadcast: Broadcast | undefined
  const extra = createChunkTags(source)
  const sizeOf = (chunk: Chunk): number =>
    chunk.id === 'data' ? (realSize(chunk, dataSize64) ?? source.size) : chunk.size
  for await (const chunk of chunksOf(source, 12, true, sizeOf)) {
    if (chunk.id === 'ds64' && big) dataSize64 = await readDs64(source, chunk, place)
    else if (chunk.id === 'fmt ') format ??= await readFormat(source, chunk, place)
    else if (chunk.id === 'data') data ??= chunk
    else if (chunk.id === 'bext')
      broadcast ??= readBroadcast(await source.read(chunk.offset, Math.min(chunk.size, maxBroadcast)))
    else await extra.take(chunk)
    if (data && !format) throw corrupt(place, 'the "data" chunk comes before any "fmt " chunk')
  }
  if (!format || !data) throw missingChunk(source, head, true, format ? 'data' : 'fmt ', place)
  const frameBytes = format.channels * bytesPerSample[format.encoding]
  const bytes = await dataBytes(source, data, dataSize64, frameBytes, place, options)
  const frames = Math.floor(bytes / frameBytes)
  checkLength(place, frames)
  const tags = extra.tags()
  return pcmFile(
    source,
    { ...format, bigEndian: false, frames, offset: data.offset },
    { format: big ? 'rf64' : 'wav', bits: format.bits, place, ...(broadcast && { broadcast }), ...(tags && { tags }) }
  )
}

const realSize = (data: Chunk, size64: number | undefined): number | undefined =>
  data.size === unknownSize ? size64 : data.size

async function readDs64(source: ByteSource, chunk: Chunk, place: string): Promise<number> {
  const bytes = await source.read(chunk.offset, 24)
  if (chunk.size < 24 || bytes.length < 24) throw truncated(place, 'the "ds64" chunk is incomplete')
  const size = viewOf(bytes).getBigUint64(8, true)
  // 2^53 bytes: beyond any file, and beyond exact numbers.
  if (size > 2n ** 53n) throw corrupt(place, `the "ds64" chunk says ${size} bytes of samples`)
  return Number(size)
}

async function readFormat(source: ByteSource, chunk: Chunk, place: string): Promise<WaveFormat> {
  const bytes = await source.read(chunk.offset, Math.min(chunk.size, 40))
  if (bytes.length < Math.min(chunk.size, 40)) throw truncated(place, 'the WAV file ends inside its "fmt " chunk')
  if (bytes.length < 16) throw corrupt(place, `the "fmt " chunk has ${chunk.size} bytes; at least 16 are needed`)
  const view = viewOf(bytes),
    channels = view.getUint16(2, true),
    sampleRate = view.getUint32(4, true),
    frameBytes = view.getUint16(12, true),
    bits = view.getUint16(14, true)
  checkForm(place, channels, sampleRate)
  let tag = view.getUint16(0, true)
  if (tag === 0xfffe) {
    if (bytes.length < 40) throw corrupt(place, `an extensible "fmt " chunk has ${chunk.size} bytes; 40 are needed`)
    tag = view.getUint16(24, true) // the first two bytes of the sub-format's GUID
  }
  if (tag !== 1 && tag !== 3)
    throw unsupported(
      place,
      `the WAV file holds ${codecs.get(tag) ?? 'an unknown codec'} (format tag 0x${tag.toString(16)})`
    )
  const encoding = tag === 3 ? floatEncoding(bits) : integerEncoding(frameBytes / channels, bits, true)
  if (!encoding || bytesPerSample[encoding] * channels !== frameBytes)
    throw corrupt(place, `${bits} bits per sample in frames of ${frameBytes} bytes and ${channels} channels do not fit`)
  return { encoding, bits, channels, sampleRate }
}

/** Registered tags that people meet (RFC 2361). */
const codecs: ReadonlyMap<number, string> = new Map([
  [2, 'Microsoft ADPCM'],
  [6, 'A-law'],
  [7, 'µ-law'],
  [0x11, 'IMA ADPCM'],
  [0x31, 'GSM 6.10'],
  [0x50, 'MPEG audio'],
  [0x55, 'MP3'],
  [0xff, 'AAC'],
  [0x161, 'Windows Media Audio'],
  [0x1610, 'AAC']
])

/** How many bytes of samples there are, and whether the file may be believed. */
async function dataBytes(
  source: ByteSource,
  data: Chunk,
  size64: number | undefined,
  frameBytes: number,
  place: string,
  options: OpenOptions
): Promise<number> {
  const there = source.size - data.offset
  const said = realSize(data, size64)
  // Recorders write the size last. A file cut off before that says 0 (or "unknown") and goes on to its end.
  const open = said === undefined || (said === 0 && there > 0 && !(await endsInChunks(source, data.offset)))
  const bytes = open ? there : said
  if (bytes > there && !options.allowTruncated)
    throw truncated(
      place,
      `the header promises ${bytes} bytes of samples (${Math.floor(bytes / frameBytes)} frames), the file holds ${there}`
    )
  const usable = Math.min(bytes, there)
  if (usable % frameBytes !== 0 && !options.allowTruncated)
    throw truncated(place, `the last frame is incomplete (${usable % frameBytes} of ${frameBytes} bytes)`)
  return usable
}

/** Whether whole chunks and nothing else lie from `at` to the end. */
async function endsInChunks(source: ByteSource, at: number): Promise<boolean> {
  let end = at
  for await (const chunk of chunksOf(source, at, true)) end = chunk.offset + chunk.size + (chunk.size % 2)
  return end === source.size || end === source.size + 1
}
