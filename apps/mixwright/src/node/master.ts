/** The tasks `master` and `master-album` over files: songs in, their masters and the graphs that make them out. */
import { basename, dirname, extname, join } from 'node:path'
import type { Clip, Values } from '@mixwright/dsp'
import { asFormat, AudioFileError, type OutputFormat, outputFormats } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import {
  type AlbumResult,
  master as masterTask,
  masterAlbum as albumTask,
  masterReport,
  masterSound,
  type MasterOutput,
  type MasterResult,
  type MasterStage,
  measuredClip,
  type Metered,
  type Weighted
} from '@mixwright/tasks'
import { readAudioInfo } from './audio-files.ts'
import { embedOn } from './auditions.ts'
import { labelOf } from './label.ts'
import { mend } from './leftovers.ts'
import { checkFree, formatOf, outputs } from './results.ts'
import { checkOutput, placedTake } from './takes.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

/** A file that counts for more or less than others. */
export type WeightedFile = Weighted<string>
interface FileOptions<Settings> {
  /** Folder for the results. */
  readonly out?: string
  /** Replace earlier results. Default false. */
  readonly force?: boolean
  /** Finished songs that tone, width and density come near to. */
  readonly references?: readonly WeightedFile[]
  /** Finished songs to be as loud as, for the target `reference`. Default: the references. */
  readonly loudnessReferences?: readonly WeightedFile[]
  /** Default: WAV of 24 bits. Tags and artwork are those of the song. */
  readonly format?: OutputFormat
  /** What the task offers (loudness, ceiling …); what is missing has its default, and a loudness alone is the target. */
  readonly settings?: Partial<Settings>
  readonly threads?: number
  readonly signal?: AbortSignal
}
export interface MasterFileOptions extends FileOptions<Values<typeof masterTask.options>> {
  /** `fraction` is that of the stage, 0 to 1. */
  readonly progress?: (stage: MasterStage | 'opening', fraction: number) => void
}
export interface AlbumFileOptions extends FileOptions<Values<typeof albumTask.options>> {
  readonly progress?: (stage: 'opening' | 'listening' | 'mastering', fraction: number) => void
}
interface Written {
  readonly folder: string
  readonly files: readonly string[]
}
/** What a lossy format makes of a master, decoded again. */
export interface Decoded {
  readonly decoded?: Metered
}
/** Paths of a master and of the page about it. */
interface Listen {
  readonly listen: string
  readonly report: string
}
export interface MasterFileResult extends MasterResult, Written, Decoded, Listen {}
export interface AlbumFileResult extends Written, Pick<AlbumResult, 'plan'> {
  readonly songs: readonly (MasterResult & Decoded & Listen & { readonly name: string })[]
}

const nameOf = (path: string) => basename(path, extname(path))

/**
 * Masters a file, by default into a folder of its name and `-master` beside it, at its own sample rate. All results appear
 * together; an error or an abort leaves the folder as it was.
 * @throws AudioFileError, TaskError, RangeError with place, value and remedy; the signal's reason
 */
export async function masterFile(path: string, options: MasterFileOptions = {}): Promise<MasterFileResult> {
  const folder = options.out ?? join(dirname(path), `${nameOf(path)}-master`)
  return atMaster(
    folder,
    [path],
    [outputs.master, outputs.masterGraph],
    options,
    async ({ bench, sampleRate, format }) => {
      options.progress?.('opening', 0)
      const song = await bench.openFile(path, sampleRate),
        like = await references(options, sampleRate, bench)
      options.progress?.('opening', 1)
      const takes = await takesFor(path, outputs.master, sampleRate, format, bench),
        result = await masterTask.run({ song, ...like }, settled(options.settings), {
          ...bench.services,
          open: takes.open,
          ...(options.progress && { progress: options.progress })
        }),
        decoded = await takes.decoded(),
        listen = asFormat(outputs.master, format),
        page = await pageOf(nameOf(path), result, takes, [listen, outputs.masterGraph], bench),
        files = await bench.commit(
          [
            [outputs.masterGraph, writeGraph(result.graph)],
            [outputs.report, page]
          ],
          []
        )
      return {
        ...result,
        ...decoded,
        folder,
        files,
        listen: join(folder, listen),
        report: join(folder, outputs.report)
      }
    }
  )
}

/**
 * Masters songs that belong together, by default into a folder `album-master` beside the first, each under its own name, at
 * the highest of their sample rates.
 * @throws as `masterFile`
 */
export async function masterAlbumFiles(
  paths: readonly string[],
  options: AlbumFileOptions = {}
): Promise<AlbumFileResult> {
  const names = paths.map(nameOf),
    twice = names.find((name, i) => names.indexOf(name) < i),
    folder = options.out ?? join(dirname(paths[0]!), 'album-master'),
    wav = (name: string) => `${name}.wav`,
    graph = (name: string) => `${name}.json`,
    report = (name: string) => `${name}.html`
  if (twice !== undefined)
    throw new AudioFileError('exists', twice, 'two songs of the album have this name', 'rename one of them')
  const results = names.flatMap(name => [wav(name), graph(name), report(name)])
  return atMaster(folder, paths, results, options, async ({ bench, sampleRate, format }) => {
    const songs: { name: string; clip: Clip; takes: Takes }[] = []
    for (const [i, path] of paths.entries()) {
      options.progress?.('opening', i / paths.length)
      const clip = await bench.openFile(path, sampleRate)
      songs.push({ name: names[i]!, clip, takes: await takesFor(path, wav(names[i]!), sampleRate, format, bench) })
    }
    const like = await references(options, sampleRate, bench),
      takes = new Map(songs.map(song => [song.name, song.takes])),
      result = await albumTask.run({ songs, ...like }, settled(options.settings), {
        ...bench.services,
        open: (name, ...rest) => takes.get(name)!.open(...rest),
        ...(options.progress && { progress: options.progress })
      }),
      done: AlbumFileResult['songs'][number][] = [],
      texts: (readonly [string, string])[] = []
    for (const song of result.songs) {
      const { name } = song,
        listen = asFormat(wav(name), format)
      done.push({
        ...song,
        ...(await takes.get(name)!.decoded()),
        listen: join(folder, listen),
        report: join(folder, report(name))
      })
      texts.push(
        [graph(name), writeGraph(song.graph)],
        [report(name), await pageOf(name, song, takes.get(name)!, [listen, graph(name)], bench)]
      )
    }
    const files = await bench.commit(texts, [])
    return { plan: result.plan, songs: done, folder, files }
  })
}

interface AtMaster {
  readonly bench: Workbench
  readonly sampleRate: number
  readonly format: OutputFormat
}
/** @param results names of what is about to be written, with the extension of a WAV file where it is audio */
async function atMaster<T>(
  folder: string,
  paths: readonly string[],
  results: readonly string[],
  { force = false, threads, signal, format = formatOf('master') }: FileOptions<unknown>,
  work: (at: AtMaster) => Promise<T>
): Promise<T> {
  mend(folder)
  checkFree(
    results.map(name => join(folder, name.endsWith('.wav') ? asFormat(name, format) : name)),
    force
  )
  const rates: number[] = []
  for (const path of paths) rates.push((await readAudioInfo(path, signal ? { signal } : {})).sampleRate)
  const sampleRate = Math.max(...rates)
  await checkOutput(format, sampleRate, join(folder, asFormat(results[0]!, format)))
  return atWorkbench(folder, { force, threads, signal }, bench => work({ bench, sampleRate, format }))
}

/** A loudness that is given is meant, unless something else is. */
const settled = <S extends { readonly target?: unknown; readonly loudness?: unknown }>(settings: S | undefined) =>
  settings?.loudness !== undefined && settings.target === undefined
    ? { ...settings, target: 'loudness' as const }
    : (settings ?? {})

async function references(
  { references: like = [], loudnessReferences: loud }: FileOptions<unknown>,
  sampleRate: number,
  bench: Workbench
) {
  const opened = async (files: readonly WeightedFile[]) => {
    const clips: Weighted<Clip>[] = []
    for (const { of, weight } of files) clips.push({ of: await bench.openFile(of, sampleRate), weight })
    return clips
  }
  return { references: await opened(like), ...(loud && { loudnessReferences: await opened(loud) }) }
}

declare const MIXWRIGHT_REPORT: string
async function pageOf(title: string, result: MasterResult, takes: Takes, files: readonly string[], bench: Workbench) {
  const reference = result.measured.references[0],
    { kernels } = bench.services,
    sound = await masterSound(
      result,
      { master: takes.written(), ...(reference && { reference }) },
      { kernels, embed: embedOn(bench.pool) }
    )
  return masterReport(result, {
    title,
    files,
    ...(takes.form.lossy && { lossy: takes.form.title }),
    sound: { ...sound, script: MIXWRIGHT_REPORT }
  })
}

type Takes = Awaited<ReturnType<typeof takesFor>>
/** Where a song's master goes, with the words of the song. */
async function takesFor(path: string, name: string, sampleRate: number, format: OutputFormat, bench: Workbench) {
  const label = await labelOf([path], sampleRate),
    form = outputFormats[format]
  let written: Clip | undefined
  return {
    form,
    open(output: MasterOutput, form: { readonly sampleRate: number; readonly channels: 1 | 2 }) {
      if (output === 'toned')
        return placedTake({ path: bench.staged(`toned-${name}`), ...form, format: 'f32', force: true, durable: false })
      const take = bench.take(name, { ...form, ...label, format })
      return { ...take, close: async () => (written = await take.close()) }
    },
    /** What was written, as it is heard. */
    written: () => written!,
    async decoded(): Promise<Decoded> {
      return form.lossy && written ? { decoded: await measuredClip(written) } : {}
    }
  }
}
