/** What becomes of a graph file. */
import { GraphError, limits, parseGraph, render } from '../src/index.ts'
import { kernels } from './kernels.ts'

/** Letters of a message, and ms for it. */
const most = { letters: 20_000, ms: 10_000 }

/**
 * Reads a graph and renders a little of it.
 * @returns whether it was heard, or refused by our error. @throws Error for anything else
 */
export async function graphOutcome(text: string): Promise<'heard' | 'refused'> {
  const began = performance.now()
  try {
    const graph = parseGraph(text),
      noise = new Float32Array(200).map((_, i) => Math.sin(i * i)),
      inputs = Object.entries(graph.inputs).map(([name, { channels }]) => [
        name,
        Array<Float32Array>(channels).fill(noise)
      ])
    if (Object.keys(graph.nodes).length > limits.nodes) throw new Error('too many nodes')
    const out = await render(graph, Object.fromEntries(inputs), { sampleRate: 48000, kernels, frames: 200 })
    for (const [name, { channels }] of Object.entries(graph.outputs))
      if (out[name]?.length !== channels || out[name].some(c => c.length !== 200))
        throw new Error(`${name} is not whole`)
    return 'heard'
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    if (error.message.length > most.letters) throw new Error(`a message of ${error.message.length} letters`)
    if (error.problems.length === 0) throw new Error('no problem is named')
    return 'refused'
  } finally {
    const took = performance.now() - began
    // biome-ignore lint/correctness/noUnsafeFinally: a hang is worse than what it came with
    if (took > most.ms) throw new Error(`it took ${(took / 1000).toFixed(1)} s`)
  }
}
