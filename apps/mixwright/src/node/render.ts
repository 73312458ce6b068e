/** A graph over files: inputs by name from files, outputs by name to files. */
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { type Registry, unknownName } from '@mixwright/dsp'
import { AudioFileError, type OutputFormat, outputFormatOf } from '@mixwright/files'
import type { Graph, Sink } from '@mixwright/graph'
import { loadKernels } from '../kernels.ts'
import { startsOf } from '@mixwright/tasks'
import { type AudioInfo, delayed, importClip, type ImportedClip, readAudioInfo } from './audio-files.ts'
import { labelOf } from './label.ts'
import { renderOnThreads } from './parallel.ts'
import { createPool } from './pool.ts'
import { checkRates } from './responses.ts'
import { createStaging } from './staging.ts'
import { createOutput, type OutputFile } from './takes.ts'
import { createWitness } from './witness.ts'

export interface RenderFilesOptions {
  /** Default: what the files' names say. */
  readonly format?: OutputFormat
  readonly sampleRate?: number
  readonly force?: boolean
  readonly threads?: number
  readonly tail?: number
  /** The processors, with the impulse responses that the graph names (`convolution`). Default: the usual ones. */
  readonly registry?: Registry
  readonly signal?: AbortSignal
  readonly progress?: (fraction: number) => void
}

/**
 * Renders a graph over files into files. They appear under their names when they are complete, with what the inputs
 * say alike: tags, artwork; inputs are aligned by their time references.
 * @param inputs file of every input of the graph, of any rate
 * @param outputs file of the outputs that are wanted
 * @throws AudioFileError, GraphError, RangeError with place, value and remedy; the signal's reason
 */
export async function renderFiles(
  graph: Graph,
  inputs: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, string>>,
  options: RenderFilesOptions = {}
): Promise<{ frames: number; sampleRate: number; remark?: string }> {
  checkNames(graph, inputs, outputs)
  const { signal, force = false } = options,
    witness = createWitness(),
    infos = await Promise.all(Object.values(inputs).map(path => readAudioInfo(path, signal ? { signal } : {}))),
    sampleRate = options.sampleRate ?? highestRate(infos),
    { delays, start, remark } = startsOf(Object.keys(inputs).map((name, i) => ({ name, ...infos[i]! })))
  checkRates(graph, sampleRate, options.registry, rate => `add --rate ${rate}`)
  for (const path of Object.values(inputs)) witness.see(path)
  for (const path of Object.values(outputs)) outputFormatOf(path, options.format)
  const label = await labelOf(Object.values(inputs), sampleRate, start)
  const stop = new AbortController(),
    ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const pool = createPool(options.threads, ends),
    staging = createStaging(tmpdir(), { force: false })
  const clips: Record<string, ImportedClip> = {},
    takes = new Map<string, OutputFile>()
  try {
    for (const [name, path] of Object.entries(outputs))
      takes.set(
        name,
        await createOutput(path, {
          ...label,
          sampleRate,
          channels: graph.outputs[name]!.channels,
          format: outputFormatOf(path, options.format),
          force
        })
      )
    for (const [i, [name, path]] of Object.entries(inputs).entries()) {
      const made = await importClip(path, { sampleRate, cacheFolder: staging.scratch, signal: ends }),
        clip = (clips[name] = delayed(made, Math.round(delays[i]! * sampleRate)))
      if (clip.channels > graph.inputs[name]!.channels)
        throw new AudioFileError(
          'too-many-channels',
          path,
          `is stereo, but the graph's input ${name} is mono`,
          'give a mono file, or declare the input with "channels": 2'
        )
    }
    const sinks: Record<string, Sink> = Object.fromEntries([...takes].map(([name, take]) => [name, take.write]))
    const { frames } = await renderOnThreads(
      graph,
      clips,
      sinks,
      {
        sampleRate,
        kernels: await loadKernels(),
        signal: ends,
        ...(options.tail !== undefined && { tail: options.tail }),
        ...(options.registry && { registry: options.registry }),
        ...(options.progress && { progress: options.progress })
      },
      pool
    )
    ends.throwIfAborted()
    witness.check()
    for (const take of takes.values()) await take.close()
    takes.clear()
    return { frames, sampleRate, ...(remark !== undefined && { remark }) }
  } catch (error) {
    stop.abort(error)
    throw signal?.aborted ? signal.reason : witness.reasonFor(error)
  } finally {
    await pool.close()
    for (const clip of Object.values(clips)) clip.close()
    for (const take of takes.values()) await take.discard()
    staging.discard()
  }
}

function checkNames(
  graph: Graph,
  inputs: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, string>>
): void {
  const check = (names: readonly string[], all: readonly string[], what: string) => {
    for (const name of names) if (!all.includes(name)) throw new RangeError(unknownName(what, name, all))
  }
  check(Object.keys(inputs), Object.keys(graph.inputs), 'input of the graph')
  check(Object.keys(outputs), Object.keys(graph.outputs), 'output of the graph')
  const missing = Object.keys(graph.inputs).filter(name => !inputs[name])
  if (missing.length)
    throw new RangeError(`the graph's inputs ${missing.join(', ')} have no file; add --in ${missing[0]}=FILE`)
  const taken = new Map(Object.entries(inputs).map(([name, path]) => [resolve(path), `the input ${name}`]))
  for (const [name, path] of Object.entries(outputs)) {
    const other = taken.get(resolve(path))
    if (other) throw new RangeError(`${path}: the output ${name} would overwrite ${other}; choose another name`)
    taken.set(resolve(path), `the output ${name}`)
  }
}

function highestRate(infos: readonly AudioInfo[]): number {
  if (infos.length === 0) throw new RangeError('a graph without inputs needs a rate; add --rate 48000')
  return Math.max(...infos.map(info => info.sampleRate))
}
