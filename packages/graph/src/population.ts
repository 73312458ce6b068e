/** Many graphs of one shape, or of several, side by side: the plan packs what they have in common into lanes. */
import { type Edge, type End, type Graph, type GraphPort, input, type Node, output } from './graph.ts'

/** What one of a population has its own way: parameters by node. */
export type Individual = Readonly<Record<string, Node['params']>>

export const individual = (graph: Graph, own: Individual): Graph => ({
  ...graph,
  nodes: Object.fromEntries(
    Object.entries(graph.nodes).map(([id, node]) => [
      id,
      own[id] ? { ...node, params: { ...node.params, ...own[id] } } : node
    ])
  )
})

/** The name that an output of the graph with this index has among all. */
export const outputOf = (index: number, name: string): string => `${index}/${name}`

/**
 * One graph of all of them: inputs of one name are one input, nodes and outputs are called `INDEX/NAME`. Its gradients are
 * those of every single one.
 */
export function sideBySide(graphs: readonly Graph[]): Graph {
  const inputs: Record<string, GraphPort> = {},
    outputs: Record<string, GraphPort> = {},
    nodes: Record<string, Node> = {},
    edges: Edge[] = []
  graphs.forEach((graph, i) => {
    const inside = ([node, port]: End): End =>
      node === input ? [node, port] : node === output ? [node, outputOf(i, port)] : [`${i}/${node}`, port]
    Object.assign(inputs, graph.inputs)
    for (const [name, port] of Object.entries(graph.outputs)) outputs[outputOf(i, name)] = port
    for (const [id, node] of Object.entries(graph.nodes)) nodes[`${i}/${id}`] = node
    for (const edge of graph.edges) edges.push({ ...edge, from: inside(edge.from), to: inside(edge.to) })
  })
  return { version: 1, inputs, outputs, nodes, edges }
}
