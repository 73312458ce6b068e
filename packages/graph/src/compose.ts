/** Building graphs from nodes and from other graphs. Composite devices are functions that return graphs. */
import type { Automatable, Edge, End, Graph, GraphPort, Node } from './graph.ts'
import { input, output } from './graph.ts'

/** A graph under construction. Nothing is checked here; `validate` checks the whole. */
export interface Builder {
  node(id: string, node: Node): End
  wire(from: End, to: End, gain?: Automatable): void
  input(name: string, port: GraphPort): End
  output(name: string, port: GraphPort, from?: End, gain?: Automatable): End
  /** Puts a whole graph in, its node ids under `prefix/`. Returns the ends of its outputs; its inputs read `feeds`. */
  insert(prefix: string, graph: Graph, feeds: Readonly<Record<string, End>>): Record<string, End>
  graph(): Graph
}

export function builder(name?: string): Builder {
  const inputs: Record<string, GraphPort> = {},
    outputs: Record<string, GraphPort> = {},
    nodes: Record<string, Node> = {},
    edges: Edge[] = []
  const wire = (from: End, to: End, gain?: Automatable) => {
    edges.push({ from, to, ...(gain !== undefined && { gain }) })
  }
  return {
    wire,
    node(id, node) {
      if (Object.hasOwn(nodes, id)) throw new Error(`there is a node "${id}" already`)
      nodes[id] = node
      return [id, 'main']
    },
    input(id, port) {
      inputs[id] = port
      return [input, id]
    },
    output(id, port, from, gain) {
      outputs[id] = port
      if (from) wire(from, [output, id], gain)
      return [output, id]
    },
    insert(prefix, graph, feeds) {
      const inside = (id: string) => `${prefix}/${id}`,
        ends: Record<string, End> = {}
      for (const [id, node] of Object.entries(graph.nodes)) nodes[inside(id)] = node
      for (const { from, to, gain } of graph.edges) {
        const source: End = from[0] === input ? feeds[from[1]]! : [inside(from[0]), from[1]]
        if (to[0] !== output) wire(source, [inside(to[0]), to[1]], gain)
        else if (gain === undefined && !ends[to[1]]) ends[to[1]] = source
        else throw new Error(`output ${to[1]} of the inserted graph has several edges or a gain; end it in a mix node`)
      }
      return ends
    },
    graph: () => ({ version: 1, ...(name !== undefined && { name }), inputs, outputs, nodes, edges })
  }
}

/** A chain: one stereo input `main`, the nodes in order, one stereo output `main`. An empty chain passes its input. */
export function chain(nodes: Readonly<Record<string, Node>>, name?: string): Graph {
  const made = builder(name),
    stereo = { channels: 2 } as const
  let last = made.input('main', stereo)
  for (const [id, node] of Object.entries(nodes)) {
    const next = made.node(id, node)
    made.wire(last, next)
    last = next
  }
  made.output('main', stereo, last)
  return made.graph()
}
