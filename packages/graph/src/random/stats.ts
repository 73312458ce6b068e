/** What many graphs have in common: how large and deep they are, what they are made of, how it is set. */
import { inletsOf, processors, type Registry, toUnit } from '@mixwright/dsp'
import { type Graph, input, output } from '../graph.ts'
import { topological } from '../order.ts'

export interface Spread {
  readonly mean: number
  readonly least: number
  /** The quartiles. */
  readonly low: number
  readonly median: number
  readonly high: number
  readonly most: number
}
export interface GraphStatistics {
  readonly graphs: number
  readonly nodes: Spread
  readonly edges: Spread
  /** Nodes on the longest way from an input, or a source, to an output. */
  readonly depth: Spread
  /** Share of edges that carry a control signal or a sidechain: into an inlet other than the first. */
  readonly controls: number
  /** By processor, the most frequent first: how many there are per graph, and in which share of graphs. */
  readonly types: readonly { readonly type: string; readonly perGraph: number; readonly share: number }[]
  /** By processor and parameter: values in its unit, and how many lie in each tenth of its range on its own scale. */
  readonly params: Readonly<Record<string, Readonly<Record<string, Spread & { readonly tenths: readonly number[] }>>>>
}

/** @throws RangeError for no graphs */
export function graphStatistics(graphs: readonly Graph[], registry: Registry = processors): GraphStatistics {
  if (graphs.length === 0) throw new RangeError('no graphs; give at least one')
  const edges = graphs.flatMap(graph =>
      graph.edges.map(({ to }) => ({ type: graph.nodes[to[0]]?.type, inlet: to[1] }))
    ),
    nodes = graphs.map(graph => Object.values(graph.nodes)),
    counts = new Map<string, { count: number; graphs: number }>()
  for (const list of nodes) {
    for (const { type } of list) counted(counts, type).count++
    for (const type of new Set(list.map(one => one.type))) counted(counts, type).graphs++
  }
  return {
    graphs: graphs.length,
    nodes: spreadOf(nodes.map(list => list.length)),
    edges: spreadOf(graphs.map(graph => graph.edges.length)),
    depth: spreadOf(graphs.map(depthOf)),
    controls:
      edges.filter(({ type, inlet }) => type !== undefined && inletsOf(registry[type]!)[0]?.name !== inlet).length /
      Math.max(1, edges.length),
    types: [...counts]
      .map(([type, { count, graphs: having }]) => ({
        type,
        perGraph: count / graphs.length,
        share: having / graphs.length
      }))
      .sort((a, b) => b.perGraph - a.perGraph || (a.type < b.type ? -1 : 1)),
    params: paramsOf(graphs, registry)
  }
}

function counted(counts: Map<string, { count: number; graphs: number }>, type: string) {
  const found = counts.get(type) ?? { count: 0, graphs: 0 }
  counts.set(type, found)
  return found
}

function depthOf(graph: Graph): number {
  const depth = new Map<string, number>([[input, 0]])
  for (const id of [...topological(graph), output]) {
    const before = graph.edges.filter(({ to }) => to[0] === id).map(({ from }) => depth.get(from[0]) ?? 0)
    depth.set(id, Math.max(0, ...before) + (id === output ? 0 : 1))
  }
  return depth.get(output)!
}

function paramsOf(graphs: readonly Graph[], registry: Registry): GraphStatistics['params'] {
  const values: Record<string, Record<string, number[]>> = {}
  for (const { nodes } of graphs)
    for (const { type, params = {} } of Object.values(nodes))
      for (const [name, value] of Object.entries(params))
        if (typeof value === 'number') ((values[type] ??= {})[name] ??= []).push(value)
  return Object.fromEntries(
    Object.entries(values).map(([type, params]) => [
      type,
      Object.fromEntries(
        Object.entries(params).map(([name, list]) => {
          const param = registry[type]!.params[name]!,
            tenths = new Array<number>(10).fill(0)
          for (const value of list) tenths[Math.min(9, Math.floor(10 * toUnit(param, value)))]!++
          return [name, { ...spreadOf(list), tenths }]
        })
      )
    ])
  )
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b),
    at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
  return {
    mean: values.reduce((sum, x) => sum + x, 0) / values.length,
    least: sorted[0]!,
    low: at(0.25),
    median: at(0.5),
    high: at(0.75),
    most: sorted.at(-1)!
  }
}
