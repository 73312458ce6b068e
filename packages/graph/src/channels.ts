/**
 * Channel rules: a mono signal stays mono until something makes it stereo; where the two meet, mono becomes stereo
 * (both sides alike).
 */
import type { Registry } from '@mixwright/dsp'
import { type Graph, input, output } from './graph.ts'
import { incoming, topological } from './order.ts'

/**
 * Channels (1 or 2) of every node's outlets, and of what arrives at every output (`output.NAME`). The graph must be
 * valid.
 */
export function channelsOf(graph: Graph, registry: Registry): Map<string, 1 | 2> {
  const into = incoming(graph),
    channels = new Map<string, 1 | 2>()
  const arriving = (from: readonly (readonly [string, string])[]): 1 | 2 =>
    from.some(([node, port]) => (node === input ? graph.inputs[port]!.channels : channels.get(node)) === 2) ? 2 : 1
  for (const id of topological(graph)) {
    const node = graph.nodes[id]!,
      stereo = registry[node.type]?.channels === 'stereo' && !node.bypass
    channels.set(id, stereo ? 2 : arriving((into.get(id) ?? []).map(edge => edge.from)))
  }
  for (const name of Object.keys(graph.outputs))
    channels.set(
      `${output}.${name}`,
      arriving((into.get(output) ?? []).filter(edge => edge.to[1] === name).map(edge => edge.from))
    )
  return channels
}
