/** The task `master` over files: a song in, its master and the graph that makes it out. */
import { existsSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { Values } from '@mixwright/dsp'
import { AudioFileError } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import { master as masterTask, type masterOptions, type MasterResult, type MasterStage } from '@mixwright/tasks'
import { readAudioInfo } from './audio-files.ts'
import { outputs } from './results.ts'
import { placedTake } from './takes.ts'
import { atWorkbench } from './workbench.ts'

export interface MasterFileOptions {
  /** Folder for the results. Default: the song's name and `-master`, beside it. */
  readonly out?: string
  /** Replace earlier results. Default false. */
  readonly force?: boolean
  /** A finished song that tone, width and density come near to. */
  readonly reference?: string
  /** What the task offers (loudness, ceiling …); what is missing has its default. */
  readonly settings?: Partial<Values<typeof masterOptions>>
  readonly threads?: number
  readonly signal?: AbortSignal
  /** `fraction` is that of the stage, 0 to 1. */
  readonly progress?: (stage: MasterStage | 'opening', fraction: number) => void
}
export interface MasterFileResult extends MasterResult {
  readonly folder: string
  readonly files: readonly string[]
}

/** What becomes of a song: 24 bits, at the song's own sample rate. */
const master = { audio: outputs.master, graph: outputs.masterGraph } as const

/**
 * Masters a file. Both results appear together; an error or an abort leaves the folder as it was.
 * @throws AudioFileError, TaskError, RangeError with place, value and remedy; the signal's reason
 */
export async function masterFile(path: string, options: MasterFileOptions = {}): Promise<MasterFileResult> {
  const { force = false, threads, signal, progress, settings = {} } = options,
    folder = options.out ?? join(dirname(path), `${basename(path, extname(path))}-master`),
    taken = Object.values(master).find(name => existsSync(join(folder, name)))
  if (taken && !force)
    throw new AudioFileError(
      'exists',
      join(folder, taken),
      'there are results already',
      'use --force to replace them, or --out for another folder'
    )
  const { sampleRate } = await readAudioInfo(path, signal ? { signal } : {})
  return atWorkbench(folder, { force, threads, signal }, async bench => {
    progress?.('opening', 0)
    const song = await bench.openFile(path, sampleRate),
      reference = options.reference === undefined ? undefined : await bench.openFile(options.reference, sampleRate)
    progress?.('opening', 1)
    const result = await masterTask.run({ song, ...(reference && { reference }) }, settings, {
      ...bench.services,
      open: (name, form) =>
        name === 'toned'
          ? placedTake({ path: bench.staged('toned.wav'), ...form, format: 'f32', force: true, durable: false })
          : bench.take(master.audio, { ...form, format: 's24' }),
      ...(progress && { progress })
    })
    const files = await bench.commit([[master.graph, writeGraph(result.graph)]], [])
    return { ...result, folder, files }
  })
}
