/** Mixes and projects written as projects for a workstation. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import {
  AudioFileError,
  type DawClip,
  type DawMedia,
  type DawSession,
  filesOf,
  hasReaTwin,
  hasTwin,
  readRpp,
  writeDawproject,
  writeRpp
} from '@mixwright/files'
import {
  editableSession,
  printedSession,
  type Session,
  settingsCsv,
  settingsPage,
  stemIds,
  unrolled
} from '@mixwright/tasks'
import { readAudioInfo } from './audio-files.ts'
import { bytesOf, type DawFormat, dawFormatOf, dawFormats, openDaw } from './daw.ts'
import { recordings } from './daw-stems.ts'
import { checkFree, sheets, writeStems } from './export-stems.ts'
import { outputs } from './results.ts'
import { openWanted } from './revise.ts'
import { readSession } from './session.ts'
import { type OpenTake, placedTake } from './takes.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

declare const MIXWRIGHT_VERSION: string

/** `stems`: aligned Broadcast Wave files, dry and as in the mix, without a project. */
export const exportFormats = [...dawFormats, 'stems'] as const
export interface ExportOptions {
  readonly format: (typeof exportFormats)[number]
  /** Dry stems, faders and devices instead of processed stems at unity. Default false. */
  readonly editable?: boolean
  /** Folder of the project. Default: beside the results of the mix, or beside the project that is converted. */
  readonly out?: string
  /** Audio lies beside a DAWproject instead of in it. Default false. */
  readonly reference?: boolean
  /** Replace an earlier export. Default false. */
  readonly force?: boolean
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly progress?: (stage: ExportStage, fraction: number) => void
}
export type ExportStage = 'opening' | 'render' | 'write'
export interface ExportResult {
  readonly folder: string
  /** The project's file; of `stems` the folder. */
  readonly project: string
  readonly files: readonly string[]
  readonly tracks: number
  /** What the project must do without, in words. */
  readonly left: readonly string[]
}

/** For a project. */
type ProjectOptions = ExportOptions & { readonly format: DawFormat }

/**
 * Writes a mix as a project, or as stems. All files appear together; an error or an abort leaves the folder as it was.
 * @param place the results' folder of a mix, its session file, or a project, which is converted
 * @throws AudioFileError, TaskError with place, value and remedy; the signal's reason
 */
export async function exportSession(place: string, options: ExportOptions): Promise<ExportResult> {
  const { format } = options
  if (format === 'stems') return exportStems(place, options)
  return dawFormatOf(place) ? convert(place, { ...options, format }) : exportProject(place, { ...options, format })
}

async function sessionAt(place: string) {
  const found = await readSession(place, outputs.decisions),
    { stems } = found
  // Stems of a project lie among the results, which lie beside it.
  return { ...found, title: basename(basename(stems) === recordings ? resolve(stems, '../..') : stems) }
}

async function exportStems(place: string, options: ExportOptions): Promise<ExportResult> {
  const useless = options.editable ? '--editable' : options.reference ? '--reference' : undefined
  if (useless ?? dawFormatOf(place))
    throw new AudioFileError(
      'unsupported',
      place,
      useless ? `stems are no project, so ${useless} means nothing` : 'this is a project, not the results of a mix',
      useless ? 'leave it out' : 'mix it first, or export it in the other format'
    )
  const { session, path, stems, title, registry } = await sessionAt(place),
    { out = join(dirname(resolve(path)), 'daw-stems'), force = false } = options
  checkFree(out, ['dry', 'wet', ...Object.values(sheets)], force)
  return atWorkbench(out, { ...benchOptions(options), registry }, async bench => {
    const open = (inputs: readonly string[]) => clipsFor(session, inputs, stems, options, bench),
      progress = (fraction: number) => options.progress?.('render', fraction),
      made = await writeStems(session, out, { title, stems, open, progress }, bench)
    options.progress?.('write', 1)
    return { folder: out, project: out, ...made, left: [] }
  })
}

async function exportProject(place: string, options: ProjectOptions): Promise<ExportResult> {
  const { format, editable = false } = options,
    { session, path, stems, title, registry } = await sessionAt(place),
    target = targetOf(join(dirname(resolve(path)), editable ? `${format}-editable` : format), title, options)
  return atWorkbench(target.out, { ...benchOptions(options), registry }, async bench => {
    const made = editable
        ? editableSession(session, title, device =>
            format === 'dawproject' ? hasTwin(device) : hasReaTwin(device, session.sampleRate)
          )
        : printedSession(session, title),
      folder = dirname(bench.staged(inside(options) ? `${inArchive}x` : 'x')),
      takes = new Map<string, OpenTake>()
    try {
      const clips = await clipsFor(session, Object.keys(made.graph.inputs), stems, options, bench)
      const { sampleRate } = session,
        { render, signal } = bench.services,
        form = { sampleRate, format: 'f32', force: true, durable: false } as const
      for (const [output, file] of Object.entries(made.files))
        takes.set(
          output,
          placedTake({ ...form, path: join(folder, file), channels: made.graph.outputs[output]!.channels })
        )
      const sinks = Object.fromEntries([...takes].map(([output, take]) => [output, take.write])),
        progress = (fraction: number) => options.progress?.('render', fraction),
        { frames } = await render(made.graph, clips, sinks, { sampleRate, signal, progress })
      for (const take of takes.values()) (await take.close()).close()
      const media = Object.fromEntries(
        Object.entries(made.files).map(([output, file]): [string, DawMedia] => [
          file,
          { sampleRate, channels: made.graph.outputs[output]!.channels, seconds: frames / sampleRate }
        ])
      )
      return await write(made.session(frames / sampleRate), media, file => join(folder, file), target, options, bench, {
        left: made.left,
        texts: [
          [sheets.page, settingsPage(session, title, made.left)],
          [sheets.table, settingsCsv(session)]
        ]
      })
    } finally {
      for (const take of takes.values()) await take.discard()
    }
  })
}

const inside = ({ format, reference = false }: ExportOptions): boolean => format === 'dawproject' && !reference
const benchOptions = ({ force = false, threads, signal }: ExportOptions) => ({ force, threads, signal })

interface Target {
  readonly out: string
  /** Name of the project's file. */
  readonly name: string
}
function targetOf(standard: string, title: string, { format, out = standard, force = false }: ProjectOptions): Target {
  const name = `${title.replace(/[^\p{L}\p{N} _.-]+/gu, '-') || 'session'}.${format}`
  checkFree(out, [name, ...Object.values(sheets)], force)
  return { out, name }
}

/** The recordings that a graph plays, by its inputs. */
async function clipsFor(
  session: Session,
  inputs: readonly string[],
  stems: string,
  options: ExportOptions,
  bench: Workbench
) {
  const ids = stemIds(session.ports.map(port => port.name)),
    wanted = session.ports.flatMap((port, i) => (inputs.includes(ids[i]!) ? [port.name] : [])),
    tracks = await openWanted(stems, wanted, session.sampleRate, bench, fraction =>
      options.progress?.('opening', fraction)
    )
  return Object.fromEntries(
    tracks.map(({ name, clip }) => [ids[session.ports.findIndex(port => port.name === name)]!, clip])
  )
}

/** @param at where the audio of a clip's file lies now */
async function write(
  session: DawSession,
  media: Readonly<Record<string, DawMedia>>,
  at: (file: string) => string,
  { out, name }: Target,
  options: ProjectOptions,
  bench: Workbench,
  { left, texts }: { readonly left: readonly string[]; readonly texts: readonly (readonly [string, string])[] }
): Promise<ExportResult> {
  const files = filesOf(session),
    packed = inside(options),
    stale = earlierAudio(join(out, name))
  options.progress?.('write', 0)
  if (!packed)
    for (const file of files)
      if (at(file) === bench.staged(file)) bench.keep(file)
      else
        await bench.file(file, async sink => {
          for await (const piece of bytesOf(at(file))) await sink.write(piece)
        })
  if (options.format === 'dawproject')
    await bench.file(name, sink =>
      writeDawproject(sink, session, {
        media,
        version: MIXWRIGHT_VERSION,
        ...(packed && { bytes: (file: string) => packing(at(file), at(file) === bench.staged(`${inArchive}${file}`)) })
      })
    )
  const project = options.format === 'rpp' ? ([[name, writeRpp(session)]] as const) : [],
    paths = await bench.commit([...project, ...texts], stale)
  options.progress?.('write', 1)
  return { folder: out, project: join(out, name), files: paths, tracks: session.tracks.length, left }
}

/** Where audio waits that goes into an archive. */
const inArchive = 'inside/'
/** What has gone into the archive goes from the disk, if it is ours, so that an hour's tracks do not lie there twice. */
async function* packing(path: string, ours: boolean): AsyncGenerator<Uint8Array> {
  yield* bytesOf(path)
  if (ours) rmSync(path)
}

/** Audio that an earlier export of the same name brought along: it is ours to replace. */
function earlierAudio(project: string): string[] {
  if (dawFormatOf(project) !== 'rpp' || !existsSync(project)) return []
  try {
    return filesOf(readRpp(readFileSync(project, 'utf8'), project).session).filter(
      file => file.startsWith('audio/') && !file.includes('..') && existsSync(join(dirname(project), file))
    )
  } catch {
    return [] // no project of ours any more
  }
}

/** A project in another format, its audio as it is. */
async function convert(path: string, options: ProjectOptions): Promise<ExportResult> {
  const title = basename(path, extname(path)),
    target = targetOf(join(dirname(resolve(path)), `${title}-${options.format}`), title, options)
  if (options.editable)
    throw new AudioFileError(
      'unsupported',
      path,
      'a project is converted as it is, so --editable means nothing',
      'leave it out'
    )
  return atWorkbench(target.out, benchOptions(options), async bench => {
    const daw = await openDaw(path, bench.staged)
    try {
      const names = new Map<string, string>(),
        places: Record<string, string> = {},
        media: Record<string, DawMedia> = {}
      for (const file of filesOf(daw.session)) {
        const at = await daw.locate(file),
          { channels, sampleRate, frames, expectedFrames } = await readAudioInfo(at),
          name = freeName(basename(file), places)
        names.set(file, name)
        places[name] = at
        media[name] = { channels, sampleRate, seconds: (frames ?? expectedFrames ?? 0) / sampleRate }
      }
      const plain = (clips: readonly DawClip[]) => unrolled(clips, file => media[file]!.seconds) ?? clips,
        session = {
          ...daw.session,
          tracks: daw.session.tracks.map(track => ({
            ...track,
            clips: plain(track.clips.map(clip => ({ ...clip, file: names.get(clip.file)! })))
          }))
        },
        devices = devicesOutside(session, options.format)
      return await write(session, media, file => places[file]!, target, options, bench, {
        left: [...daw.left, ...devices],
        texts: []
      })
    } finally {
      daw.close()
    }
  })
}
/** Files of other folders may be called alike. */
function freeName(file: string, taken: object): string {
  const names = [file, ...Array.from({ length: Object.keys(taken).length }, (_, i) => `${i + 2} ${file}`)]
  return names.map(name => `audio/${name}`).find(name => !Object.hasOwn(taken, name))!
}
/** What a format has no like of, as it is set. */
const devicesOutside = ({ tracks, master, sampleRate }: DawSession, format: DawFormat): string[] =>
  [...tracks, { ...master, name: 'master' }].flatMap(({ name, devices }) =>
    devices.flatMap(one =>
      (format === 'rpp' ? hasReaTwin(one, sampleRate) : hasTwin(one)) ? [] : [`${name}: ${one.type}`]
    )
  )
