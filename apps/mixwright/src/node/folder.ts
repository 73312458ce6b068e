/** The stems in a folder. */
import { readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { AudioFileError } from '@mixwright/files'
import { type AudioInfo, readAudioInfo } from './audio-files.ts'
import { inWords } from './byte-files.ts'

/** Names that promise audio. What a file really is, its content says. */
const extensions = new Set([
  '.wav',
  '.wave',
  '.bwf',
  '.rf64',
  '.w64',
  '.aif',
  '.aiff',
  '.aifc',
  '.flac',
  '.mp3',
  '.mp2',
  '.ogg',
  '.oga',
  '.opus',
  '.m4a',
  '.mp4',
  '.aac',
  '.caf',
  '.wma',
  '.mka',
  '.webm'
])

export interface Stem {
  readonly path: string
  /** The file's name without folder and extension; with it where two stems would be alike. */
  readonly name: string
  readonly info: AudioInfo
}
export interface StemFolder {
  /** In the order of their names, numbers counting as numbers. */
  readonly stems: readonly Stem[]
  /** Files that are no audio by their names. */
  readonly ignored: readonly string[]
  /** Files that cannot be read, left out because of `skipBad`. */
  readonly bad: readonly AudioFileError[]
}
export interface FolderOptions {
  /** Names of files in the folder that are not stems: our own outputs. */
  readonly skip?: readonly string[]
  /** Go on without files that cannot be read. Default false. */
  readonly skipBad?: boolean
  readonly allowTruncated?: boolean
  readonly signal?: AbortSignal
}

/** Stems of one song: each is a few open files, and every pair of them is compared. */
export const mostStems = 500

/** Headers read at once: some are read by another program. */
const atOnce = 16

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * Lists the audio files of a folder, with what their headers say. Hidden files are passed over.
 * @throws AudioFileError if the folder is missing, empty, or holds no audio, and for the first file that cannot be
 * read, unless `skipBad`
 */
export async function listStems(folder: string, options: FolderOptions = {}): Promise<StemFolder> {
  const skip = new Set(options.skip),
    names = filesIn(folder)
      .filter(name => !name.startsWith('.') && !skip.has(name))
      .sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1))
  if (names.length === 0) throw new AudioFileError('empty', folder, 'the folder has no files', formats)
  const candidates = names.filter(name => extensions.has(extname(name).toLowerCase())),
    ignored = names.filter(name => !candidates.includes(name))
  if (candidates.length === 0)
    throw new AudioFileError('not-audio', folder, `the folder has no audio files, only ${sample(ignored)}`, formats)
  if (candidates.length > mostStems)
    throw new AudioFileError(
      'unsupported',
      folder,
      `${candidates.length} audio files; a song may have ${mostStems} stems`,
      'sum some of them into one, or move what is no stem elsewhere'
    )
  const stems: Stem[] = [],
    bad: AudioFileError[] = []
  for (let i = 0; i < candidates.length; i += atOnce) {
    options.signal?.throwIfAborted()
    const batch = candidates.slice(i, i + atOnce),
      infos = await Promise.allSettled(batch.map(name => readAudioInfo(join(folder, name), options)))
    infos.forEach((info, k) => {
      if (info.status === 'rejected') bad.push(leftOut(info.reason, options.skipBad ?? false))
      else stems.push({ path: join(folder, batch[k]!), name: batch[k]!, info: info.value })
    })
  }
  if (stems.length === 0) throw noneUsable(folder, bad)
  return { stems: withNames(stems), ignored, bad }
}
/**
 * A file's fault as one to be listed, if its file may be left out. @throws it otherwise, and whatever is no fault of a
 * file
 */
export function leftOut(error: unknown, skipBad: boolean): AudioFileError {
  // From another thread it comes as plain data.
  const fault = error as AudioFileError
  if (!(error instanceof Error) || error.name !== 'AudioFileError') throw error
  if (!skipBad)
    throw new AudioFileError(fault.fault, fault.place, fault.what, `${fault.remedy}; or go on without it: --skip-bad`, {
      cause: error
    })
  return new AudioFileError(fault.fault, fault.place, fault.what, fault.remedy, { cause: error })
}
export const noneUsable = (folder: string, bad: readonly AudioFileError[]): AudioFileError =>
  new AudioFileError(
    'not-audio',
    folder,
    `none of its ${bad.length} audio files can be read; the first: ${bad[0]!.message}`,
    'export them again'
  )

const formats = 'put WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus files there, or name another folder'
const sample = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')

function filesIn(folder: string): string[] {
  try {
    if (!statSync(folder).isDirectory())
      throw new AudioFileError(
        'missing',
        folder,
        'this is a file, not a folder',
        'name the folder that holds the stems'
      )
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isFile() || (entry.isSymbolicLink() && !isFolder(join(folder, entry.name))))
      .map(entry => entry.name)
  } catch (error) {
    throw inWords(folder, 'read', error)
  }
}
/** A link that leads nowhere is no folder: it is named as a file that cannot be read. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** Short names where they tell the stems apart. */
function withNames(stems: readonly Stem[]): Stem[] {
  const short = stems.map(stem => basename(stem.name, extname(stem.name)))
  return stems.map((stem, i) =>
    short.filter(name => name.toLowerCase() === short[i]!.toLowerCase()).length > 1
      ? stem
      : { ...stem, name: short[i]! }
  )
}
