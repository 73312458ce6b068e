/** The numbers of a graph, drawn anew. */
import { inletsOf, type NumberParam, processors, type Random, type Registry } from '@mixwright/dsp'
import type { Graph, Node } from '../graph.ts'
import { decibels } from './draw-graph.ts'
import { valuesOf } from './values.ts'
import { gains, modulation } from './weights.ts'

/**
 * The same graph with other numbers, by the laws of random graphs wherever a node may stand: where an estimation may start
 * that knows what there is but not how it is set. Choices, lanes and edges without a gain stay.
 */
export function redrawn(graph: Graph, random: Random, registry: Registry = processors): Graph {
  const nodes = Object.entries(graph.nodes).map(([id, node]): [string, Node] => {
      const def = registry[node.type]!,
        drawn = Object.entries(valuesOf(def, {}, random)).filter(
          ([name, value]) => typeof value === 'number' && typeof (node.params?.[name] ?? 0) === 'number'
        )
      return [id, drawn.length > 0 ? { ...node, params: { ...node.params, ...Object.fromEntries(drawn) } } : node]
    }),
    edges = graph.edges.map(edge => {
      if (typeof edge.gain !== 'number') return edge
      const def = registry[graph.nodes[edge.to[0]]?.type ?? ''],
        inlet = def && inletsOf(def).find(({ name }) => name === edge.to[1]),
        param = def?.params[inlet?.modulates ?? ''],
        kind = (param as Partial<NumberParam> | undefined)?.modulate
      return { ...edge, gain: decibels(kind ? modulation.depth[kind] : gains.beside, random) }
    })
  return { ...graph, nodes: Object.fromEntries(nodes), edges }
}
