/** The task `estimate-graph` over files: dry sources and a mix in, the graph that makes it and what that sounds like out. */
import { statSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { responseFile, type Values } from '@mixwright/dsp'
import { writeGraph } from '@mixwright/graph'
import {
  estimateGraph as task,
  estimateReport,
  estimateSound,
  type EstimateResult,
  type EstimateStage,
  type GraphFound,
  type SearchStage,
  type Stem,
  writeSession
} from '@mixwright/tasks'
import type { SearchGraphJob } from '../worker.ts'
import { embedOn } from './auditions.ts'
import { descriptorsOf, type OpenedClip, readAudioInfo } from './audio-files.ts'
import { labelOf } from './label.ts'
import { mend } from './leftovers.ts'
import { earlierResponses, writeResponse } from './responses.ts'
import { checkFree, outputs } from './results.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

export interface EstimateFileOptions {
  /** The dry sources: a folder of stems, or one file. */
  readonly dry: string
  /** What was made of them. */
  readonly wet: string
  /** Folder for the results. */
  readonly out?: string
  /** Replace earlier results. Default false. */
  readonly force?: boolean
  /** What the task offers; what is missing has its default. */
  readonly settings?: Partial<Values<typeof task.options>>
  readonly threads?: number
  readonly signal?: AbortSignal
  /** `fraction` is that of the stage, 0 to 1. */
  readonly progress?: (stage: EstimateStage | 'opening', fraction: number) => void
}
export interface EstimateFileResult extends EstimateResult {
  readonly folder: string
  readonly files: readonly string[]
  readonly listen: string
  readonly report: string
}

/** The player's script (tools/build.mjs). */
declare const MIXWRIGHT_REPORT: string

/**
 * Finds the graph of a mix, at the mix's own sample rate, by default into a folder of its name and `-estimate` beside it.
 * All results appear together; an error or an abort leaves the folder as it was.
 * @throws AudioFileError, TaskError, RangeError with place, value and remedy; the signal's reason
 */
export async function estimateFiles(options: EstimateFileOptions): Promise<EstimateFileResult> {
  const { dry, wet, force = false, threads, signal, progress } = options,
    name = basename(wet, extname(wet)),
    folder = options.out ?? join(dirname(wet), `${name}-estimate`),
    results = [outputs.mix, outputs.graph, outputs.decisions, outputs.report]
  mend(folder)
  checkFree(
    results.map(file => join(folder, file)),
    force
  )
  const { sampleRate } = await readAudioInfo(wet, signal ? { signal } : {})
  return atWorkbench(folder, { force, threads, signal }, async bench => {
    const sources = await openDry(dry, sampleRate, bench, options),
      mix = await bench.openFile(wet, sampleRate),
      label = await labelOf([wet], sampleRate),
      result = await task.run(
        { dry: sources, wet: mix, folder: relative(resolve(folder), resolve(folderOf(dry))) || '.' },
        options.settings ?? {},
        {
          ...bench.services,
          open: (_, form) => bench.take(outputs.mix, { ...form, ...label, format: 'f32' }),
          search: (song, tolerance, { progress }) =>
            bench.pool.run<GraphFound>(
              {
                kind: 'search',
                dry: descriptorsOf(song.dry),
                wet: (song.wet as OpenedClip).descriptor,
                tolerance,
                hands: bench.pool.size
              } as SearchGraphJob,
              ({ stage, fraction }: { stage: SearchStage; fraction: number }) => progress?.(stage, fraction)
            ),
          ...(progress && { progress })
        }
      ),
      sound = await estimateSound(result, { kernels: bench.services.kernels, embed: embedOn(bench.pool) }),
      texts: [string, string][] = [
        [outputs.graph, writeGraph(result.graph)],
        [outputs.decisions, writeSession(result.session)],
        [
          outputs.report,
          estimateReport(result, { title: name, files: results, sound: { ...sound, script: MIXWRIGHT_REPORT } })
        ]
      ],
      responses = Object.values(result.console.responses ?? {})
    for (const one of responses) await writeResponse(one, bench)
    const written = responses.map(({ id }) => responseFile(id)),
      files = await bench.commit(
        texts,
        earlierResponses(folder).filter(file => !written.includes(file))
      )
    return { ...result, folder, files, listen: join(folder, outputs.mix), report: join(folder, outputs.report) }
  })
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
const folderOf = (dry: string): string => (isFolder(dry) ? dry : dirname(dry))

async function openDry(
  dry: string,
  sampleRate: number,
  bench: Workbench,
  { progress }: EstimateFileOptions
): Promise<readonly Stem[]> {
  if (!isFolder(dry)) return [{ name: basename(dry, extname(dry)), clip: await bench.openFile(dry, sampleRate) }]
  const { tracks } = await bench.openSong(dry, {
    sampleRate,
    progress: fraction => progress?.('opening', fraction)
  })
  return tracks.map(({ name, clip }) => ({ name, clip }))
}
