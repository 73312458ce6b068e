/** Graphs changed: a node put in, a node taken out, numbers turned. What was given stays as it was. */
import { type Automatable, type Edge, type End, type Graph, input, isLane, type Node, output } from './graph.ts'

/** With a node that hears what `end` gives, in its place: all that read `end` read the node. */
export function insertedAfter(graph: Graph, end: End, id: string, node: Node): Graph {
  if (Object.hasOwn(graph.nodes, id)) throw new RangeError(`there is a node "${id}" already`)
  const moved = graph.edges.map(edge =>
    edge.from[0] === end[0] && edge.from[1] === end[1] ? { ...edge, from: [id, 'main'] as const } : edge
  )
  return {
    ...graph,
    nodes: { ...graph.nodes, [id]: node },
    edges: [...moved, { from: end, to: [id, 'main'] }]
  }
}

/** Without a node: what it read its readers read, gains added. What then reaches no output goes with it. */
export function without(graph: Graph, id: string): Graph {
  const into = graph.edges.filter(({ to }) => to[0] === id && to[1] === 'main'),
    out = graph.edges.filter(({ from }) => from[0] === id),
    rest = graph.edges.filter(({ from, to }) => from[0] !== id && to[0] !== id),
    joined = out.flatMap(after => into.map(before => ({ from: before.from, to: after.to, ...gainOf(before, after) }))),
    { [id]: _, ...nodes } = graph.nodes
  return connected({ ...graph, nodes, edges: [...rest, ...joined] })
}
const gainOf = (before: Edge, after: Edge) => {
  const gains = [before.gain, after.gain].filter(gain => gain !== undefined)
  if (gains.length < 2) return gains.length ? { gain: gains[0]! } : {}
  if (gains.some(isLane)) throw new RangeError('two edges with gains, of which one is a lane, cannot be joined')
  return { gain: gains.reduce((sum: number, gain) => sum + (gain as number), 0) }
}

/** Without an edge, and without what then reaches no output or hears nothing. */
export function withoutEdge(graph: Graph, index: number): Graph {
  return connected({ ...graph, edges: graph.edges.filter((_, i) => i !== index) })
}

/** Only what some output hears. */
function connected(graph: Graph): Graph {
  const alive = new Set<string>([output])
  for (let grown = true; grown; ) {
    grown = false
    for (const { from, to } of graph.edges)
      if (alive.has(to[0]) && from[0] !== input && !alive.has(from[0])) {
        alive.add(from[0])
        grown = true
      }
  }
  return {
    ...graph,
    nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => alive.has(id))),
    edges: graph.edges.filter(({ to }) => alive.has(to[0]))
  }
}

/** With a parameter of a node set. */
export const withParam = (graph: Graph, node: string, param: string, value: Automatable): Graph => ({
  ...graph,
  nodes: {
    ...graph.nodes,
    [node]: { ...graph.nodes[node]!, params: { ...graph.nodes[node]!.params, [param]: value } }
  }
})
/** With the gain of an edge, by its index, set. */
export const withGain = (graph: Graph, edge: number, gain: Automatable): Graph => ({
  ...graph,
  edges: graph.edges.map((one, i) => (i === edge ? { ...one, gain } : one))
})
