/** How long a graph still sounds after its inputs have ended. */
import { defaultsOf, type Env, type Params, type Registry } from '@mixwright/dsp'
import { type Graph, input, isLane, output } from './graph.ts'
import { incoming, topological } from './order.ts'

/**
 * Seconds to −60 dB along the path on which the tails add up most. A lane counts with its greatest value at any end of
 * the range.
 */
export function tailOf(graph: Graph, registry: Registry, env: Env): number {
  const into = incoming(graph),
    tails = new Map<string, number>()
  const longest = (id: string) =>
    (into.get(id) ?? []).reduce(
      (t, edge) => Math.max(t, edge.from[0] === input ? 0 : (tails.get(edge.from[0]) ?? 0)),
      0
    )
  for (const id of topological(graph)) {
    const node = graph.nodes[id]!,
      def = registry[node.type]!,
      own = (pick: (values: readonly number[]) => number) =>
        def.tail?.(
          {
            ...defaultsOf(def.params as Params),
            ...Object.fromEntries(
              Object.entries(node.params ?? {}).map(([name, v]) => [name, isLane(v) ? pick(v.lane.map(p => p[1])) : v])
            )
          },
          env
        ) ?? 0
    tails.set(
      id,
      longest(id) +
        (node.bypass
          ? 0
          : Math.max(
              own(v => Math.max(...v)),
              own(v => Math.min(...v))
            ))
    )
  }
  return longest(output)
}
