/**
 * The way from one graph to another, as a graph: what goes and what comes are both in it, and the edges in which they differ
 * fade. So nothing jumps anywhere, not even in front of something that would remember it for long.
 */
import { controlPeriod } from '../automation.ts'
import { edgeGainRange } from '../validate.ts'
import {
  type Automatable,
  type Edge,
  type End,
  type Graph,
  input,
  isLane,
  type Lane,
  type Node,
  output
} from '../graph.ts'

/** Seconds */
export const fadeSeconds = 0.05

export interface Transition {
  readonly graph: Graph
  /** Edges whose lanes are to start when it is heard. */
  readonly fading: readonly number[]
  /** Names of those nodes of the graph before that are called otherwise here. */
  readonly was: Readonly<Record<string, string>>
}

export function transition(from: Graph, to: Graph, sampleRate: number): Transition {
  const stays = (id: string) => to.nodes[id] !== undefined && same(from.nodes[id], to.nodes[id]),
    was: Record<string, string> = {},
    nodes: Record<string, Node> = { ...to.nodes },
    edges: Edge[] = [],
    fading: number[] = []
  const isOwn = (id: string) => id === input || id === output,
    oldName = (id: string) => (isOwn(id) || stays(id) ? id : `${id}~`)
  for (const id of Object.keys(from.nodes))
    if (!stays(id)) {
      nodes[oldName(id)] = from.nodes[id]!
      was[oldName(id)] = id
    }
  const fade = (edge: Edge, coming: boolean) => {
    let { from: source, gain } = edge
    if (isLane(gain)) {
      const through = `${edges.length}~`
      nodes[through] = { type: 'mix' }
      edges.push({ ...edge, to: [through, 'main'] })
      source = [through, 'main']
      gain = 0
    }
    fading.push(edges.push({ from: source, to: edge.to, gain: fadeLane(gain ?? 0, coming, sampleRate) }) - 1)
  }
  const before = from.edges.map(edge => ({
      ...edge,
      from: renamed(edge.from, oldName),
      to: renamed(edge.to, oldName)
    })),
    old = new Set(before.map(keyOf)),
    kept = new Set(to.edges.map(keyOf))
  for (const edge of before) if (!kept.has(keyOf(edge))) leave(edge)
  for (const edge of to.edges) {
    // What a new node gives comes in with what it is given.
    const comes =
      !old.has(keyOf(edge)) && !(isNew(edge.from[0]) && to.edges.some(({ to: [id] }) => id === edge.from[0]))
    if (comes) fade(edge, true)
    else edges.push(edge)
  }
  return {
    graph: {
      ...to,
      inputs: { ...from.inputs, ...to.inputs },
      outputs: { ...from.outputs, ...to.outputs },
      nodes,
      edges
    },
    fading,
    was
  }

  function isNew(id: string): boolean {
    return !isOwn(id) && !(from.nodes[id] && stays(id))
  }
  /** Edges inside what goes stay until it is gone. */
  function leave(edge: Edge): void {
    if (was[edge.to[0]]) edges.push(edge)
    else fade(edge, false)
  }
}

const same = (a: Node | undefined, b: Node | undefined): boolean =>
  JSON.stringify([a?.type, a?.params, a?.bypass ?? false]) === JSON.stringify([b?.type, b?.params, b?.bypass ?? false])
const keyOf = ({ from, to, gain }: Edge): string => JSON.stringify([from, to, gain ?? 0])
const renamed = ([id, port]: End, name: (id: string) => string): End => [name(id), port]

/** A cubic in amplitude, level at both ends, that begins at time 0. */
function fadeLane(gain: Exclude<Automatable, Lane>, coming: boolean, sampleRate: number): Lane {
  const steps = Math.ceil((fadeSeconds * sampleRate) / controlPeriod)
  return {
    lane: Array.from({ length: steps + 1 }, (_, i) => {
      const way = coming ? i / steps : 1 - i / steps,
        share = way * way * (3 - 2 * way)
      return [(i * controlPeriod) / sampleRate, Math.max(edgeGainRange.min, gain + 20 * Math.log10(share))] as const
    })
  }
}
