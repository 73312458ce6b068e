/** What a command that renders a folder of stems works with: threads, the song, takes, and results that appear together. */
import { setMaxListeners } from 'node:events'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { processors, type Registry } from '@mixwright/dsp'
import { asFormat, AudioFileError } from '@mixwright/files'
import type { MixServices } from '@mixwright/tasks'
import { loadKernels } from '../kernels.ts'
import type { ImportJob } from '../worker.ts'
import { openClip, type OpenedClip, readAudioInfo } from './audio-files.ts'
import { createFileSink, type FileSink, settle } from './byte-files.ts'
import { renderOnThreads } from './parallel.ts'
import { createPool, type Pool } from './pool.ts'
import { openSong, type Song, type SongOptions } from './song.ts'
import { createStaging, type Staging } from './staging.ts'
import { type OpenTake, placedTake, type TakeOptions } from './takes.ts'
import { createWitness } from './witness.ts'

export interface BenchOptions {
  readonly force: boolean
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** What graphs are rendered with. Default: the usual processors. */
  readonly registry?: Registry
}
export interface Workbench {
  readonly pool: Pool
  /** Names of what has been made so far, in the results' folder. */
  readonly names: readonly string[]
  /** Where a file of the results stands until it has its place. */
  staged(name: string): string
  /** For a task: engine, threads, and an end to the song's files. */
  readonly services: Pick<MixServices, 'kernels' | 'render'> & { readonly signal: AbortSignal; release(): void }
  /** @throws AudioFileError as `openSong`; nothing has been made then */
  openSong(folder: string, options: Omit<SongOptions, 'scratch' | 'seen' | 'signal'>): Promise<Song>
  /** A single file as a clip, until the work ends. @throws AudioFileError */
  openFile(path: string, sampleRate: number): Promise<OpenedClip>
  /**
   * Begins an audio file of the results.
   * @param name its place, whose extension gives way to that of `form.format`
   * @param form with the words that it bears (`Label`)
   * @param appears the file has its place as soon as it is complete, before the others
   */
  take(
    name: string,
    form: Omit<TakeOptions, 'force' | 'durable'>,
    appears?: (path: string) => void
  ): Pick<OpenTake, 'write' | 'close'>
  /** What stands at `staged(name)` is one of the results. */
  keep(name: string): void
  /** Adds a file of the results, written as its bytes come. */
  file(name: string, write: (sink: FileSink) => Promise<void>): Promise<void>
  /** Adds texts and gives all their places; removes `stale` (names of earlier results). @returns the paths */
  commit(texts: readonly (readonly [name: string, text: string])[], stale: readonly string[]): Promise<string[]>
}

/** Audio that had to be decoded, while the song is open. */
const decoded = 'decoded'

/**
 * Results in `out` appear together by `commit`; an error or an abort leaves the folder as it was.
 * @throws what `work` throws, files named by the place that they were meant for; the signal's reason
 */
export async function atWorkbench<T>(
  out: string,
  { force, threads, signal: given, registry = processors }: BenchOptions,
  work: (bench: Workbench) => Promise<T>
): Promise<T> {
  const stop = new AbortController(),
    signal = given ? AbortSignal.any([given, stop.signal]) : stop.signal,
    pool = createPool(threads, signal),
    takes: OpenTake[] = [],
    opened: OpenedClip[] = [],
    beside: Promise<unknown>[] = [],
    witness = createWitness(),
    kernels = await loadKernels()
  setMaxListeners(0, signal) // every reader, thread and take hears of it
  /** Work that goes on beside; what goes wrong is told in the end. */
  const later = (task: Promise<unknown>) => {
    task.catch(() => {})
    beside.push(task)
  }
  const names: string[] = []
  let song: Song | undefined, staged: Staging | undefined
  /** Made when the input has proved usable. */
  const staging = () => (staged ??= createStaging(out, { force }))
  /** What we make ourselves may go again. */
  const seen = (path: string) => {
    if (!resolve(path).startsWith(resolve(staging().scratch))) witness.see(path)
  }
  const bench: Workbench = {
    pool,
    names,
    staged: name => staging().path(name),
    services: {
      kernels,
      signal,
      render: (graph, inputs, sinks, how) => renderOnThreads(graph, inputs, sinks, { registry, ...how, kernels }, pool),
      release() {
        song?.close()
        // Gigabytes: to give them back takes as long as to write them, so it goes on beside the mastering.
        later(rm(join(staging().scratch, decoded), { recursive: true, force: true }))
      }
    },
    async openSong(folder, options) {
      song = await openSong(folder, { ...options, signal, seen, scratch: () => staging().path(decoded) }, pool)
      return song
    },
    async openFile(path, sampleRate) {
      const known = await readAudioInfo(path)
      seen(path)
      const job: ImportJob = {
          kind: 'import',
          path,
          name: path,
          known,
          sampleRate,
          cacheFolder: staging().path(decoded),
          allowTruncated: false
        },
        { descriptor } = await pool.run<Pick<OpenedClip, 'descriptor'>>(job),
        clip = await openClip(descriptor)
      opened.push(clip)
      return clip
    },
    take(place, form, appears) {
      const name = asFormat(place, form.format),
        path = staging().path(name),
        take = placedTake({ path, ...form, force: true, durable: false })
      takes.push(take)
      return {
        write: take.write,
        async close() {
          const clip = await take.close(),
            at = appears ? staging().place(name) : path
          if (!names.includes(name)) names.push(name)
          later(settle(at))
          appears?.(at)
          return clip
        }
      }
    },
    keep(name) {
      names.push(name)
      later(settle(staging().path(name)))
    },
    async file(name, write) {
      const sink = await createFileSink(staging().path(name), { force: true })
      try {
        await write(sink)
        await sink.commit()
      } finally {
        await sink.discard()
      }
      names.push(name)
    },
    async commit(texts, stale) {
      for (const [name, text] of texts) await bench.file(name, sink => sink.write(new TextEncoder().encode(text)))
      await Promise.all(beside)
      signal.throwIfAborted()
      witness.check()
      return staging().commit(names, stale)
    }
  }
  try {
    return await work(bench)
  } catch (error) {
    stop.abort(error)
    throw given?.aborted ? given.reason : withoutScratch(witness.reasonFor(error), out, staged?.scratch)
  } finally {
    await pool.close()
    await Promise.all(takes.map(take => take.discard()))
    song?.close()
    for (const clip of opened) clip.close()
    staged?.discard()
  }
}

/** Nobody but us knows the hidden folder: its files are named by the place that they were meant for. */
function withoutScratch(error: unknown, out: string, scratch: string | undefined): unknown {
  if (!(error instanceof Error) || error.name !== 'AudioFileError' || scratch === undefined) return error
  const { fault, place, what, remedy } = error as AudioFileError
  if (!place.startsWith(scratch)) return error
  return new AudioFileError(
    fault,
    place.startsWith(join(scratch, decoded)) ? out : join(out, place.slice(scratch.length)),
    what,
    remedy,
    { cause: error }
  )
}
