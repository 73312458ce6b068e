/** What turns one graph into another without a new plan: numbers. */
import { numeric, type Params, processors, type Registry } from '@mixwright/dsp'
import { type Graph, isLane, type Node } from '../graph.ts'

export type Change = Turn | EdgeTurn
/** A parameter. */
export interface Turn {
  readonly node: string
  readonly param: string
  /** In its own unit; choices by their number. */
  readonly value: number
  /** On its way it may pass what lies between. */
  readonly glides: boolean
}
/** The gain of the edge with this index. */
export interface EdgeTurn {
  readonly edge: number
  /** dB */
  readonly gain: number
}

/** @returns undefined where they differ in more than numbers: then the new one needs a plan of its own */
export function changesBetween(from: Graph, to: Graph, registry: Registry = processors): Change[] | undefined {
  if (shapeOf(from, registry) !== shapeOf(to, registry)) return undefined
  const changes: Change[] = []
  for (const [id, node] of Object.entries(to.nodes)) {
    const params = registry[node.type]!.params as Params
    for (const [name, param] of Object.entries(params)) {
      const value = node.params?.[name] ?? param.default,
        before = from.nodes[id]!.params?.[name] ?? param.default
      if (value !== before && !isLane(value))
        changes.push({
          node: id,
          param: name,
          value: numeric(param, value),
          glides: param.kind === 'number' && !param.integer
        })
    }
  }
  to.edges.forEach(({ gain }, edge) => {
    if (gain !== from.edges[edge]!.gain && gain !== undefined && !isLane(gain)) changes.push({ edge, gain })
  })
  return changes
}

/** All but the numbers that a plan can be told. */
const shapeOf = ({ inputs, outputs, nodes, edges }: Graph, registry: Registry): string =>
  JSON.stringify([
    inputs,
    outputs,
    Object.entries(nodes).map(([id, node]) => [id, node.type, node.bypass ?? false, fixedOf(node, registry)]),
    edges.map(({ from, to, gain }) => [from, to, typeof gain === 'number' ? 'gain' : (gain ?? null)])
  ])
/** Lanes, and parameters that decide how much memory there is. */
const fixedOf = ({ type, params = {} }: Node, registry: Registry) => {
  const shape = registry[type]?.kernel?.shape ?? []
  return Object.entries(params).filter(([name, value]) => isLane(value) || shape.includes(name))
}
