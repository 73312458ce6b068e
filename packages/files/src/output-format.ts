/** What audio can be written as: the one table of it. */
import type { AudioWriter } from './audio-writer.ts'
import type { Broadcast } from './broadcast.ts'
import type { ByteSink } from './bytes.ts'
import { AudioFileError } from './error.ts'
import { createFlacWriter } from './flac-writer.ts'
import { createMp3Writer } from './mp3-writer.ts'
import { createOpusWriter, opusRate } from './opus-writer.ts'
import type { Tags } from './tags.ts'
import { createVorbisWriter } from './vorbis-writer.ts'
import { createWavWriter } from './wav-writer.ts'

export interface OutputOptions {
  /** Hz */
  readonly sampleRate: number
  /** 1 or 2 */
  readonly channels: number
  /** Of the dither and of stream numbers: 0 to 4294967295. */
  readonly seed: number
  /** Names the output in errors. */
  readonly name: string
  readonly tags?: Tags
  /** Only WAV has room for it. */
  readonly broadcast?: Broadcast
}
interface OutputFormatEntry {
  readonly extension: string
  /** Hz, where the format has but one. */
  readonly rate?: number
  readonly title: string
  /** Whether what is read back differs from what was written: by more than dither. */
  readonly lossy: boolean
  readonly create: (sink: ByteSink, options: OutputOptions) => Promise<AudioWriter>
}

/** The first of each extension is what a file of that name gets. */
export const outputFormats = {
  f32: {
    extension: 'wav',
    title: 'WAV of 32-bit floats',
    lossy: false,
    create: (sink, options) => createWavWriter(sink, { ...options, format: 'f32' })
  },
  s24: {
    extension: 'wav',
    title: 'WAV of 24 bits, dithered',
    lossy: false,
    create: (sink, options) => createWavWriter(sink, { ...options, format: 's24' })
  },
  s16: {
    extension: 'wav',
    title: 'WAV of 16 bits, dithered',
    lossy: false,
    create: (sink, options) => createWavWriter(sink, { ...options, format: 's16' })
  },
  flac24: {
    extension: 'flac',
    title: 'FLAC of 24 bits, dithered',
    lossy: false,
    create: (sink, options) => createFlacWriter(sink, { ...options, bits: 24 })
  },
  flac16: {
    extension: 'flac',
    title: 'FLAC of 16 bits, dithered',
    lossy: false,
    create: (sink, options) => createFlacWriter(sink, { ...options, bits: 16 })
  },
  mp3: {
    extension: 'mp3',
    title: 'MP3 of 320 kbit/s',
    lossy: true,
    create: (sink, options) => createMp3Writer(sink, { ...options, bitrate: 320 })
  },
  ogg: {
    extension: 'ogg',
    title: 'Ogg Vorbis of quality 7 (about 220 kbit/s)',
    lossy: true,
    create: (sink, options) => createVorbisWriter(sink, { ...options, quality: 7 })
  },
  opus: {
    extension: 'opus',
    title: 'Opus of about 192 kbit/s, 96 in mono, at 48000 Hz',
    lossy: true,
    rate: opusRate,
    create: (sink, options) => createOpusWriter(sink, { ...options, bitrate: 96 * options.channels })
  }
} as const satisfies Record<string, OutputFormatEntry>
export type OutputFormat = keyof typeof outputFormats
export const outputNames = Object.keys(outputFormats) as OutputFormat[]

/** A file's name with the extension of a format in place of its own. */
export const asFormat = (file: string, format: OutputFormat): string =>
  file.replace(/(\.[^./\\]*)?$/, `.${outputFormats[format].extension}`)

/** The format that a file was written in, by its name and bits: names of formats with bits end with them. */
export const writtenAs = (path: string, bits?: number): OutputFormat | undefined =>
  outputNames.find(name => asFormat(path, name) === path && (bits === undefined || name.endsWith(String(bits))))

/** Extensions of audio that is read but not written. */
const unwritten = ['aif', 'aiff', 'aifc', 'm4a', 'aac']

/**
 * What a file is written as: `wanted`, which its extension must allow, or what the extension says. Names without a known
 * extension take anything; their default is f32.
 * @throws AudioFileError where they contradict each other, and for formats that are not written
 */
export function outputFormatOf(path: string, wanted?: OutputFormat): OutputFormat {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase(),
    own = outputNames.filter(name => outputFormats[name].extension === extension)
  if (extension && unwritten.includes(extension))
    throw new AudioFileError(
      'unsupported',
      path,
      `there is no encoder for .${extension} here`,
      `write WAV and convert it: ffmpeg -i out.wav out.${extension}`
    )
  if (wanted && own.length > 0 && !own.includes(wanted))
    throw new AudioFileError(
      'unsupported',
      path,
      `the format ${wanted} is ${outputFormats[wanted].title}, the name says .${extension}`,
      `name it .${outputFormats[wanted].extension}, or choose ${own.join(' or ')}`
    )
  return wanted ?? own[0] ?? 'f32'
}
