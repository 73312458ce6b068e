/** The task `mix` over a folder: files in, files out. */
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Clip, Values } from '@mixwright/dsp'
import { asFormat, type AudioFileError, type OutputFormat } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import {
  mix as mixTask,
  type MixInput,
  type mixOptions,
  mixReport,
  type Metered,
  type MixResult,
  type Refined,
  type Stage,
  sessionOf,
  type StemAnalysis,
  type Version,
  writeSession
} from '@mixwright/tasks'
import type { AnalyseJob, MeasureJob, RefineGraphJob } from '../worker.ts'
import { type AudioInfo, descriptorsOf, type OpenedClip } from './audio-files.ts'
import { auditionOnThreads, kept, soundOf } from './auditions.ts'
import { dawFormatOf } from './daw.ts'
import { type StartKind, stemsOf } from './daw-stems.ts'
import { labelOf } from './label.ts'
import { mend } from './leftovers.ts'
import { printsFile, writePrints } from './prints.ts'
import { checkOut, earlierFiles, earlierVariants, fileOf, formatOf, isWhole, outputs } from './results.ts'
import { folderFrom } from './session.ts'
import type { Song } from './song.ts'
import { checkOutput } from './takes.ts'
import { makeVariants, type VariantMade } from './variants.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

/** The script of the report's page; the build puts it here. */
declare const MIXWRIGHT_REPORT: string

export interface MixFolderOptions {
  /** Folder for the results. Default: `mixwright` inside the song's folder. */
  readonly out?: string
  /** Replace earlier results. Default false. */
  readonly force?: boolean
  /** Go on without files that cannot be read. Default false. */
  readonly skipBad?: boolean
  /** Stem name → role, `lead`, `backing` or both (`lead-brass`), where you know better. */
  readonly roles?: Readonly<Record<string, string>>
  /** Of a project instead of a folder: only its stems, or its own mix as `rough` too. Default: stems. */
  readonly start?: StartKind
  /** A mix of these stems, whose balance is taken. */
  readonly rough?: string
  /** A finished song that tone, width and density come near to. */
  readonly reference?: string
  /** Stems, roles or groups that stay as they are recorded. */
  readonly lock?: readonly string[]
  /** Stems, roles or groups that are also written by themselves, beside the mix without them. */
  readonly soloOut?: readonly string[]
  /** Of the master. Default: WAV of 24 bits. */
  readonly format?: OutputFormat
  /** Make the other characters of the mix as well, each in a folder of its own. Default false. */
  readonly variants?: boolean
  /** Hz of the session. Default: the highest of the stems', at least 44 100. */
  readonly sampleRate?: number
  /** Worker threads. Default: one per core, at most 8. */
  readonly threads?: number
  /** What the task offers (loudness, ceiling …); what is missing has its default. */
  readonly settings?: Partial<Values<typeof mixOptions>>
  /** Whether the report plays passages of the song and its moves, in some megabytes, or only tells. Default: sound. */
  readonly report?: ReportKind
  readonly signal?: AbortSignal
  /** `fraction` is that of the stage, 0 to 1. */
  readonly progress?: (stage: MixStage, fraction: number) => void
  /** Told when a file stands under its name: the first balance at once, the others in the end. */
  readonly written?: (path: string) => void
}
export const reportKinds = ['sound', 'text'] as const
export type ReportKind = (typeof reportKinds)[number]
export type MixStage = Stage | 'opening' | 'variants' | 'report'
export interface MixFolderResult extends MixResult {
  readonly folder: string
  /** The finished mix. */
  readonly listen: string
  /** Paths of what was written. */
  readonly files: readonly string[]
  readonly sampleRate: number
  readonly infos: readonly AudioInfo[]
  /** What could not be read and was left out. */
  readonly skipped: readonly AudioFileError[]
  /** What of a project was not taken over, or what time stamps did, in words. */
  readonly left?: readonly string[]
  /** The mix and its variants, where they were wanted, with the figures by which they differ. */
  readonly variants?: readonly VariantMade[]
}

/** What the report measures and plays, the final one first. */
const titles = {
  master: { file: outputs.master, title: 'Master' },
  mix: { file: outputs.mix, title: 'Mix' },
  balance: { file: outputs.balance, title: 'First balance' }
} as const
/**
 * Mixes a folder of stems, or the tracks of a workstation's project, whose stems then lie among the results. All results appear together when they are complete, the first balance before; an error or an
 * abort leaves the folder as it was.
 * @throws AudioFileError, TaskError, RangeError with place, value and remedy; the signal's reason
 */
export async function mixFolder(folder: string, options: MixFolderOptions = {}): Promise<MixFolderResult> {
  const project = dawFormatOf(folder) !== undefined,
    { out = join(project ? dirname(resolve(folder)) : folder, 'mixwright'), force = false, threads, signal } = options,
    progress = (fraction: number) => options.progress?.('opening', fraction)
  if (options.start === 'session' && (!project || options.rough !== undefined))
    throw new RangeError(
      `start: "session" takes the balance of a project${project ? ', and so does rough; give one of them' : `; ${folder} is none`}`
    )
  mend(out)
  checkOut(folder, out, force)
  return atWorkbench(out, { force, threads, signal }, async bench => {
    if (!project) return mixSong(folder, out, await bench.openSong(folder, { ...options, progress }), bench, options)
    const { start = 'stems', sampleRate } = options,
      stems = await stemsOf(folder, out, start, bench, { sampleRate, progress }),
      song = await bench.openSong(stems.folder, { ...options, wanted: stems.names, progress }),
      made = await mixSong(
        stems.folder,
        out,
        song,
        bench,
        { ...options, ...(stems.rough !== undefined && { rough: stems.rough }) },
        { title: basename(folder, extname(folder)), stale: stems.stale }
      )
    return { ...made, left: stems.left }
  })
}

async function mixSong(
  folder: string,
  out: string,
  song: Song,
  bench: Workbench,
  options: MixFolderOptions,
  {
    title = basename(resolve(folder)),
    stale = []
  }: { readonly title?: string; readonly stale?: readonly string[] } = {}
): Promise<MixFolderResult> {
  const { sampleRate, tracks, bad } = song,
    { progress, written, format = formatOf('master') } = options,
    listen = asFormat(outputs.master, format),
    { pool } = bench,
    earlier = [...earlierFiles(out), ...earlierVariants(out), ...stale],
    first: { metered?: Promise<Metered> } = {},
    clips = new Map<string, Clip>()
  /** The first balance is heard, and measured, while the rest is made. */
  const appears = (path: string) => {
    written?.(path)
    first.metered = pool.run<Metered>({ kind: 'measure', path } as MeasureJob)
    first.metered.catch(() => {}) // told where it is awaited
  }
  const { kernels, render, signal, release } = bench.services
  await checkOutput(format, sampleRate, join(out, listen))
  const given = await besides(options, sampleRate, bench),
    label = await labelOf(
      tracks.map(track => track.path),
      sampleRate
    ),
    words = { ...label, tags: { title, ...label.tags } }
  const result = await mixTask.run({ stems: tracks, ...given }, options.settings ?? {}, {
    kernels,
    render,
    signal,
    ...(!options.variants && { release }),
    open(name, form) {
      const file = fileOf(name),
        take = { ...form, ...(isWhole(name) && words), format: formatOf(name, format) }
      if (file === undefined) return undefined
      return kept(clips, name, bench.take(file, take, file === outputs.balance ? appears : undefined))
    },
    ...(progress && { progress }),
    ...(options.report !== 'text' && { audition: auditionOnThreads(pool) }),
    analyse: ({ name, clip }, part) =>
      pool.run<StemAnalysis>({ kind: 'analyse', part, name, clip: (clip as OpenedClip).descriptor } as AnalyseJob),
    refine: (job, clips, progress) =>
      pool.run<Refined>(
        { kind: 'refine', job, clips: descriptorsOf(clips) } as RefineGraphJob,
        ({ fraction }: { fraction: number }) => progress(fraction)
      )
  })
  const session = sessionOf(result, tracks, folderFrom(out, folder)),
    variants =
      options.variants &&
      (await makeVariants(session, { folder, out, song, bench, format }, fraction => progress?.('variants', fraction)))
  if (options.variants) release()
  progress?.('report', 0)
  const heard = [
    { ...titles.master, file: listen, measured: result.measured.master, series: result.series.master },
    { ...titles.mix, measured: result.measured.mix, series: result.series.mix },
    { ...titles.balance, ...(await first.metered!) }
  ]
  const sound = await soundOf(result, versionsOf(clips, given, result), titles.mix.title, { pool, kernels }),
    page = mixReport(result, {
      title,
      heard,
      ...(sound && { sound: { ...sound, script: MIXWRIGHT_REPORT } }),
      files: [...bench.names, outputs.graph, outputs.masterGraph, outputs.decisions]
    })
  const texts = [
    [outputs.graph, writeGraph(result.graph)],
    [outputs.masterGraph, writeGraph(result.master.graph)],
    [outputs.decisions, writeSession(session)],
    [outputs.report, page],
    [printsFile, writePrints(session, tracks, bench.staged)],
    ...(variants ? variants.texts : [])
  ] as const
  const files = await bench.commit(texts, earlier)
  progress?.('report', 1)
  for (const path of files.filter(path => path !== join(out, outputs.balance))) written?.(path)
  return {
    ...result,
    folder: out,
    listen: join(out, listen),
    files,
    sampleRate,
    infos: tracks.map(track => track.info),
    skipped: bad,
    ...(song.remark !== undefined && { left: [song.remark] }),
    ...(variants && { variants: variants.list })
  }
}

/** What the report plays after the bare sum of the stems, in the order of its keys. */
function versionsOf(
  clips: ReadonlyMap<string, Clip>,
  { rough, reference }: Omit<MixInput, 'stems'>,
  result: MixResult
): Version[] {
  return [
    ...(rough ? [{ title: 'Rough mix', clip: rough }] : []),
    ...(['balance', 'mix', 'master'] as const).map(name => ({ title: titles[name].title, clip: clips.get(name)! })),
    ...(reference ? [{ title: 'Reference', clip: reference, other: result.reference!.series }] : [])
  ]
}

/** What the user gives beside the stems. */
async function besides(
  { roles, rough, reference, lock, soloOut }: MixFolderOptions,
  sampleRate: number,
  bench: Workbench
): Promise<Omit<MixInput, 'stems'>> {
  return {
    ...(roles && { roles }),
    ...(lock && { lock }),
    ...(soloOut && { apart: soloOut }),
    ...(rough !== undefined && { rough: await bench.openFile(rough, sampleRate) }),
    ...(reference !== undefined && { reference: await bench.openFile(reference, sampleRate) })
  }
}
