import { openAiff } from './aiff.ts'
import type { AudioFile, OpenOptions } from './audio-file.ts'
import type { ByteSource } from './bytes.ts'
import { AudioFileError, checkLength, unsupported } from './error.ts'
import { openFlac } from './flac.ts'
import { type Format, sniff } from './format.ts'
import { openMp3 } from './mp3.ts'
import { openOpus } from './opus.ts'
import { openVorbis } from './vorbis.ts'
import { openWav } from './wav.ts'

type Open = (source: ByteSource, start: number, place: string, options: OpenOptions) => Promise<AudioFile>

const readers: Readonly<Partial<Record<Format, Open>>> = {
  wav: (source, _, place, options) => openWav(source, place, options),
  rf64: (source, _, place, options) => openWav(source, place, options),
  aiff: (source, _, place, options) => openAiff(source, place, options),
  aifc: (source, _, place, options) => openAiff(source, place, options),
  flac: openFlac,
  mp3: openMp3,
  vorbis: openVorbis,
  opus: openOpus
}

/** What people call the formats that need ffmpeg. */
const foreign: Readonly<Partial<Record<Format, string>>> = {
  m4a: 'MPEG-4 (AAC or ALAC)',
  aac: 'AAC',
  ogg: 'Ogg with another codec than Vorbis or Opus',
  matroska: 'Matroska or WebM',
  wma: 'Windows Media',
  caf: 'Core Audio',
  w64: 'Sony Wave64'
}

/**
 * Opens audio by its content. `name` names the file in errors.
 * @throws AudioFileError if it is empty, no audio, damaged, cut off, or in a form that cannot be read here;
 * 'unsupported' is what ffmpeg may read
 */
export async function openAudio(source: ByteSource, name: string, options: OpenOptions = {}): Promise<AudioFile> {
  if (source.size === 0)
    throw new AudioFileError('empty', name, 'the file is empty (0 bytes)', 'export it again, or leave it out')
  const { format, start } = await sniff(source),
    open = readers[format]
  if (format === 'unknown')
    throw new AudioFileError(
      'not-audio',
      name,
      'the file is not audio, or in a format that is not known',
      'give WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus, or leave the file out'
    )
  if (!open) throw unsupported(name, `the file is in a format (${foreign[format] ?? format}) that is not read here`)
  const file = await open(source, start, name, options)
  if (file.frames !== undefined) checkLength(name, file.frames)
  return file
}
