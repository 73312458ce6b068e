/**
 * Splitting a graph over threads. A part is a graph like any other: it takes some of the inputs and gives the outputs
 * that depend on
 * these alone, and the signals that the rest of the graph needs. Rendering the parts and then the rest gives the same
 * samples.
 */
import { processors, type Registry } from '@mixwright/dsp'
import { channelsOf } from './channels.ts'
import { type Edge, type End, type Graph, type GraphPort, input, output } from './graph.ts'
import { incoming, topological } from './order.ts'
import { compile } from './compile.ts'
import type { PlanOptions } from './plan.ts'

/**
 * What the rest takes from the parts, and by how many samples each of these signals is late: to be rendered with
 * `late`, and `arrivals`.
 */
export function handovers({ parts, rest }: Partition, options: PlanOptions): Record<string, number> {
  return Object.fromEntries(
    parts.flatMap(part => {
      const names = Object.keys(part.outputs).filter(name => rest && Object.hasOwn(rest.inputs, name))
      return names.length ? names.map(name => [name, compile(part, options).latency] as const) : []
    })
  )
}

export interface Partition {
  readonly parts: readonly Graph[]
  /** What needs several parts; its inputs are outputs of the parts, by the same names. Undefined: nothing is left. */
  readonly rest: Graph | undefined
}

/**
 * A source goes where it is wanted, as an input does; no input has this name. Control signals (an LFO) are less work than
 * waiting for one: every part has its own.
 */
const sourceName = (id: string): string => `\n${id}`

/** @param count parts wanted; fewer come back where the graph does not fall apart */
export function partition(graph: Graph, count: number, registry: Registry = processors): Partition {
  const into = incoming(graph),
    order = topological(graph),
    ancestry = new Map<string, Set<string>>()
  for (const id of order)
    ancestry.set(
      id,
      new Set(
        into.get(id)?.flatMap(edge => (edge.from[0] === input ? [edge.from[1]] : [...ancestry.get(edge.from[0])!])) ??
          (registry[graph.nodes[id]!.type]?.family === 'control' ? [] : [sourceName(id)])
      )
    )
  const parts = assign(clusters(graph, ancestry, count, registry), count),
    partOf = new Map<string, number>()
  for (const id of order) {
    const needs = [...ancestry.get(id)!],
      index = parts.findIndex(names => needs.every(name => names.has(name)))
    if (index >= 0 && needs.length > 0) partOf.set(id, index)
  }
  const free = new Set(order.filter(id => ancestry.get(id)!.size === 0))
  return cut(graph, parts, partOf, free, channelsOf(graph, registry), into)
}

/** Rough cost of a node in units of a filter, from what its kernel declares. */
const cost = (type: string, registry: Registry): number => {
  const kernel = registry[type]?.kernel
  return kernel ? 1 + 2 * kernel.tape : 20
}

interface Cluster {
  readonly names: Set<string>
  readonly cost: number
}
/** Inputs that heavy nodes want together, as long as no cluster outgrows its share. */
function clusters(graph: Graph, ancestry: Map<string, Set<string>>, count: number, registry: Registry): Cluster[] {
  const costs = Object.entries(graph.nodes).map(([id, node]) => ({
    needs: ancestry.get(id)!,
    cost: cost(node.type, registry)
  }))
  const inside = (names: Set<string>) =>
    costs.reduce((sum, node) => sum + ([...node.needs].every(name => names.has(name)) ? node.cost : 0), 0)
  const share = costs.reduce((sum, node) => sum + node.cost, 0) / count
  const sources = [...ancestry].filter(([id, needs]) => needs.has(sourceName(id))).map(([id]) => sourceName(id))
  let list: Set<string>[] = [...Object.keys(graph.inputs), ...sources].map(name => new Set([name]))
  const wishes = [
    ...new Map(
      costs.filter(node => node.needs.size > 1).map(node => [[...node.needs].sort().join('\n'), node.needs])
    ).values()
  ].sort((a, b) => a.size - b.size)
  for (const wish of wishes) {
    const touched = list.filter(names => [...names].some(name => wish.has(name))),
      merged = new Set(touched.flatMap(names => [...names]))
    if (touched.length > 1 && inside(merged) <= share * 1.1)
      list = [...list.filter(names => !touched.includes(names)), merged]
  }
  return list.map(names => ({ names, cost: inside(names) }))
}

/** Longest processing time first. */
function assign(list: readonly Cluster[], count: number): Set<string>[] {
  const bins = Array.from({ length: Math.min(count, list.length) }, () => ({ names: new Set<string>(), cost: 0 }))
  for (const { names, cost } of [...list].sort((a, b) => b.cost - a.cost)) {
    const bin = bins.reduce((least, b) => (b.cost < least.cost ? b : least))
    for (const name of names) bin.names.add(name)
    bin.cost += cost
  }
  return bins.map(bin => bin.names)
}

const boundary = (end: End): string => (end[0] === input ? end[1] : `${end[0]} ${end[1]}`)

/** @param free control signals that no input or source reaches: every part has its own */
function cut(
  graph: Graph,
  inputsOf: readonly Set<string>[],
  partOf: Map<string, number>,
  free: ReadonlySet<string>,
  channels: Map<string, 1 | 2>,
  into: Map<string, Edge[]>
): Partition {
  interface Draft {
    inputs: Record<string, GraphPort>
    outputs: Record<string, GraphPort>
    edges: Edge[]
  }
  const draft = (): Draft => ({ inputs: {}, outputs: {}, edges: [] }),
    drafts = inputsOf.map(draft),
    rest = draft()
  const home = (end: End) =>
    end[0] === input ? inputsOf.findIndex(names => names.has(end[1])) : (partOf.get(end[0]) ?? -1)
  const homeOfOutput = new Map(
    Object.keys(graph.outputs).map(name => {
      const homes = new Set((into.get(output) ?? []).filter(edge => edge.to[1] === name).map(edge => home(edge.from)))
      return [name, homes.size === 1 ? [...homes][0]! : -1]
    })
  )
  const use = (index: number, from: End): End => {
    const target = index < 0 ? rest : drafts[index]!,
      source = home(from)
    if ((source === index && from[0] !== input) || free.has(from[0])) return from
    if (from[0] === input && index >= 0) {
      target.inputs[from[1]] = graph.inputs[from[1]]!
      return from
    }
    // Between a part and the rest: an output there, an input here.
    const name = boundary(from),
      port = { channels: from[0] === input ? graph.inputs[from[1]]!.channels : channels.get(from[0])! }
    if (from[0] !== input && !drafts[source]!.outputs[name]) {
      drafts[source]!.outputs[name] = port
      drafts[source]!.edges.push({ from, to: [output, name] })
    }
    rest.inputs[name] = port
    return [input, name]
  }
  for (const edge of graph.edges) {
    if (free.has(edge.to[0])) {
      for (const each of [...drafts, rest]) each.edges.push(edge)
      continue
    }
    const index = edge.to[0] === output ? homeOfOutput.get(edge.to[1])! : (partOf.get(edge.to[0]) ?? -1),
      target = index < 0 ? rest : drafts[index]!
    if (edge.to[0] === output) target.outputs[edge.to[1]] = graph.outputs[edge.to[1]]!
    target.edges.push({ ...edge, from: use(index, edge.from) })
  }
  const nodesOf = (index: number) =>
    Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => free.has(id) || (partOf.get(id) ?? -1) === index))
  const finish = ({ inputs, outputs, edges }: Draft, index: number): Graph => ({
    version: 1,
    name: `${graph.name ?? 'graph'}, ${index < 0 ? 'rest' : `part ${index + 1}`}`,
    inputs,
    outputs,
    nodes: nodesOf(index),
    edges
  })
  return {
    parts: drafts.map(finish).filter(part => Object.keys(part.outputs).length > 0),
    rest: Object.keys(rest.outputs).length > 0 ? finish(rest, -1) : undefined
  }
}
