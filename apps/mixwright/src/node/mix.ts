/** The task `mix` over a folder: files in, files out. */
import { setMaxListeners } from 'node:events'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Values } from '@mixwright/dsp'
import { AudioFileError, type WavFormat } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import {
  mix as mixTask,
  mixOptions,
  mixReport,
  type Metered,
  type MixResult,
  type MixServices,
  type Refined,
  type Stage,
  sessionOf,
  type StemAnalysis,
  writeSession
} from '@mixwright/tasks'
import { loadKernels } from '../kernels.ts'
import type { AnalyseJob, MeasureJob, RefineGraphJob } from '../worker.ts'
import { type AudioInfo, descriptorsOf, type OpenedClip } from './audio-files.ts'
import { createFileSink, settle } from './byte-files.ts'
import { renderOnThreads } from './parallel.ts'
import { createPool, type Pool } from './pool.ts'
import { folderFrom } from './session.ts'
import { openSong, type Song } from './song.ts'
import { createStaging, type Staging } from './staging.ts'
import { type OpenTake, placedTake } from './takes.ts'

export interface MixFolderOptions {
  /** Folder for the results. Default: `mixwright` inside the song's folder. */
  readonly out?: string
  /** Replace earlier results. Default false. */
  readonly force?: boolean
  /** Go on without files that cannot be read. Default false. */
  readonly skipBad?: boolean
  /** Stem name → role, where you know better. */
  readonly roles?: Readonly<Record<string, string>>
  /** Hz of the session. Default: the highest of the stems', at least 44 100. */
  readonly sampleRate?: number
  /** Worker threads. Default: one per core, at most 8. */
  readonly threads?: number
  /** What the task offers (loudness, ceiling …); what is missing has its default. */
  readonly settings?: Partial<Values<typeof mixOptions>>
  readonly signal?: AbortSignal
  /** `fraction` is that of the stage, 0 to 1. */
  readonly progress?: (stage: MixStage, fraction: number) => void
  /** Told when a file stands under its name: the first balance at once, the others in the end. */
  readonly written?: (path: string) => void
}
export type MixStage = Stage | 'opening' | 'report'
export interface MixFolderResult extends MixResult {
  readonly folder: string
  /** Paths of what was written. */
  readonly files: readonly string[]
  readonly sampleRate: number
  readonly infos: readonly AudioInfo[]
  /** What could not be read and was left out. */
  readonly skipped: readonly AudioFileError[]
}

/** What `mix` leaves in its folder, beside the stems. */
export const outputs = {
  balance: 'balance.wav',
  mix: 'mix.wav',
  master: 'master.wav',
  graph: 'graph.json',
  masterGraph: 'master.json',
  decisions: 'decisions.json',
  report: 'report.html',
  stems: 'stems'
} as const
/** Audio that had to be decoded, while the song is open. */
export const decoded = 'decoded'
/** What the report measures and plays, the final one first. */
const titles = {
  master: { file: outputs.master, title: 'Master' },
  mix: { file: outputs.mix, title: 'Mix before mastering' },
  balance: { file: outputs.balance, title: 'First balance' }
} as const
export const formats: Readonly<Record<string, WavFormat>> = { balance: 's24', master: 's24' }

/**
 * Mixes a folder of stems. All results appear together when they are complete, the first balance before; an error or an
 * abort leaves the
 * folder as it was.
 * @throws AudioFileError, TaskError, RangeError with place, value and remedy; the signal's reason
 */
export async function mixFolder(folder: string, options: MixFolderOptions = {}): Promise<MixFolderResult> {
  const out = options.out ?? join(folder, 'mixwright'),
    { signal } = options
  checkOut(folder, out, options.force ?? false)
  const stop = new AbortController(),
    ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    pool = createPool(options.threads, ends)
  setMaxListeners(0, ends) // every reader, thread and take hears of it
  const open: { song?: Song; staging?: Staging; readonly takes: OpenTake[] } = { takes: [] }
  try {
    const scratch = () => (open.staging = createStaging(out, { force: options.force ?? false })).path(decoded)
    open.song = await openSong(
      folder,
      { ...options, scratch, signal: ends, progress: fraction => options.progress?.('opening', fraction) },
      pool
    )
    return await mixSong(folder, out, open.song, open.staging!, open.takes, { ...options, signal: ends }, pool)
  } catch (error) {
    stop.abort(error)
    throw signal?.aborted ? signal.reason : withoutScratch(error, out, open.staging?.scratch)
  } finally {
    await pool.close()
    await Promise.all(open.takes.map(take => take.discard()))
    open.song?.close()
    open.staging?.discard()
  }
}

/** Nobody but us knows the hidden folder: its files are named by the place that they were meant for. */
export function withoutScratch(error: unknown, out: string, scratch: string | undefined): unknown {
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

export function checkOut(folder: string, out: string, force: boolean): void {
  const same =
    existsSync(out) && existsSync(folder)
      ? realpathSync(out) === realpathSync(folder)
      : resolve(out) === resolve(folder)
  if (same) throw new AudioFileError('exists', out, 'results cannot stand among the stems', 'give --out another folder')
  const taken =
    existsSync(out) &&
    Object.values(outputs)
      .map(name => join(out, name))
      .find(path => existsSync(path))
  if (taken && !force)
    throw new AudioFileError(
      'exists',
      taken,
      'there are results already',
      'use --force to replace them, or --out for another folder'
    )
}

async function mixSong(
  folder: string,
  out: string,
  song: Song,
  staging: Staging,
  takes: OpenTake[],
  options: MixFolderOptions & { readonly signal: AbortSignal },
  pool: Pool
): Promise<MixFolderResult> {
  const { sampleRate, tracks, bad } = song,
    { progress, signal, written } = options,
    names: string[] = [],
    earlier = earlierStems(out),
    first: { metered?: Promise<Metered> } = {},
    settled: Promise<void>[] = [],
    kernels = await loadKernels()
  const open: MixServices['open'] = async (name, form) => {
    const file = fileOf(name)
    if (!file) return undefined
    let path = staging.path(file)
    const take = placedTake({ path, ...form, format: formats[name] ?? 'f32', force: true, durable: false })
    takes.push(take)
    return {
      write: take.write,
      async close() {
        const clip = await take.close()
        names.push(file)
        if (file === outputs.balance) {
          path = staging.place(file)
          written?.(path)
          first.metered = later(pool.run<Metered>({ kind: 'measure', path } as MeasureJob))
        }
        settled.push(later(settle(path)))
        return clip
      }
    }
  }
  const result = await mixTask.run(
    { stems: tracks, ...(options.roles && { roles: options.roles }) },
    options.settings ?? {},
    {
      kernels,
      signal,
      open,
      release() {
        song.close()
        // Gigabytes: to give them back takes as long as to write them, so it goes on beside the mastering.
        settled.push(later(rm(join(staging.scratch, decoded), { recursive: true, force: true })))
      },
      ...(progress && { progress }),
      render: (graph, inputs, sinks, how) => renderOnThreads(graph, inputs, sinks, { ...how, kernels }, pool),
      analyse: ({ name, clip }, part) =>
        pool.run<StemAnalysis>({ kind: 'analyse', part, name, clip: (clip as OpenedClip).descriptor } as AnalyseJob),
      refine: (job, clips, progress) =>
        pool.run<Refined>(
          { kind: 'refine', job, clips: descriptorsOf(clips) } as RefineGraphJob,
          ({ fraction }: { fraction: number }) => progress(fraction)
        )
    }
  )
  progress?.('report', 0)
  const heard = [
    { ...titles.master, measured: result.measured.master, series: result.series.master },
    { ...titles.mix, measured: result.measured.mix, series: result.series.mix },
    { ...titles.balance, ...(await first.metered!) }
  ]
  const page = mixReport(result, {
    title: basename(resolve(folder)),
    heard,
    files: [...names, outputs.graph, outputs.masterGraph, outputs.decisions]
  })
  const target = {
      loudness: options.settings?.loudness ?? mixOptions.loudness.default,
      ceiling: result.master.ceiling
    },
    texts = [
      [outputs.graph, writeGraph(result.graph)],
      [outputs.masterGraph, writeGraph(result.master.graph)],
      [outputs.decisions, writeSession(sessionOf(result, tracks, target, folderFrom(out, folder)))],
      [outputs.report, page]
    ] as const
  for (const [name, text] of texts) {
    await writeText(staging.path(name), text)
    names.push(name)
  }
  await Promise.all(settled)
  progress?.('report', 1)
  signal.throwIfAborted()
  const files = staging.commit(names, earlier)
  for (const path of files.filter(path => path !== join(out, outputs.balance))) written?.(path)
  return { ...result, folder: out, files, sampleRate, infos: tracks.map(track => track.info), skipped: bad }
}

/** Work that goes on beside; what goes wrong is told where it is awaited. */
function later<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}

export const fileOf = (name: string): string | undefined =>
  name.startsWith('stem:')
    ? join(outputs.stems, `${name.slice(5)}.wav`)
    : Object.hasOwn(outputs, name)
      ? outputs[name as keyof typeof outputs]
      : undefined

/** Stems that an earlier mix wrote into the folder, as its graph names them. Nothing else there is ours to replace. */
export function earlierStems(out: string): string[] {
  try {
    const graph = JSON.parse(readFileSync(join(out, outputs.graph), 'utf8')) as { outputs?: object }
    return Object.keys(graph.outputs ?? {})
      .flatMap(name => (name.startsWith('stem:') && !/[/\\]/.test(name) ? fileOf(name)! : []))
      .filter(file => existsSync(join(out, file)))
  } catch {
    return [] // no graph, or one that was changed beyond recognition: then nothing is known to be ours
  }
}

export async function writeText(path: string, text: string): Promise<void> {
  const sink = await createFileSink(path, { force: true })
  await sink.write(new TextEncoder().encode(text))
  await sink.commit()
}
