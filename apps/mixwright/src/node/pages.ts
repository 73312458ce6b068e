/** Text into files: complete under its name, or not there. */
import { type Kernels, type Registry, processors } from '@mixwright/dsp'
import { flacBytes } from '@mixwright/files'
import { render, type Graph } from '@mixwright/graph'
import { base64, processorReference } from '@mixwright/tasks'
import { loadKernels } from '../kernels.ts'
import { createFileSink } from './byte-files.ts'

/** @throws AudioFileError if the name is taken (without `force`) or cannot be written */
export async function writeText(path: string, text: string, { force = false } = {}): Promise<void> {
  const sink = await createFileSink(path, { force })
  try {
    await sink.write(new TextEncoder().encode(text))
    await sink.commit()
  } finally {
    await sink.discard()
  }
}

/** Seconds of noise that a cost is measured with, and how often; the least of them counts. */
const measured = 2,
  times = 3

/** The reference of all processors as one page. @throws as `writeText`; the signal's reason */
export async function writeReference(
  path: string,
  {
    force = false,
    signal,
    progress
  }: { readonly force?: boolean; readonly signal?: AbortSignal; readonly progress?: (fraction: number) => void } = {}
): Promise<void> {
  const kernels = await loadKernels(),
    html = await processorReference({
      kernels,
      registry: processors as Registry,
      embed: async (audio, sampleRate) => base64(flacBytes(audio, { sampleRate, seed: 0, name: path })),
      cost: graph => costOf(graph, kernels),
      progress: fraction => {
        signal?.throwIfAborted()
        progress?.(fraction)
      }
    })
  await writeText(path, html, { force })
}

async function costOf(graph: Graph, kernels: Kernels): Promise<number> {
  const sampleRate = 48000,
    frames = measured * sampleRate,
    noise = [0, 1].map(() => Float32Array.from({ length: frames }, () => Math.random() - 0.5))
  let least = Number.POSITIVE_INFINITY
  for (let k = 0; k < times; k++) {
    const before = performance.now()
    await render(graph, { main: noise }, { kernels, sampleRate, frames })
    least = Math.min(least, performance.now() - before)
  }
  return (least * 1e6) / frames
}
