/** How far found settings are from true ones, shares of their ranges. */
import { inletsOf, processors } from '@mixwright/dsp'
import type { Setting } from '@mixwright/estimate'
import type { Graph } from '@mixwright/graph'

/** Groups of settings and their bars. */
export const bars = { filters: 0.02, levels: 0.02, dynamics: 0.05, time: 0.05, modulation: 0.05, colour: 0.05 } as const
export type Group = keyof typeof bars
const groups: Record<Group, RegExp> = {
  levels: /^(gain|panning|imager|mix)$/,
  filters: /pass|bandreject|bell|shelf|crossover/,
  dynamics: /compressor|expander|gate|limiter|transient/,
  time: /delay|pingpong|reverb/,
  modulation: /lfo|follower|chorus|flanger|phaser|vibrato/,
  colour: /./
}
const groupOf = (type: string): Group => (Object.keys(groups) as Group[]).find(g => groups[g].test(type))!

/** `placed`: node by node; `error`: filters in a row, whose order no sound tells, at the best exchange with their like. */
export function errorsOf(graph: Graph, truth: readonly Setting[], found: Float64Array, uncertainties: Float64Array) {
  const distance = (j: number, k: number) => {
      const d = Math.abs(truth[j]!.unit - found[k]!)
      return truth[j]!.circular ? Math.min(d, 1 - d) : d
    },
    best = truth.map((_, j) => distance(j, j)),
    own = (id: string) => truth.flatMap(({ place }, j) => ('node' in place && place.node === id ? [j] : []))
  for (const like of alike(graph)) {
    const all = like.map(own),
      costs = orders(all).map(order => ({
        order,
        cost: all.reduce((sum, list, a) => sum + list.reduce((t, j, i) => t + distance(j, order[a]![i]!), 0), 0)
      })),
      { order } = costs.reduce((a, b) => (b.cost < a.cost ? b : a))
    all.forEach((list, a) => list.forEach((j, i) => (best[j] = distance(j, order[a]![i]!))))
  }
  return truth.map(({ name, place }, j) => {
    const type = 'edge' in place ? 'edge' : graph.nodes[place.node]!.type,
      group = type === 'edge' ? 'levels' : groupOf(type)
    return { name, type, group, error: best[j]!, placed: distance(j, j), told: uncertainties[j]! <= bars[group] }
  })
}

/** Filters of one type in one row of filters and levels: linear, constant, one into the next and nowhere else. */
function alike(graph: Graph): string[][] {
  const still = (id: string) => {
      const into = graph.edges.filter(({ to }) => to[0] === id),
        type = graph.nodes[id]?.type
      return (
        type !== undefined &&
        ['filters', 'levels'].includes(groupOf(type)) &&
        type !== 'crossover' &&
        into.length === 1 &&
        into[0]!.to[1] === inletsOf(processors[type as keyof typeof processors])[0]!.name
      )
    },
    before = (id: string): string | undefined => {
      const from = graph.edges.find(({ to }) => to[0] === id)!.from[0]
      return still(from) && graph.edges.filter(edge => edge.from[0] === from).length === 1 ? from : undefined
    },
    first = (id: string): string => {
      const other = before(id)
      return other === undefined ? id : first(other)
    },
    rows = new Map<string, string[]>()
  for (const id of Object.keys(graph.nodes)) {
    if (!still(id) || groupOf(graph.nodes[id]!.type) !== 'filters') continue
    const key = `${first(id)} ${graph.nodes[id]!.type}`
    rows.set(key, [...(rows.get(key) ?? []), id])
  }
  return [...rows.values()].filter(row => row.length > 1)
}
const orders = <T>(list: readonly T[]): T[][] =>
  list.length === 0
    ? [[]]
    : list.flatMap((one, i) => orders([...list.slice(0, i), ...list.slice(i + 1)]).map(rest => [one, ...rest]))
