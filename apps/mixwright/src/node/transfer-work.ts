/** What transfers of files and of stems have in common: styles, places for audio, the page. */
import { existsSync, readFileSync } from 'node:fs'
import type { Clip, MeasurementSeries } from '@mixwright/dsp'
import type { OutputFormat } from '@mixwright/files'
import {
  parseStyle,
  type Style,
  type StyleName,
  type StyleSource,
  TaskError,
  type TransferOutput,
  transferReport,
  type TransferResult,
  transferSound,
  type Weighted,
  writeStyle
} from '@mixwright/tasks'
import type { StyleJob } from '../worker.ts'
import { embedOn } from './auditions.ts'
import { createFileSink, inWords } from './byte-files.ts'
import type { Label } from './label.ts'
import { placedTake } from './takes.ts'
import type { Workbench } from './workbench.ts'

/** A style by name, or by the file that `saveStyle` wrote. */
export type NamedStyles = readonly Weighted<StyleName | { readonly file: string }>[]

/** @throws TaskError, AudioFileError for a file that is no style */
export const readStyles = (styles: NamedStyles): Weighted<StyleSource>[] =>
  styles.map(({ of, weight }) => ({ of: typeof of === 'string' ? of : readStyle(of.file), weight }))
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
export async function saveStyleFile(path: string, style: Style, force: boolean): Promise<void> {
  const sink = await createFileSink(path, { force })
  try {
    await sink.write(new TextEncoder().encode(writeStyle(style)))
    await sink.commit()
  } finally {
    await sink.discard()
  }
}

/** A reference: what is measured of it, and what its page plays. */
export interface Reference {
  readonly style: Style
  readonly clip: Clip
  readonly series: MeasurementSeries
}
/** Heard on a thread of its own. @throws as `measureStyle` */
export async function heardReference(
  path: string,
  sampleRate: number,
  { openFile, pool }: Workbench
): Promise<Reference> {
  const clip = await openFile(path, sampleRate),
    job: StyleJob = { kind: 'style', clip: clip.descriptor, name: path }
  return { clip, ...(await pool.run<Omit<Reference, 'clip'>>(job)) }
}

declare const MIXWRIGHT_REPORT: string
export async function pageOf(
  title: string,
  result: TransferResult,
  transferred: Clip,
  reference: Reference | undefined,
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

/** Where the audio goes, with the words of the recording. @param name of a WAV file */
export function takesOf(bench: Workbench, name: string, format: OutputFormat, label: Label) {
  let written: Clip | undefined
  return {
    fullScale: format !== 'f32',
    open(output: TransferOutput, form: { readonly sampleRate: number; readonly channels: 1 | 2 }) {
      if (output === 'toned')
        return placedTake({ path: bench.staged(`toned-${name}`), ...form, format: 'f32', force: true, durable: false })
      const take = bench.take(name, { ...form, ...label, format })
      return { ...take, close: async () => (written = await take.close()) }
    },
    /** What was written, as it is heard. */
    written: () => written!
  }
}
