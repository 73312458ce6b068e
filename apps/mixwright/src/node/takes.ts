/** Audio on its way to a file, that can be read back when it is complete. */
import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Audio, type Clip, createResampler } from '@mixwright/dsp'
import { memorySink, type OutputFormat, outputFormats } from '@mixwright/files'
import type { Sink } from '@mixwright/graph'
import { loadKernels } from '../kernels.ts'
import { importClip, type ImportedClip } from './audio-files.ts'
import { createFileSink, type FileSink, inWords } from './byte-files.ts'
import type { Label } from './label.ts'
import { removeEmpty } from './staging.ts'

export interface OpenTake {
  write(audio: Audio): Promise<void>
  close(): Promise<Clip & { close(): void }>
  /** Leaves no unfinished file, and closes a finished one. */
  discard(): Promise<void>
}
export interface TakeOptions extends Label {
  readonly sampleRate: number
  readonly channels: number
  readonly format: OutputFormat
  readonly force: boolean
  /** As in `FileSinkOptions`. */
  readonly durable?: boolean
  /** Of the dither. */
  readonly seed?: number
}

/** A file that is not read back. */
export interface OutputFile {
  write(audio: Audio): Promise<void>
  close(): Promise<void>
  /** Leaves no unfinished file. */
  discard(): Promise<void>
}

/** Of the formats that have but one rate. */
const ownRate = (format: OutputFormat): number | undefined => (outputFormats[format] as { rate?: number }).rate

/**
 * Begins a file. It appears under its name when `close` has completed it. Audio of another rate than the format's only
 * one is converted. @throws AudioFileError
 */
export async function createOutput(path: string, options: TakeOptions): Promise<OutputFile> {
  const folder = dirname(path),
    made = makeFolder(folder),
    undo = () => {
      if (made) removeEmpty(folder, made)
    }
  let sink: FileSink | undefined
  try {
    sink = await createFileSink(path, options)
    const { format, channels } = options,
      sampleRate = ownRate(format) ?? options.sampleRate,
      writer = await outputFormats[format].create(sink, { seed: 1, ...options, sampleRate, name: basename(path) }),
      resampler =
        sampleRate === options.sampleRate
          ? undefined
          : createResampler(options.sampleRate, sampleRate, channels, await loadKernels()),
      file = sink
    return {
      write: audio => writer.write(resampler ? resampler.push(audio) : audio),
      async discard() {
        await file.discard()
        undo()
      },
      async close() {
        if (resampler) await writer.write(resampler.flush())
        await writer.close()
        await file.commit()
      }
    }
  } catch (error) {
    await sink?.discard()
    undo()
    throw error
  }
}

/** Asks before any work whether a format takes a rate. @throws AudioFileError with what it takes */
export async function checkOutput(format: OutputFormat, sampleRate: number, name: string): Promise<void> {
  await outputFormats[format].create(memorySink(), {
    sampleRate: ownRate(format) ?? sampleRate,
    channels: 2,
    seed: 1,
    name
  })
}

/** The same, read back as it is heard. */
export async function createTake(path: string, options: TakeOptions): Promise<OpenTake> {
  const output = await createOutput(path, options)
  let clip: ImportedClip | undefined
  return {
    write: output.write,
    async discard() {
      clip?.close()
      await output.discard()
    },
    async close() {
      await output.close()
      return (clip = await readBack({ path, ...options }))
    }
  }
}

/** Plain data from which any thread can make the same take. */
export interface TakePlace extends TakeOptions {
  readonly path: string
}
/** A sink whose samples may be written by the thread that makes them, instead of being sent here. */
export interface PlacedSink extends Sink {
  readonly place: TakePlace
}

/** A take that begins with its first samples, here or, by `createTake` at the place that its sink names, on another thread. */
export function placedTake(place: TakePlace): OpenTake & { readonly write: PlacedSink } {
  let take: Promise<OpenTake> | undefined, clip: ImportedClip | undefined
  const begin = () => (take ??= createTake(place.path, place))
  return {
    write: Object.assign(async (audio: Audio) => (await begin()).write(audio), { place }),
    async close() {
      if (!take && existsSync(place.path)) return (clip = await readBack(place))
      return (await begin()).close()
    },
    async discard() {
      clip?.close()
      await (await take)?.discard()
    }
  }
}

const readBack = ({ path, sampleRate }: { readonly path: string; readonly sampleRate: number }) =>
  importClip(path, { sampleRate, cacheFolder: dirname(path) })

function makeFolder(folder: string): string | undefined {
  try {
    return mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw inWords(folder, 'write', error)
  }
}
