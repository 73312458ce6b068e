/** Audio files as clips at the session's sampling rate. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type Audio, type Clip, createResampler, type Resampler, resamplerRates } from '@mixwright/dsp'
import {
  AudioFileError,
  type AudioFile,
  checkLength,
  type Format,
  openAudio,
  type OpenOptions,
  pcmClip,
  sniff
} from '@mixwright/files'
import { loadKernels } from '../kernels.ts'
import { createFileSink, openFileSource } from './byte-files.ts'
import { openExternal } from './external-decoder.ts'

/** What a file is, before anything is decoded. */
export interface AudioInfo {
  readonly format: Format
  /** Hz, as stored. */
  readonly sampleRate: number
  readonly channels: number
  /** Bits per sample as stored; lossy formats have none. */
  readonly bits?: number
  /** At the rate as stored, where the file tells. */
  readonly frames?: number
  /** About as many, where the file does not tell exactly. */
  readonly expectedFrames?: number
  /** Where it begins by its time stamp (Broadcast Wave), in frames at the rate as stored. */
  readonly timeReference?: number
}

export interface OpenedFile extends AudioFile {
  /** For progress, where `frames` is not known. */
  readonly expectedFrames?: number | undefined
  close(): void
}

export interface FileOptions extends OpenOptions {
  readonly signal?: AbortSignal
  /** Names the file in errors. Default: its name without the folder. */
  readonly name?: string
  /** What `readAudioInfo` has told of it. */
  readonly known?: AudioInfo
}

/**
 * Opens any audio file: by our own readers, else by a system ffmpeg.
 * @throws AudioFileError
 */
export async function openAudioFile(path: string, options: FileOptions = {}): Promise<OpenedFile> {
  const source = openFileSource(path),
    name = options.name ?? basename(path)
  try {
    return { ...(await openAudio(source, name, options)), close: source.close }
  } catch (error) {
    const { format } = await sniff(source)
    source.close()
    if (!(error instanceof AudioFileError) || error.fault !== 'unsupported') throw error
    return { ...(await openExternal(path, name, format, error.what, options)), close: () => {} }
  }
}

/** Reads headers only. @throws AudioFileError */
export async function readAudioInfo(path: string, options: FileOptions = {}): Promise<AudioInfo> {
  const file = await openAudioFile(path, options)
  file.close()
  return infoOf(file)
}
const infoOf = ({ format, sampleRate, channels, bits, frames, expectedFrames, broadcast }: OpenedFile): AudioInfo => ({
  format,
  sampleRate,
  channels,
  ...(bits !== undefined && { bits }),
  ...(frames !== undefined && { frames }),
  ...(expectedFrames !== undefined && { expectedFrames }),
  ...(broadcast && { timeReference: broadcast.timeReference })
})

/** Plain data from which any thread can open the same clip. `delay`: frames of silence before it. */
export type ClipDescriptor = { readonly delay?: number } & (
  | { readonly kind: 'file'; readonly path: string; readonly name: string; readonly allowTruncated: boolean }
  | { readonly kind: 'cache'; readonly paths: readonly string[]; readonly name: string; readonly sampleRate: number }
)

export interface OpenedClip extends Clip {
  readonly descriptor: ClipDescriptor
  /** Ends the use of its files; they stay. */
  close(): void
}
/** @param clips opened from files, every one */
export const descriptorsOf = (clips: Readonly<Record<string, Clip>>): Readonly<Record<string, ClipDescriptor>> =>
  Object.fromEntries(Object.entries(clips).map(([name, clip]) => [name, (clip as OpenedClip).descriptor]))

export interface ImportedClip extends OpenedClip {
  readonly info: AudioInfo
}

export interface ImportOptions extends FileOptions {
  /** Of the clip, in Hz. */
  readonly sampleRate: number
  /** Where decoded audio is kept; made if it is missing. What is there already is used again. */
  readonly cacheFolder: string
  /** Told what share of the work is done, 0 to 1. */
  readonly progress?: (fraction: number) => void
}

/**
 * A file as a clip at the session's rate. Uncompressed files of that rate are read where they are; others are decoded
 * and converted once, into
 * raw 32-bit floats in the cache folder, in bounded memory.
 * @throws AudioFileError; whatever `signal` was aborted with
 */
export async function importClip(path: string, options: ImportOptions): Promise<ImportedClip> {
  options.signal?.throwIfAborted()
  const name = options.name ?? basename(path),
    file = await openAudioFile(path, options),
    info = infoOf(file)
  if (file.clip && file.sampleRate === options.sampleRate) {
    options.progress?.(1)
    return {
      ...file.clip,
      info,
      descriptor: { kind: 'file', path: resolve(path), name, allowTruncated: options.allowTruncated ?? false },
      close: file.close
    }
  }
  try {
    const paths = cachePaths(path, file.channels, options)
    if (!paths.every(p => existsSync(p))) await decodeTo(paths, file, name, options)
    options.progress?.(1)
    return { ...(await openClip({ kind: 'cache', paths, name, sampleRate: options.sampleRate })), info }
  } finally {
    file.close()
  }
}

/** The same clip, later by some frames. */
export const delayed = <T extends OpenedClip>(clip: T, delay: number): T =>
  delay === 0
    ? clip
    : {
        ...clip,
        frames: clip.frames + delay,
        descriptor: { ...clip.descriptor, delay },
        // What lies outside a clip is silence.
        read: (start, count, into) => clip.read(start - delay, count, into)
      }

/** Opens a clip again, here or in another thread. @throws AudioFileError if its files have gone */
export async function openClip(descriptor: ClipDescriptor): Promise<OpenedClip> {
  const { delay = 0, ...plain } = descriptor
  return delay ? delayed(await openPlain(plain), delay) : openPlain(descriptor)
}
async function openPlain(descriptor: ClipDescriptor): Promise<OpenedClip> {
  if (descriptor.kind === 'file') {
    const source = openFileSource(descriptor.path)
    try {
      const { clip } = await openAudio(source, descriptor.name, descriptor)
      return { ...clip!, descriptor, close: source.close }
    } catch (error) {
      source.close()
      throw error
    }
  }
  const { paths, name, sampleRate } = descriptor,
    sources = paths.map(openFileSource),
    frames = sources[0]!.size / 4
  const clips = sources.map(source =>
    pcmClip(
      source,
      { encoding: 'f32', bigEndian: false, sampleRate, channels: 1, frames, offset: 0, finite: true },
      name
    )
  )
  return {
    sampleRate,
    channels: paths.length,
    frames,
    descriptor,
    read: async (start, count, into) =>
      (await Promise.all(clips.map((clip, c) => clip.read(start, count, into && [into[c]!])))).flat(),
    close: () => {
      for (const source of sources) source.close()
    }
  }
}

/** One file per channel, named by what it was made from: path, size, time of change, and the rate. */
function cachePaths(path: string, channels: number, options: ImportOptions): readonly string[] {
  const stat = statSync(path),
    key = [
      resolve(path),
      stat.size,
      stat.mtimeMs,
      options.sampleRate,
      options.allowTruncated ?? false,
      cacheVersion
    ].join('\n')
  const base = join(options.cacheFolder, createHash('sha256').update(key).digest('hex').slice(0, 32))
  return Array.from({ length: channels }, (_, c) => `${base}.${c}.f32`)
}
/** Raise it when decoding or conversion changes what comes out. */
const cacheVersion = 1

async function decodeTo(
  paths: readonly string[],
  file: OpenedFile,
  name: string,
  options: ImportOptions
): Promise<void> {
  const { sampleRate, signal, progress } = options,
    total = file.frames ?? file.expectedFrames
  mkdirSync(options.cacheFolder, { recursive: true })
  const resampler = file.sampleRate === sampleRate ? undefined : await resamplerFor(file, sampleRate, name)
  const sinks = await Promise.all(paths.map(path => createFileSink(path, { force: true, durable: false })))
  const write = async (audio: Audio): Promise<void> => {
    for (let c = 0; c < sinks.length; c++)
      await sinks[c]!.write(new Uint8Array(audio[c]!.buffer, audio[c]!.byteOffset, audio[c]!.byteLength))
  }
  try {
    let frames = 0
    for await (const audio of file.blocks()) {
      signal?.throwIfAborted()
      frames += audio[0]!.length
      await write(resampler ? resampler.push(audio) : audio)
      if (total) progress?.(Math.min(1, frames / total))
    }
    checkLength(name, frames)
    if (resampler) await write(resampler.flush())
    for (const sink of sinks) await sink.commit()
  } finally {
    for (const sink of sinks) await sink.discard()
  }
}

async function resamplerFor(file: AudioFile, sampleRate: number, name: string): Promise<Resampler> {
  const { min, max } = resamplerRates
  if (file.sampleRate < min || file.sampleRate > max || !Number.isInteger(file.sampleRate))
    throw new AudioFileError(
      'unsupported',
      name,
      `a sampling rate of ${file.sampleRate} Hz cannot be used; ${min} to ${max} Hz can`,
      'convert the file to 44100 or 48000 Hz'
    )
  return createResampler(file.sampleRate, sampleRate, file.channels, await loadKernels())
}
