/** Order of a graph: what must be computed before what. */
import type { Edge, Graph } from './graph.ts'
import { input, output } from './graph.ts'

/** Edges by the node they enter. */
export function incoming(graph: Graph): Map<string, Edge[]> {
  const into = new Map<string, Edge[]>()
  for (const edge of graph.edges) {
    const list = into.get(edge.to[0])
    if (list) list.push(edge)
    else into.set(edge.to[0], [edge])
  }
  return into
}

/**
 * Nodes in an order in which every node follows its sources; ties keep the order of the file. Iterative: any depth.
 * @throws CycleError with the path of the first cycle found.
 */
export function topological(graph: Graph): string[] {
  const into = incoming(graph),
    order: string[] = [],
    state = new Map<string, 'open' | 'done'>()
  const sources = (id: string) =>
    (into.get(id) ?? [])
      .map(edge => edge.from[0])
      .filter(from => from !== input && from !== output && Object.hasOwn(graph.nodes, from))
  for (const root of Object.keys(graph.nodes)) {
    if (state.has(root)) continue
    const stack = [{ id: root, rest: sources(root) }]
    state.set(root, 'open')
    while (stack.length) {
      const top = stack[stack.length - 1]!,
        next = top.rest.shift()
      if (next === undefined) {
        state.set(top.id, 'done')
        order.push(top.id)
        stack.pop()
        continue
      }
      if (state.get(next) === 'open')
        throw new CycleError([...stack.map(s => s.id).slice(stack.findIndex(s => s.id === next)), next].reverse())
      if (!state.has(next)) {
        state.set(next, 'open')
        stack.push({ id: next, rest: sources(next) })
      }
    }
  }
  return order
}

/** A graph that feeds itself. `path` runs in signal direction and ends where it began. */
export class CycleError extends Error {
  constructor(readonly path: readonly string[]) {
    const told = path.length > 12 ? [...path.slice(0, 10), `… (${path.length - 11} more)`, path[path.length - 1]] : path
    super(`graph has a cycle: ${told.join(' -> ')}`)
    this.name = 'CycleError'
  }
}
