/** What a node gets and what is missing without it, as far as the other settings are right. */
import { type Audio, fromUnit, type Kernels, type Registry, toUnit } from '@mixwright/dsp'
import type { End, Graph } from '@mixwright/graph'
import { edgeRange, type Setting, valuesAt } from './settings.ts'
import { createVariants, type HeardProblem } from './variants.ts'
import type { Change, Workbench } from './workbench.ts'

export interface Tapped {
  readonly graph: Graph
  readonly problem: HeardProblem
  readonly target: Audio
  readonly bench: Workbench
  readonly units: Float64Array
  readonly kernels: Kernels
  readonly registry: Registry
}
/** Places in a list of settings by the parameter's name, for one node. */
export type OfNode = Readonly<Record<string, number>>
export const ofNode = (settings: readonly Setting[], id: string): OfNode =>
  Object.fromEntries(
    settings.flatMap(({ place }, j) => ('node' in place && place.node === id ? [[place.param, j]] : []))
  )
export const nodesOf = (graph: Graph, types: readonly string[]): string[] =>
  Object.keys(graph.nodes).filter(id => types.includes(graph.nodes[id]!.type))

/** What leads to a node: the edges, and which settings are their gains. */
export function feedOf(id: string, graph: Graph, settings: readonly Setting[]) {
  const edges = graph.edges.filter(({ to }) => to[0] === id && to[1] === 'main'),
    gains = settings.flatMap(({ place }, j) => ('edge' in place && edges.includes(graph.edges[place.edge]!) ? [j] : []))
  return { edges, gains }
}
/**
 * Ways to set how much of a node's effect is heard: its share, or, where a send leads to it, what is sent; in its wrong
 * place it has been turned down.
 */
export function amountsOf(id: string, graph: Graph, settings: readonly Setting[], shares: readonly number[]): Change[] {
  const { mix } = ofNode(settings, id),
    { edges, gains } = feedOf(id, graph, settings)
  if (gains.length < edges.length) return shares.map(share => new Map(mix === undefined ? [] : [[mix, share]]))
  return sent.map(level => {
    const change = new Map(gains.map(j => [j, toUnit(edgeRange, level)]))
    if (mix !== undefined) change.set(mix, wet)
    return change
  })
}
/** dB; and the share of the effect in what a send leads to. */
const sent = [-8, -16],
  wet = 1
/**
 * The same sound, all that a send lets pass unchanged given to the fader beside it: what the effect does can then be set
 * otherwise, and its source stays as loud. By the law of `mix` that all processors have.
 */
export function dryByFaders(graph: Graph, settings: readonly Setting[], units: Float64Array): Float64Array {
  const found = units.slice(),
    level = (j: number) => 10 ** (fromUnit(edgeRange, found[j]!) / 20),
    gainOf = (edge: number) => settings.findIndex(({ place }) => 'edge' in place && place.edge === edge)
  for (const id of Object.keys(graph.nodes)) {
    const { mix } = ofNode(settings, id),
      [to, ...others] = graph.edges
        .filter(edge => edge.from[0] === id && edge.to[1] === 'main')
        .map(edge => edge.to[0]),
      beside = (from: End) =>
        others.length > 0 ? -1 : graph.edges.findIndex(edge => edge.from.join() === from.join() && edge.to[0] === to),
      pairs = graph.edges.flatMap(({ from, to }, send) =>
        to[0] === id && to[1] === 'main' ? [[gainOf(send), gainOf(beside(from))] as const] : []
      )
    if (mix === undefined || pairs.length === 0 || pairs.flat().includes(-1)) continue
    const angle = (Math.min(1, Math.max(0, found[mix]!)) * Math.PI) / 2
    for (const [send, fader] of pairs) {
      const put = (j: number, amplitude: number) => {
        found[j] = Math.max(0, Math.min(1, toUnit(edgeRange, 20 * Math.log10(amplitude + 1e-9))))
      }
      put(fader, level(fader) + level(send) * Math.cos(angle))
      put(send, level(send) * Math.sin(angle))
    }
    found[mix] = wet
  }
  return found
}
/** @returns undefined where nothing leads to the node */
export function around(
  id: string,
  { graph, problem, target, bench, units, kernels, registry }: Tapped
): { readonly before: Audio; readonly missing: Audio } | undefined {
  const { mix } = ofNode(bench.settings, id),
    { edges: feed, gains } = feedOf(id, graph, bench.settings)
  if (feed.length === 0) return undefined
  const tapped: Graph = {
      ...graph,
      nodes: { ...graph.nodes, tap: { type: 'mix' } },
      outputs: { ...graph.outputs, tap: { channels: 2 } },
      edges: [
        ...graph.edges,
        ...feed.map(edge => ({ ...edge, to: ['tap', 'main'] as const })),
        { from: ['tap', 'main'], to: ['output', 'tap'] }
      ]
    },
    // A send is turned down, another's effect.
    off = gains.length === feed.length ? gains : [mix],
    without = units.map((u, j) => (off.includes(j) ? 0 : u)),
    missing = bench.hear(without).map((c, k) => c.map((v, i) => target[k]![i]! - v))
  let before: Audio = []
  createVariants(tapped, { ...problem, output: 'tap' }, bench.settings, [[]], kernels, registry).hear(
    () => valuesAt(bench.settings, without),
    audio => {
      before = audio
    }
  )
  return { before, missing }
}
