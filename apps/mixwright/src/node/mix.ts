/** The task `mix` over a folder: files in, files out. */
import { existsSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { defaultsOf, type Params, type Values } from '@mixwright/dsp'
import { AudioFileError, type WavFormat } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import { mix as mixTask, mixOptions, mixReport, type MixResult, type Stage, type StemAnalysis } from '@mixwright/tasks'
import { loadKernels } from '../kernels.ts'
import type { AnalyseJob, MeasureJob } from '../worker.ts'
import type { AudioInfo, OpenedClip } from './audio-files.ts'
import { createFileSink } from './byte-files.ts'
import type { FileMeasurement } from './measure.ts'
import { renderOnThreads } from './parallel.ts'
import { createPool } from './pool.ts'
import { openSong, type Song } from './song.ts'
import { createTake, type FileTake } from './takes.ts'

export interface MixFolderOptions {
  /** Folder for the results. Default: `mixwright` inside the song's folder. */
  readonly out?: string
  /** Replace earlier results. */
  readonly force?: boolean
  /** Go on without files that cannot be read. */
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
  readonly progress?: (stage: Stage | 'opening' | 'report', fraction: number) => void
  /** Told when a file is complete. */
  readonly written?: (path: string) => void
}
export interface MixFolderResult extends MixResult {
  readonly folder: string
  readonly files: readonly string[]
  readonly sampleRate: number
  readonly infos: readonly AudioInfo[]
  readonly skipped: readonly AudioFileError[]
}

/** What `mix` leaves in its folder, beside the stems. */
export const outputs = { balance: 'balance.wav', mix: 'mix.wav', master: 'master.wav', graph: 'graph.json', masterGraph: 'master.json', decisions: 'decisions.json', report: 'report.html', stems: 'stems' } as const
/** What the report measures and plays, the final one first. */
const titles = [[outputs.master, 'Master'], [outputs.mix, 'Mix before mastering'], [outputs.balance, 'First balance']] as const
const formats: Readonly<Record<string, WavFormat>> = { balance: 's24', master: 's24' }
const workerScript = () => new URL('./worker.js', import.meta.url)

/**
 * Mixes a folder of stems.
 * @throws AudioFileError, GraphError, Error with place, value and remedy; the signal's reason
 */
export async function mixFolder(folder: string, options: MixFolderOptions = {}): Promise<MixFolderResult> {
  const out = options.out ?? join(folder, 'mixwright'), force = options.force ?? false, { signal } = options
  const taken = existsSync(out) && Object.values(outputs).map((name) => join(out, name)).find((path) => existsSync(path))
  if (taken && !force) throw new AudioFileError('exists', taken, 'there are results already', 'use --force to replace them, or --out for another folder')
  const stop = new AbortController(), ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal, pool = createPool(options.threads ?? Math.min(8, cpus().length), workerScript(), ends)
  let song: Song | undefined
  const takes: Awaited<ReturnType<typeof createTake>>[] = []
  try {
    song = await openSong(folder, { scratch: out, ...options.skipBad !== undefined && { skipBad: options.skipBad }, ...options.sampleRate !== undefined && { sampleRate: options.sampleRate }, signal: ends, progress: (fraction) => options.progress?.('opening', fraction) }, pool)
    if (force) rmSync(join(out, outputs.stems), { recursive: true, force: true })
    const { sampleRate, tracks } = song, files: string[] = [], kernels = await loadKernels(), open: (Awaited<ReturnType<FileTake['close']>>)[] = []
    const done = (path: string) => { files.push(path); options.written?.(path) }
    const result = await mixTask.run({ stems: tracks.map(({ name, clip }) => ({ name, clip })), ...options.roles && { roles: options.roles } }, { ...defaultsOf(mixOptions as Params) as Values<typeof mixOptions>, ...options.settings }, {
      signal: ends,
      progress: (stage, fraction) => options.progress?.(stage, fraction),
      render: (graph, inputs, sinks, how) => renderOnThreads(graph, inputs, sinks, { ...how, kernels }, pool),
      analyse({ name, clip }) {
        const job: AnalyseJob = { kind: 'analyse', name, clip: (clip as OpenedClip).descriptor }
        return pool.run<StemAnalysis>(job)
      },
      async open(name, form) {
        const stem = name.startsWith('stem:') ? name.slice(5) : undefined, file = stem === undefined ? outputs[name as keyof typeof outputs] : join(outputs.stems, `${stem}.wav`)
        if (!file) return undefined
        const path = join(out, file), take = await createTake(path, { ...form, format: formats[name] ?? 'f32', force })
        takes.push(take)
        return { write: take.write, async close() { const clip = await take.close(); open.push(clip); done(path); return clip } }
      },
    })
    for (const clip of open) clip.close()
    const infos = tracks.map((track) => track.info), full = { ...result, folder: out, files, sampleRate, infos, skipped: song.bad }
    options.progress?.('report', 0)
    const heard = await Promise.all(titles.map(async ([file, title]) => ({ file, title, ...await pool.run<FileMeasurement>({ kind: 'measure', path: join(out, file) } as MeasureJob) })))
    const page = mixReport(result, { title: basename(resolve(folder)), heard, files: [...files.map((path) => relative(out, path)), outputs.graph, outputs.masterGraph, outputs.decisions] })
    options.progress?.('report', 1)
    for (const [name, text] of [[outputs.graph, writeGraph(result.graph)], [outputs.masterGraph, writeGraph(result.master.graph)], [outputs.decisions, `${JSON.stringify(result.decisions, null, 1)}\n`], [outputs.report, page]] as const) {
      await writeText(join(out, name), text, force)
      done(join(out, name))
    }
    return full
  } catch (error) {
    stop.abort(error)
    await Promise.all(takes.map((take) => take.discard()))
    throw ends.aborted && signal?.aborted ? signal.reason : error
  } finally {
    song?.close()
    await pool.close()
  }
}

export async function writeText(path: string, text: string, force: boolean): Promise<void> {
  const sink = await createFileSink(path, { force })
  await sink.write(new TextEncoder().encode(text))
  await sink.commit()
}
