/** Files in, a listening page out; answers in, their statistics out. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, resolve, sep } from 'node:path'
import type { Values } from '@mixwright/dsp'
import { AudioFileError } from '@mixwright/files'
import {
  type Answers,
  compare as task,
  type compareOptions,
  type CompareResult,
  type CompareServices,
  readAnswers,
  stimulusCount,
  summarise,
  type Summary
} from '@mixwright/tasks'
import { importClip, type ImportedClip, readAudioInfo } from './audio-files.ts'
import { createFileSink, inWords, openFileSource } from './byte-files.ts'
import { createStaging } from './staging.ts'

/** The page's script; the build puts it here. */
declare const MIXWRIGHT_LISTENING: string

export interface CompareFilesOptions {
  /** The page. Default: compare.html. */
  readonly out?: string
  readonly force?: boolean
  /** One per file. Default: the files' names. */
  readonly labels?: readonly string[]
  /** A file that can be heard beside them, and is not rated. */
  readonly reference?: string
  /** Where the excerpt starts, in seconds of the first file. Default: found. */
  readonly from?: number
  /** What the task offers; what is missing has its default. */
  readonly settings?: Partial<Values<typeof compareOptions>>
  readonly signal?: AbortSignal
  readonly progress?: (
    stage: 'opening' | Parameters<NonNullable<CompareServices['progress']>>[0],
    fraction: number
  ) => void
}
export interface CompareFilesResult extends Omit<CompareResult, 'html'> {
  readonly file: string
  /** Hz of the excerpts. */
  readonly sampleRate: number
}

/** Of a page: what every browser plays without conversion. */
const rates = [44100, 48000] as const

/**
 * Makes a page for blind listening of 2 to 8 files of any rate and length. It appears under its name when it is
 * complete.
 * @throws AudioFileError, TaskError, RangeError with place, value and remedy; the signal's reason
 */
export async function compareFiles(
  paths: readonly string[],
  options: CompareFilesOptions = {}
): Promise<CompareFilesResult> {
  const { out = 'compare.html', force = false, signal, progress, reference } = options,
    all = [...paths, ...(reference === undefined ? [] : [reference])]
  checkCall(paths, out, options)
  const staging = createStaging(tmpdir(), { force: false }),
    clips: ImportedClip[] = []
  let sink: Awaited<ReturnType<typeof createFileSink>> | undefined
  try {
    sink = await createFileSink(out, { force })
    const infos = await Promise.all(all.map(path => readAudioInfo(path, signal ? { signal } : {}))),
      sampleRate = infos.every(info => info.sampleRate <= rates[0]) ? rates[0] : rates[1]
    for (const [i, path] of all.entries())
      clips.push(
        await importClip(path, {
          sampleRate,
          cacheFolder: staging.scratch,
          progress: fraction => progress?.('opening', (i + fraction) / all.length),
          ...(signal && { signal })
        })
      )
    const labels = options.labels ?? labelsOf(paths),
      { html, ...result } = await task.run(
        {
          stimuli: paths.map((_, i) => ({ label: labels[i]!, clip: clips[i]! })),
          ...(reference !== undefined && { reference: { label: basename(reference), clip: clips.at(-1)! } }),
          ...(options.from !== undefined && { from: options.from })
        },
        options.settings ?? {},
        { script: MIXWRIGHT_LISTENING, ...(signal && { signal }), ...(progress && { progress }) }
      )
    for (const part of html) await sink.write(new TextEncoder().encode(part))
    signal?.throwIfAborted()
    await sink.commit()
    return { ...result, file: out, sampleRate }
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  } finally {
    for (const clip of clips) clip.close()
    await sink?.discard()
    staging.discard()
  }
}

function checkCall(paths: readonly string[], out: string, { labels, reference }: CompareFilesOptions): void {
  const { min, max } = stimulusCount
  if (paths.length < min || paths.length > max)
    throw new RangeError(`${paths.length} ${paths.length === 1 ? 'file' : 'files'} to compare; give ${min} to ${max}`)
  if (labels && labels.length !== paths.length)
    throw new RangeError(`${labels.length} labels for ${paths.length} files; give one for each`)
  const place = (path: string) => (existsSync(path) ? realpathSync(path) : resolve(path)),
    over = [...paths, ...(reference === undefined ? [] : [reference])].find(path => place(path) === place(out))
  if (over !== undefined)
    throw new AudioFileError('exists', out, 'the page would overwrite one of the files', 'choose another name')
}

/** Names of the files, with as many of their folders as it takes to tell them apart. */
function labelsOf(paths: readonly string[]): string[] {
  const parts = paths.map(path => resolve(path).split(sep))
  for (let depth = 1; ; depth++) {
    const labels = parts.map(p => p.slice(-depth).join('/'))
    if (new Set(labels).size === labels.length) return labels
    if (parts.every(p => depth >= p.length)) return labels.map((label, i) => `${label} (${i + 1})`)
  }
}

/** Bytes that answers may have: an hour of comments. */
const most = 2 ** 22

/**
 * Gathers what listeners have answered to one page.
 * @throws AudioFileError, RangeError with place, value and remedy
 */
export function gatherAnswers(paths: readonly string[]): Summary {
  return summarise(paths.map(readAnswersFile))
}

function readAnswersFile(path: string): Answers {
  const source = openFileSource(path)
  source.close()
  if (source.size > most) throw new RangeError(`${path}: ${source.size} bytes; answers have at most ${most}`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw inWords(path, 'read', error)
  }
  return readAnswers(text, path)
}
