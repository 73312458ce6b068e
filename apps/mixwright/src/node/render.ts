/** A graph over files: inputs by name from files, outputs by name to WAV files. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { unknownName } from '@mixwright/dsp'
import { AudioFileError, type WavFormat } from '@mixwright/files'
import type { Graph, Sink } from '@mixwright/graph'
import { loadKernels } from '../kernels.ts'
import { importClip, type ImportedClip, readAudioInfo } from './audio-files.ts'
import { renderOnThreads } from './parallel.ts'
import { createPool } from './pool.ts'
import { createTake } from './takes.ts'

export interface RenderFilesOptions {
  readonly format?: WavFormat; readonly sampleRate?: number; readonly force?: boolean; readonly threads?: number; readonly tail?: number
  readonly signal?: AbortSignal; readonly progress?: (fraction: number) => void
}

/** @throws AudioFileError, GraphError, RangeError with place, value and remedy */
export async function renderFiles(graph: Graph, inputs: Readonly<Record<string, string>>, outputs: Readonly<Record<string, string>>, options: RenderFilesOptions = {}): Promise<{ frames: number; sampleRate: number }> {
  const check = (names: readonly string[], all: readonly string[], what: string) => { for (const name of names) if (!all.includes(name)) throw new RangeError(unknownName(what, name, all)) }
  check(Object.keys(inputs), Object.keys(graph.inputs), 'input of the graph')
  check(Object.keys(outputs), Object.keys(graph.outputs), 'output of the graph')
  const missing = Object.keys(graph.inputs).filter((name) => !inputs[name])
  if (missing.length) throw new RangeError(`the graph's inputs ${missing.join(', ')} have no file; add --in ${missing[0]}=FILE`)
  const { signal } = options, how = signal ? { signal } : {}, sampleRate = options.sampleRate ?? Math.max(0, ...await Promise.all(Object.values(inputs).map(async (path) => (await readAudioInfo(path, how)).sampleRate)))
  if (sampleRate === 0) throw new RangeError('a graph without inputs needs a rate; add --rate 48000')
  const stop = new AbortController(), ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal, pool = createPool(options.threads ?? Math.min(8, cpus().length), new URL('./worker.js', import.meta.url), ends)
  const cacheFolder = mkdtempSync(join(tmpdir(), 'mixwright-')), clips: Record<string, ImportedClip> = {}, takes = new Map<string, Awaited<ReturnType<typeof createTake>>>()
  try {
    for (const [name, path] of Object.entries(inputs)) {
      const clip = clips[name] = await importClip(path, { sampleRate, cacheFolder, signal: ends })
      if (clip.channels > graph.inputs[name]!.channels) throw new AudioFileError('too-many-channels', path, `is stereo, but the graph's input ${name} is mono`, `give a mono file, or declare the input with "channels": 2`)
    }
    for (const [name, path] of Object.entries(outputs)) takes.set(name, await createTake(path, { sampleRate, channels: graph.outputs[name]!.channels, format: options.format ?? 'f32', force: options.force ?? false }))
    const sinks: Record<string, Sink> = Object.fromEntries([...takes].map(([name, take]) => [name, take.write]))
    const { frames } = await renderOnThreads(graph, clips, sinks, { sampleRate, kernels: await loadKernels(), signal: ends, ...options.tail !== undefined && { tail: options.tail }, ...options.progress && { progress: options.progress } }, pool)
    for (const take of takes.values()) (await take.close()).close()
    return { frames, sampleRate }
  } catch (error) {
    stop.abort(error)
    await Promise.all([...takes.values()].map((take) => take.discard()))
    throw signal?.aborted ? signal.reason : error
  } finally {
    for (const clip of Object.values(clips)) clip.close()
    await pool.close()
    rmSync(cacheFolder, { recursive: true, force: true })
  }
}
