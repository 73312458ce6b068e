/** The task `transfer` over files: a recording and what it is to sound like in, the audio and its graph out. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { Clip, Values } from '@mixwright/dsp'
import { asFormat, type OutputFormat } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import {
  measureStyle,
  parseStyle,
  type Sound,
  type Style,
  type StyleName,
  type StyleSource,
  TaskError,
  transfer as task,
  type TransferOutput,
  transferReport,
  type TransferResult,
  transferSound,
  type TransferStage,
  type Weighted,
  writeStyle
} from '@mixwright/tasks'
import { readAudioInfo } from './audio-files.ts'
import { embedOn } from './auditions.ts'
import { createFileSink, inWords } from './byte-files.ts'
import { labelOf } from './label.ts'
import { mend } from './leftovers.ts'
import { checkFree, formatOf } from './results.ts'
import { checkOutput, placedTake } from './takes.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

const outputs = { audio: 'transferred.wav', graph: 'transfer.json', report: 'report.html' } as const

export interface TransferFileOptions {
  /** What it is to sound like: a recording of something else. */
  readonly reference?: string
  /** Styles by name or by the file that `saveStyle` wrote, each with its weight; a reference counts 1. */
  readonly styles?: readonly Weighted<StyleName | { readonly file: string }>[]
  /** Where what was measured of the reference is kept, to be used as a style. */
  readonly saveStyle?: string
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
    named = stylesOf(options)
  mend(folder)
  checkFree([...[listen, outputs.graph, outputs.report].map(file => join(folder, file)), ...(saveStyle ? [saveStyle] : [])], force)
  const { sampleRate } = await readAudioInfo(path, signal ? { signal } : {})
  await checkOutput(format, sampleRate, join(folder, listen))
  return atWorkbench(folder, { force, threads, signal }, async bench => {
    progress?.('opening', 0)
    const sound = await bench.openFile(path, sampleRate),
      heard =
        reference === undefined
          ? undefined
          : await measureStyle(await bench.openFile(reference, sampleRate), reference, bench.services),
      styles = [...(heard ? [{ of: heard.style, weight: 1 }] : []), ...named]
    progress?.('opening', 1)
    const takes = takesOf(bench, format, await labelOf([path], sampleRate)),
      result = await task.run({ sound, styles }, options.settings ?? {}, {
        ...bench.services,
        open: takes.open,
        ...(progress && { progress })
      }),
      page = await pageOf(name, result, takes.written(), heard?.sound, [listen, outputs.graph], bench),
      files = await bench.commit(
        [
          [outputs.graph, writeGraph(result.graph)],
          [outputs.report, page]
        ],
        []
      )
    if (saveStyle) await saved(saveStyle, heard!.style, force)
    return { ...result, folder, files, listen: join(folder, listen), report: join(folder, outputs.report) }
  })
}

/** Checks what is asked for and reads the files of styles. @throws TaskError, AudioFileError */
function stylesOf({ reference, styles = [], saveStyle }: TransferFileOptions): Weighted<StyleSource>[] {
  if (reference === undefined && styles.length === 0)
    throw new TaskError('transfer: nothing to sound like; give a reference, or a style')
  if (saveStyle !== undefined && reference === undefined)
    throw new TaskError(`${saveStyle}: a style is measured of a reference; give one`)
  return styles.map(({ of, weight }) => ({ of: typeof of === 'string' ? of : readStyle(of.file), weight }))
}
function readStyle(path: string): Style {
  if (!existsSync(path)) throw new TaskError(`${path}: no such style; check the name`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw inWords(path, 'read', error)
  }
  return parseStyle(text, path)
}
async function saved(path: string, style: Style, force: boolean): Promise<void> {
  const sink = await createFileSink(path, { force })
  try {
    await sink.write(new TextEncoder().encode(writeStyle(style)))
    await sink.commit()
  } finally {
    await sink.discard()
  }
}

declare const MIXWRIGHT_REPORT: string
async function pageOf(
  title: string,
  result: TransferResult,
  transferred: Clip,
  reference: Sound | undefined,
  files: readonly string[],
  { pool, services: { kernels } }: Workbench
) {
  const sound = await transferSound(
    result,
    { transferred, ...(reference && { reference }) },
    { kernels, embed: embedOn(pool) }
  )
  return transferReport(result, { title, files, sound: { ...sound, script: MIXWRIGHT_REPORT } })
}

/** Where the audio goes, with the words of the recording. */
function takesOf(bench: Workbench, format: OutputFormat, label: Awaited<ReturnType<typeof labelOf>>) {
  let written: Clip | undefined
  return {
    open(output: TransferOutput, form: { readonly sampleRate: number; readonly channels: 1 | 2 }) {
      if (output === 'toned')
        return placedTake({ path: bench.staged('toned.wav'), ...form, format: 'f32', force: true, durable: false })
      const take = bench.take(outputs.audio, { ...form, ...label, format })
      return { ...take, close: async () => (written = await take.close()) }
    },
    /** What was written, as it is heard. */
    written: () => written!
  }
}
