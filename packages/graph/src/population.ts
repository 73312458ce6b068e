/** Many graphs of one shape, or of several, side by side: the plan packs what they have in common into lanes. */
import { type Edge, type End, type Graph, type GraphPort, input, type Node, output } from './graph.ts'
import { incoming, topological } from './order.ts'

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

/**
 * The same outputs with less work: what several of them compute alike, node for node from the inputs on, is computed once.
 * A node is called as in the first graph that has it.
 */
export function sideBySideShared(graphs: readonly Graph[]): Graph {
  const inputs: Record<string, GraphPort> = {},
    outputs: Record<string, GraphPort> = {},
    nodes: Record<string, Node> = {},
    edges: Edge[] = [],
    made = new Map<string, string>()
  graphs.forEach((graph, i) => {
    const into = incoming(graph),
      names = new Map([[input, input]]),
      /** Edges into a node, from where their sources are in the whole. */
      feeding = (id: string): Edge[] =>
        (into.get(id) ?? []).map(edge => ({ ...edge, from: [names.get(edge.from[0])!, edge.from[1]] }))
    Object.assign(inputs, graph.inputs)
    for (const id of topological(graph)) {
      const { type, params, bypass } = graph.nodes[id]!,
        feeds = feeding(id),
        what = JSON.stringify([type, params, bypass, feeds.map(({ from, to, gain }) => [from, to[1], gain])]),
        name = made.get(what) ?? `${i}/${id}`
      names.set(id, name)
      if (made.has(what)) continue
      made.set(what, name)
      nodes[name] = graph.nodes[id]!
      edges.push(...feeds.map((edge): Edge => ({ ...edge, to: [name, edge.to[1]] })))
    }
    for (const [name, port] of Object.entries(graph.outputs)) outputs[outputOf(i, name)] = port
    edges.push(...feeding(output).map((edge): Edge => ({ ...edge, to: [output, outputOf(i, edge.to[1])] })))
  })
  return { version: 1, inputs, outputs, nodes, edges }
}
