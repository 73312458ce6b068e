/** Projects of digital audio workstations as files: opened, with the audio that their clips play. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import type { Clip } from '@mixwright/dsp'
import {
  AudioFileError,
  type DawSession,
  type DawTrack,
  dawLimits,
  filesOf,
  type Inflate,
  readDawproject,
  readRpp,
  type ZipEntry
} from '@mixwright/files'
import { arranged, isWhole, unrolled } from '@mixwright/tasks'
import type { OpenedClip } from './audio-files.ts'
import { createFileSink, inWords, openFileSource } from './byte-files.ts'
import type { Workbench } from './workbench.ts'

export const dawFormats = ['dawproject', 'rpp'] as const
export type DawFormat = (typeof dawFormats)[number]
/** By its name; undefined for what is none, or a folder. */
export function dawFormatOf(path: string): DawFormat | undefined {
  const format = dawFormats.find(one => extname(path).toLowerCase() === `.${one}`)
  return format && !(existsSync(path) && statSync(path).isDirectory()) ? format : undefined
}

export interface OpenedDaw {
  readonly session: DawSession
  /** What could not be taken over, in words. */
  readonly left: string[]
  /** Where the audio of a clip's file lies, unpacked if it must be. @throws AudioFileError if it is missing */
  locate(file: string): Promise<string>
  close(): void
}

/** Faults on either side end both, and come out where it is read. */
const inflate: Inflate = pieces => pipeline(Readable.from(pieces), createInflateRaw(), () => {})

/**
 * @param scratch where an archive's audio is unpacked
 * @throws AudioFileError if it cannot be read, with place, value and remedy
 */
export async function openDaw(path: string, scratch: (name: string) => string): Promise<OpenedDaw> {
  const source = openFileSource(path)
  if (dawFormatOf(path) === 'rpp') {
    source.close()
    const { session, left } = readRpp(textOf(path, source.size), path)
    return { session, left: [...left], locate: async file => beside(path, file), close: () => {} }
  }
  try {
    const { session, left, entries } = await readDawproject(source, path, inflate),
      unpacked = new Map<string, string>()
    checkUnpacked(path, session, entries)
    return {
      session,
      left: [...left],
      async locate(file) {
        const entry = entries.get(file)
        if (!entry) return beside(path, file)
        const at = unpacked.get(file) ?? scratch(`unpacked/${unpacked.size + 1}${extname(file)}`)
        if (!unpacked.has(file)) {
          unpacked.set(file, at)
          await unpack(entry, at)
        }
        return at
      },
      close: source.close
    }
  } catch (error) {
    source.close()
    throw error
  }
}

function textOf(path: string, size: number): string {
  if (size > dawLimits.text)
    throw new AudioFileError(
      'unsupported',
      path,
      `${size} bytes; a project may have ${dawLimits.text}`,
      'split the project'
    )
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw inWords(path, 'read', error)
  }
}

function checkUnpacked(path: string, session: DawSession, entries: ReadonlyMap<string, ZipEntry>): void {
  const bytes = filesOf(session).reduce((sum, file) => sum + (entries.get(file)?.size ?? 0), 0)
  if (bytes > dawLimits.audio)
    throw new AudioFileError(
      'unsupported',
      path,
      `its audio would unpack to ${bytes} bytes; at most ${dawLimits.audio} are unpacked`,
      'unpack it yourself, and give the stems as a folder'
    )
}

async function unpack(entry: ZipEntry, at: string): Promise<void> {
  const sink = await createFileSink(at, { force: true, durable: false })
  try {
    for await (const piece of entry.read()) await sink.write(piece)
    await sink.commit()
  } finally {
    await sink.discard()
  }
}

/** A project that was moved has its audio beside it, wherever it was before. */
function beside(project: string, file: string): string {
  const folder = dirname(resolve(project)),
    named = isAbsolute(file) ? file : join(folder, file),
    found = [named, ...['', 'audio', 'Audio', 'Media'].map(sub => join(folder, sub, basename(file)))].find(existsSync)
  if (found !== undefined) return found
  throw new AudioFileError(
    'missing',
    project,
    `its audio file ${file} is not there`,
    `put ${basename(file)} beside the project`
  )
}

/** The bytes of a file. */
export const bytesOf = (path: string): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: 2 ** 20 })

/**
 * A track as one recording at a rate, on any thread where it plays one file as it is.
 * @throws AudioFileError for files that cannot be read
 */
export async function recordingOf(
  track: DawTrack,
  daw: OpenedDaw,
  sampleRate: number,
  open: (path: string) => Promise<OpenedClip>
): Promise<Clip | OpenedClip> {
  const sources = new Map<string, OpenedClip>()
  for (const { file } of track.clips) if (!sources.has(file)) sources.set(file, await open(await daw.locate(file)))
  const seconds = (file: string) => sources.get(file)!.frames / sampleRate,
    looped = unrolled(track.clips, seconds),
    clips = looped ?? track.clips
  if (!looped) daw.left.push(`${track.name}: a loop that comes round too often (played once)`)
  for (const { file, offset, length } of clips)
    if (offset + length > seconds(file) + slack)
      daw.left.push(`${track.name}: a clip goes on after the end of ${basename(file)} (silence follows)`)
  const [only] = [...sources.values()]
  return isWhole(clips, only!.frames / sampleRate) ? only! : arranged(clips, sources, sampleRate)
}

/** Seconds by which clips may be longer than their files, as rounding makes them. */
const slack = 0.01

/** Opens every file once. */
export function openerAt(bench: Workbench, sampleRate: number): (path: string) => Promise<OpenedClip> {
  const opened = new Map<string, Promise<OpenedClip>>()
  return path => {
    const clip = opened.get(path) ?? bench.openFile(path, sampleRate)
    opened.set(path, clip)
    return clip
  }
}
