/** The task `transfer` over a file: a recording and what it is to sound like in, the audio and its graph out. */
import { basename, dirname, extname, join } from 'node:path'
import type { Values } from '@mixwright/dsp'
import { asFormat, type OutputFormat } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import { TaskError, transfer as task, type TransferResult, type TransferStage } from '@mixwright/tasks'
import { readAudioInfo } from './audio-files.ts'
import { labelOf } from './label.ts'
import { mend } from './leftovers.ts'
import { checkFree, formatOf } from './results.ts'
import { checkOutput } from './takes.ts'
import { heardReference, type NamedStyles, pageOf, readStyles, saveStyleFile, takesOf } from './transfer-work.ts'
import { atWorkbench } from './workbench.ts'

const outputs = { audio: 'transferred.wav', graph: 'transfer.json', report: 'report.html' } as const

export interface TransferOptions {
  /** What it is to sound like: a recording of something else; for a folder of stems a folder of stems. */
  readonly reference?: string
  /** Each with its weight; a reference counts 1. */
  readonly styles?: NamedStyles
  /** Folder for the results. */
  readonly out?: string
  /** Replace earlier results. Default false. */
  readonly force?: boolean
  /** Default: WAV of 24 bits. */
  readonly format?: OutputFormat
  /** What the task offers; what is missing has its default. */
  readonly settings?: Partial<Values<typeof task.options>>
  readonly threads?: number
  readonly signal?: AbortSignal
}
export interface TransferFileOptions extends TransferOptions {
  /** Where what was measured of the reference is kept, to be used as a style. */
  readonly saveStyle?: string
  /** `fraction` is that of the stage, 0 to 1. */
  readonly progress?: (stage: TransferStage | 'opening', fraction: number) => void
}
export interface TransferFileResult extends TransferResult {
  readonly folder: string
  readonly files: readonly string[]
  readonly listen: string
  readonly report: string
}

/**
 * Gives a file the sound of another, by default into a folder of its name and `-transfer` beside it. All results appear
 * together; an error or an abort leaves the folder as it was.
 * @throws AudioFileError, TaskError, RangeError with place, value and remedy; the signal's reason
 */
export async function transferFile(path: string, options: TransferFileOptions): Promise<TransferFileResult> {
  const { reference, saveStyle, force = false, threads, signal, format = formatOf('master'), progress } = options,
    name = basename(path, extname(path)),
    folder = options.out ?? join(dirname(path), `${name}-transfer`),
    listen = asFormat(outputs.audio, format),
    results = [listen, outputs.graph, outputs.report].map(file => join(folder, file))
  if (saveStyle !== undefined && reference === undefined)
    throw new TaskError(`${saveStyle}: a style is measured of a reference; give one`)
  const named = readStyles(asked(options))
  mend(folder)
  checkFree([...results, ...(saveStyle === undefined ? [] : [saveStyle])], force)
  const { sampleRate } = await readAudioInfo(path, signal ? { signal } : {})
  await checkOutput(format, sampleRate, join(folder, listen))
  return atWorkbench(folder, { force, threads, signal }, async bench => {
    progress?.('opening', 0)
    const sound = await bench.openFile(path, sampleRate),
      takes = takesOf(bench, outputs.audio, format, await labelOf([path], sampleRate)),
      hearing = reference === undefined ? undefined : heardReference(reference, sampleRate, bench),
      styles = Promise.resolve(hearing).then(heard => [...(heard ? [{ of: heard.style, weight: 1 }] : []), ...named])
    progress?.('opening', 1)
    const result = await task.run({ sound, styles }, options.settings ?? {}, {
        ...bench.services,
        open: takes.open,
        fullScale: takes.fullScale,
        ...(progress && { progress })
      }),
      heard = await hearing,
      page = await pageOf(name, result, takes.written(), heard, [listen, outputs.graph], bench),
      files = await bench.commit(
        [
          [outputs.graph, writeGraph(result.graph)],
          [outputs.report, page]
        ],
        []
      )
    if (saveStyle !== undefined) await saveStyleFile(saveStyle, heard!.style, force)
    return { ...result, folder, files, listen: join(folder, listen), report: join(folder, outputs.report) }
  })
}

/** @throws TaskError where there is nothing to sound like */
export function asked({ reference, styles = [] }: TransferOptions): NamedStyles {
  if (reference === undefined && styles.length === 0)
    throw new TaskError('transfer: nothing to sound like; give a reference, or a style')
  return styles
}
