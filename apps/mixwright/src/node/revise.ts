/** `revise` over the results of a mix: the session changed in words or by hand, and rendered again in their place. */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isConvolution } from '@mixwright/dsp'
import { asFormat, AudioFileError, type OutputFormat, writtenAs } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import {
  noPrints,
  type Prints,
  type Rendered,
  renderSession,
  revise,
  type Revised,
  TaskError,
  withPrinted,
  writeSession
} from '@mixwright/tasks'
import { readAudioInfo } from './audio-files.ts'
import { type Label, labelOf } from './label.ts'
import { printsFile, readPrints, writePrints } from './prints.ts'
import { checkOut, earlierFiles, fileOf, formatOf, isWhole, masterIn, outputs } from './results.ts'
import { folderFrom, type FoundSession, readSession } from './session.ts'
import type { Track } from './song.ts'
import { checkOutput } from './takes.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

export interface ReviseOptions {
  /** Folder for the results. Default: that of the session, whose results are replaced. */
  readonly out?: string
  /** Replace results in another folder. Default false. */
  readonly force?: boolean
  /** Of the master. Default: that of the master before. */
  readonly format?: OutputFormat
  /** Render the stems as well. Default false. */
  readonly stems?: boolean
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly progress?: (stage: ReviseStage, fraction: number) => void
}
export type ReviseStage = 'opening' | 'mix' | 'master'
export interface ReviseResult extends Rendered, Pick<Revised, 'done' | 'notUnderstood'> {
  readonly folder: string
  /** The finished mix. */
  readonly listen: string
  readonly files: readonly string[]
  /** What lies in the folder and still is of the mix before. */
  readonly stale: readonly string[]
}

/**
 * Applies a sentence, if there is one, and renders. All results appear together; an error or an abort leaves everything
 * as it was.
 * @param place the results' folder or its session file
 * @throws TaskError if nothing of the sentence was understood; AudioFileError, TaskError with place, value and remedy;
 * the signal's reason
 */
export async function reviseSession(
  place: string,
  sentence?: string,
  options: ReviseOptions = {}
): Promise<ReviseResult> {
  const found = await readSession(place, outputs.decisions),
    [response] = Object.values(found.registry).filter(isConvolution)
  if (response)
    throw new TaskError(
      `${found.path}: it has a measured impulse response, ${response.id}, which a revision cannot hold; export it, or render its ${outputs.graph}`
    )
  const revised: Revised =
    sentence === undefined ? { session: found.session, done: [], notUnderstood: [] } : revise(found.session, sentence)
  if (sentence !== undefined && revised.done.length === 0)
    throw new TaskError(
      revised.notUnderstood.length
        ? revised.notUnderstood.map(({ text, why }) => `"${text}": ${why}`).join('\n')
        : 'the phrase is empty; say for example "vocals up 1", or leave it out to render the session as it is'
    )
  const home = dirname(resolve(found.path)),
    out = options.out ?? home,
    inPlace = existsSync(out) && realpathSync(out) === realpathSync(home)
  if (!inPlace) checkOut(found.stems, out, options.force ?? false)
  const { threads, signal } = options,
    force = inPlace || (options.force ?? false)
  return atWorkbench(out, { force, threads, signal }, async bench => {
    const prints = options.stems ? { ...noPrints, close: () => {} } : await readPrints(home, revised.session)
    try {
      const look = await lookOf(home, revised.session.sampleRate, options)
      await checkOutput(look.format, revised.session.sampleRate, join(out, look.listen))
      const tracks = await openStems(found, revised, prints, options, bench),
        rendered = await renderTo(revised, tracks, prints, { ...options, ...look }, bench)
      return {
        ...(await finish(out, rendered, inPlace, tracks, options, found, revised, bench)),
        listen: join(out, look.listen)
      }
    } finally {
      prints.close()
    }
  })
}

/** What the new master shares with the one before: its words, and its format where no other is wanted. */
async function lookOf(home: string, sampleRate: number, { format: wanted }: ReviseOptions) {
  const before = masterIn(home)
  let format = formatOf('master'),
    label: Label = {}
  try {
    if (before !== undefined) {
      label = await labelOf([before], sampleRate)
      format = writtenAs(before, (await readAudioInfo(before)).bits) ?? format
    }
  } catch {} // no longer what we wrote: nothing is known then
  return { label, format: wanted ?? format, listen: asFormat(outputs.master, wanted ?? format) }
}

/** The stems that are heard and not printed. */
function openStems(
  { stems }: FoundSession,
  { session }: Revised,
  prints: Prints,
  { progress }: ReviseOptions,
  bench: Workbench
): Promise<readonly Track[]> {
  const { taken } = withPrinted(session, prints),
    wanted = session.stems.flatMap(stem =>
      taken.has(stem.stem) || (stem.muted && !stem.muted.keyed) ? [] : [stem.stem]
    )
  return openWanted(stems, wanted, session.sampleRate, bench, fraction => progress?.('opening', fraction))
}

/** The files of some stems of a folder; a bad file among the others does not matter. @throws AudioFileError if one is missing */
export async function openWanted(
  stems: string,
  wanted: readonly string[],
  sampleRate: number,
  bench: Workbench,
  progress: (fraction: number) => void
): Promise<readonly Track[]> {
  if (wanted.length === 0) return []
  const song = await bench.openSong(stems, { wanted, skipBad: true, sampleRate, progress })
  const missing = wanted.find(name => !song.tracks.some(track => track.name === name))
  if (missing === undefined) return song.tracks
  song.close()
  const fault = song.bad.find(bad => bad.place.includes(missing))
  if (fault) throw fault
  throw new AudioFileError('missing', join(stems, missing), 'no such stem any more', 'put its file back, or mix again')
}

const renderTo = (
  { session }: Revised,
  tracks: readonly Track[],
  prints: Prints,
  { stems, progress, label, format }: ReviseOptions & Awaited<ReturnType<typeof lookOf>>,
  bench: Workbench
): Promise<Rendered> =>
  renderSession(
    session,
    tracks,
    {
      ...bench.services,
      open(name, form) {
        const file = name.startsWith('stem:') && !stems ? undefined : fileOf(name)
        return file === undefined
          ? undefined
          : bench.take(file, { ...form, ...(isWhole(name) && label), format: formatOf(name, format) })
      },
      ...(progress && { progress: (stage, fraction) => progress(stage as ReviseStage, fraction) })
    },
    prints
  )

async function finish(
  out: string,
  rendered: Rendered,
  inPlace: boolean,
  tracks: readonly Track[],
  { stems }: ReviseOptions,
  found: FoundSession,
  { done, notUnderstood }: Revised,
  bench: Workbench
): Promise<Omit<ReviseResult, 'listen'>> {
  const session = { ...rendered.session, folder: folderFrom(out, found.stems) },
    texts = [
      [outputs.graph, writeGraph(rendered.graph)],
      [outputs.masterGraph, writeGraph(rendered.master.graph)],
      [outputs.decisions, writeSession(session)],
      ...(inPlace ? [[outputs.before, found.text] as const] : []),
      ...(stems ? [[printsFile, writePrints(session, tracks, bench.staged)] as const] : [])
    ] as const,
    files = await bench.commit(
      texts,
      earlierFiles(out).filter(name => stems || !name.startsWith(outputs.stems))
    )
  const stale = [outputs.report, outputs.balance, ...(stems ? [] : [outputs.stems])].filter(name =>
    existsSync(join(out, name))
  )
  return { ...rendered, session, done, notUnderstood, folder: out, files, stale }
}
