/** Ways out of a wrong valley: one device set otherwise, and all others following as far as slopes can tell. */
import type { Graph } from '@mixwright/graph'
import { dot, type Model, modelOf, stepped } from './descend.ts'
import type { SoundResiduals } from './residuals.ts'
import type { Setting } from './settings.ts'
import { type Change, squareOf, withChange, type Workbench } from './workbench.ts'

/** Draws that a device with several settings, and one with fewer, is tried at. */
const draws = { many: 14, few: 6 } as const
/** What belongs to a device: its parameters, and how much it moves others. */
export function devices(graph: Graph, settings: readonly Setting[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  settings.forEach(({ place }, j) => {
    const edge = 'edge' in place ? graph.edges[place.edge]! : undefined,
      id = 'node' in place ? place.node : edge!.to[1] === 'main' ? undefined : edge!.from[0]
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), j])
  })
  return found
}
/** Each device as in other draws. */
export const redraws = (graph: Graph, settings: readonly Setting[], drawn: readonly Float64Array[]): Change[] =>
  [...devices(graph, settings).values()].flatMap(own =>
    drawn.slice(0, own.length > 2 ? draws.many : draws.few).map(other => new Map(own.map(j => [j, other[j]!])))
  )
/** Each device exchanged with the next of its type. */
export function exchanges(graph: Graph, settings: readonly Setting[], units: Float64Array): Change[] {
  const all = devices(graph, settings)
  return [...all].flatMap(([id, own]) =>
    nextAlike(graph, id).flatMap(next => {
      const others = all.get(next) ?? []
      // Both list their parameters in the same order; one may move more than the other.
      return others.length !== own.length
        ? []
        : [new Map(own.flatMap((j, i) => [[j, units[others[i]!]!] as const, [others[i]!, units[j]!] as const]))]
    })
  )
}
/** The first nodes of the same type on the ways from a node. */
function nextAlike(graph: Graph, id: string): string[] {
  const found = new Set<string>(),
    seen = new Set([id]),
    ahead = [id]
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop())
    for (const { from, to } of graph.edges) {
      if (from[0] !== at || seen.has(to[0])) continue
      seen.add(to[0])
      if (graph.nodes[to[0]]?.type === graph.nodes[id]!.type) found.add(to[0])
      else ahead.push(to[0])
    }
  return [...found]
}

export interface Moved {
  readonly units: Float64Array
  /** Σ r² that the slopes promise. */
  readonly promised: number
}
/**
 * Each change with what the other settings would do: the step of the model that slopes at `units` give, from the residuals
 * that the change leaves. A way as long as `way` in a setting costs as much as there is now.
 */
export function moved(
  bench: Workbench,
  kind: SoundResiduals,
  units: Float64Array,
  changes: readonly Change[],
  change: number,
  way = 0.25
): Moved[] {
  const columns = bench.jacobian(kind, units, change),
    residuals = bench.residuals(kind, units),
    model = modelOf(columns, residuals, units, units, 0),
    price = squareOf(residuals) / way ** 2,
    found: Moved[] = []
  bench.changed(kind, units, changes, (left, k) => {
    const at = withChange(units, changes[k]!),
      here: Model = { ...model, gradient: columns.map(column => dot(column, left)) },
      to = stepped(
        at,
        here,
        bench.settings,
        () => price,
        j => changes[k]!.has(j)
      ),
      by = to.map((v, j) => v - at[j]!)
    let promised = squareOf(left)
    by.forEach((d, i) => {
      promised += 2 * here.gradient[i]! * d + price * d * d
      for (let j = 0; j < by.length; j++) promised += d * by[j]! * model.normal[i]![j]!
    })
    found.push({ units: to, promised })
  })
  return found
}
