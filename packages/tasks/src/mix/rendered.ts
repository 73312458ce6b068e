/** What a graph makes of clips, in memory: for passages, not for songs. */
import type { Audio, Clip } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import type { MixServices } from './services.ts'

export type RenderServices = Pick<MixServices, 'render' | 'signal'>

/** One output of a graph, in memory. @param name default: the first */
export async function rendered(
  graph: Graph,
  inputs: Readonly<Record<string, Clip>>,
  { render, signal }: RenderServices,
  name = Object.keys(graph.outputs)[0]!
): Promise<Audio> {
  const { channels } = graph.outputs[name]!,
    parts: Audio[] = [],
    { sampleRate } = Object.values(inputs)[0]!
  await render(
    graph,
    inputs,
    { [name]: audio => void parts.push(audio.map(c => c.slice())) },
    {
      sampleRate,
      tail: 0,
      ...(signal && { signal })
    }
  )
  return Array.from({ length: channels }, (_, c) => {
    const out = new Float32Array(parts.reduce((sum, part) => sum + part[c]!.length, 0))
    let at = 0
    for (const part of parts) {
      out.set(part[c]!, at)
      at += part[c]!.length
    }
    return out
  })
}
