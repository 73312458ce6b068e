/** `revise` over the results of a mix: the session changed in words or by hand, and rendered again in their place. */
import { setMaxListeners } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AudioFileError } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import { type Rendered, renderSession, revise, type Revised, TaskError, writeSession } from '@mixwright/tasks'
import { loadKernels } from '../kernels.ts'
import { settle } from './byte-files.ts'
import { checkOut, decoded, earlierStems, fileOf, formats, outputs, withoutScratch, writeText } from './mix.ts'
import { renderOnThreads } from './parallel.ts'
import { createPool, type Pool } from './pool.ts'
import { folderFrom, type FoundSession, readSession } from './session.ts'
import { openSong, type Song } from './song.ts'
import { createStaging, type Staging } from './staging.ts'
import { type OpenTake, placedTake } from './takes.ts'

export interface ReviseOptions {
  /** Folder for the results. Default: that of the session, whose results are replaced. */
  readonly out?: string
  /** Replace results in another folder. Default false. */
  readonly force?: boolean
  /** Render the stems as well. Default false. */
  readonly stems?: boolean
  readonly threads?: number
  readonly signal?: AbortSignal
  readonly progress?: (stage: ReviseStage, fraction: number) => void
}
export type ReviseStage = 'opening' | 'mix' | 'master'
export interface ReviseResult extends Rendered, Pick<Revised, 'done' | 'notUnderstood'> {
  readonly folder: string
  readonly files: readonly string[]
  /** What lies in the folder and still is of the mix before. */
  readonly stale: readonly string[]
}

/** The session as it was before the last revision in its place: to go back, revise that file. */
const before = 'decisions.before.json'

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
  const found = readSession(place, outputs.decisions),
    revised: Revised =
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
  const { signal } = options,
    stop = new AbortController(),
    ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    pool = createPool(options.threads, ends)
  setMaxListeners(0, ends)
  const open: { song?: Song; staging?: Staging; readonly takes: OpenTake[] } = { takes: [] }
  try {
    const scratch = () =>
      (open.staging = createStaging(out, { force: inPlace || (options.force ?? false) })).path(decoded)
    open.song = await openStems(found, revised, { ...options, signal: ends }, scratch, pool)
    const written = await renderTo(revised, open.song, open.staging!, open.takes, { ...options, signal: ends }, pool)
    return await finish(
      out,
      { ...written, inPlace, stems: options.stems ?? false },
      found,
      revised,
      open.staging!,
      ends
    )
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

/** The files of the stems that are heard; a bad file among the others does not matter. */
async function openStems(
  { stems }: FoundSession,
  { session }: Revised,
  options: ReviseOptions & { readonly signal: AbortSignal },
  scratch: () => string,
  pool: Pool
): Promise<Song> {
  const wanted = session.stems.flatMap(stem => (stem.muted && !stem.muted.keyed ? [] : [stem.stem])),
    { sampleRate } = session,
    { signal, progress } = options,
    song = await openSong(
      stems,
      { wanted, skipBad: true, sampleRate, signal, scratch, progress: fraction => progress?.('opening', fraction) },
      pool
    )
  const missing = wanted.find(name => !song.tracks.some(track => track.name === name))
  if (missing === undefined) return song
  song.close()
  const fault = song.bad.find(bad => bad.place.includes(missing))
  if (fault) throw fault
  throw new AudioFileError('missing', join(stems, missing), 'no such stem any more', 'put its file back, or mix again')
}

async function renderTo(
  { session }: Revised,
  song: Song,
  staging: Staging,
  takes: OpenTake[],
  options: ReviseOptions & { readonly signal: AbortSignal },
  pool: Pool
): Promise<{ readonly rendered: Rendered; readonly names: string[] }> {
  const names: string[] = [],
    kernels = await loadKernels(),
    { progress, signal } = options
  const rendered = await renderSession(session, song.tracks, {
    kernels,
    signal,
    async open(name, form) {
      const file = name.startsWith('stem:') && !options.stems ? undefined : fileOf(name)
      if (!file) return undefined
      const take = placedTake({
        path: staging.path(file),
        ...form,
        format: formats[name] ?? 'f32',
        force: true,
        durable: false
      })
      takes.push(take)
      return {
        write: take.write,
        async close() {
          if (!names.includes(file)) names.push(file)
          return take.close()
        }
      }
    },
    release: () => song.close(),
    ...(progress && { progress: (stage, fraction) => progress(stage as ReviseStage, fraction) }),
    render: (graph, inputs, sinks, how) => renderOnThreads(graph, inputs, sinks, { ...how, kernels }, pool)
  })
  return { rendered, names }
}

async function finish(
  out: string,
  { rendered, names, inPlace, stems }: { rendered: Rendered; names: string[]; inPlace: boolean; stems: boolean },
  found: FoundSession,
  { done, notUnderstood }: Revised,
  staging: Staging,
  signal: AbortSignal
): Promise<ReviseResult> {
  const session = { ...rendered.session, folder: folderFrom(out, found.stems) },
    audio = names.map(name => settle(staging.path(name)))
  const texts = [
    [outputs.graph, writeGraph(rendered.graph)],
    [outputs.masterGraph, writeGraph(rendered.master.graph)],
    [outputs.decisions, writeSession(session)],
    ...(inPlace ? [[before, found.text] as const] : [])
  ] as const
  for (const [name, text] of texts) {
    await writeText(staging.path(name), text)
    names.push(name)
  }
  await Promise.all(audio)
  signal.throwIfAborted()
  const files = staging.commit(names, stems ? earlierStems(out) : [])
  const stale = [outputs.report, outputs.balance, ...(stems ? [] : [outputs.stems])].filter(name =>
    existsSync(join(out, name))
  )
  return { ...rendered, session, done, notUnderstood, folder: out, files, stale }
}
