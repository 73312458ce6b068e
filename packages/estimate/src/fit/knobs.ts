/** What an optimiser may turn in a graph: numbers around 0, each in steps of a size that makes them alike. */
import { type NumberParam, type Params, processors, type Registry } from '@mixwright/dsp'
import { type Engine, edgeGainRange, type Gradients, type Graph } from '@mixwright/graph'
import type { Bounds } from './bounds.ts'

/** A parameter of a node, or the gain (dB) of an edge that states one, by its index. */
export type Place = { readonly node: string; readonly param: string } | { readonly edge: number }
export type Knob = Place & {
  /** What 1 means: an amount in the parameter's own unit, or in octaves where its scale is logarithmic. */
  readonly step: number
  /** How far from where it stands, in steps. Default: as far as its range goes. */
  readonly reach?: number
}

export interface Knobs {
  readonly count: number
  /** Ranges and reaches as values of x. */
  readonly bounds: Bounds
  /** The values in their own units at `x`: 0 is where the graph has them. What lies outside the range is its edge. */
  values(x: Float64Array): number[]
  /** Puts the values at `x` into an engine of the graph. */
  turn(engine: Pick<Engine, 'set' | 'setEdge'>, x: Float64Array): void
  /** d loss / d x from the graph's gradients at `x`. Beyond the range it points back inside only. */
  gradient(found: Gradients, x: Float64Array): Float64Array
}

/** @throws RangeError for a place that the graph does not have, or that is automated or no number */
export function knobsOf(graph: Graph, knobs: readonly Knob[], registry: Registry = processors): Knobs {
  const all = knobs.map(knob => {
    const { value, range, name } = read(graph, knob, registry),
      reach = knob.reach ?? Number.POSITIVE_INFINITY,
      at = (x: number) => {
        const inside = Math.max(-reach, Math.min(reach, x)),
          raw = range.scale === 'log' ? value * 2 ** (inside * knob.step) : value + inside * knob.step
        return Math.max(range.min, Math.min(range.max, raw))
      }
    const x = (edge: number) => (range.scale === 'log' ? Math.log2(edge / value) : edge - value) / knob.step
    return { knob, at, range, reach, name, lower: Math.max(-reach, x(range.min)), upper: Math.min(reach, x(range.max)) }
  })
  const slope = ({ knob, range }: (typeof all)[number], value: number) =>
    range.scale === 'log' ? value * Math.LN2 * knob.step : knob.step
  return {
    count: all.length,
    bounds: { lower: all.map(({ lower }) => lower), upper: all.map(({ upper }) => upper) },
    values: x => all.map(({ at }, i) => at(x[i]!)),
    turn(engine, x) {
      all.forEach(({ knob, at }, i) =>
        'node' in knob ? engine.set(knob.node, knob.param, at(x[i]!)) : engine.setEdge(knob.edge, at(x[i]!))
      )
    },
    gradient: (found, x) =>
      Float64Array.from(all, (one, i) => {
        const { knob, at, range, reach } = one,
          value = at(x[i]!),
          g = 'node' in knob ? found.nodes[knob.node]?.[knob.param] : found.edges[knob.edge]
        if (typeof g !== 'number') throw new RangeError(`${one.name} has no gradient of one number`)
        const up = value >= range.max || x[i]! >= reach,
          down = value <= range.min || x[i]! <= -reach,
          d = g * slope(one, value)
        return (up && d < 0) || (down && d > 0) ? 0 : d
      })
  }
}

type Range = Pick<NumberParam, 'min' | 'max' | 'scale'>
function read(graph: Graph, knob: Knob, registry: Registry): { value: number; range: Range; name: string } {
  if ('edge' in knob) {
    const value = graph.edges[knob.edge]?.gain
    if (typeof value !== 'number') throw new RangeError(`edge ${knob.edge} of the graph states no constant gain`)
    return { value, range: { ...edgeGainRange, scale: 'linear' }, name: `edge ${knob.edge}` }
  }
  const node = graph.nodes[knob.node],
    param = node && (registry[node.type]?.params as Params | undefined)?.[knob.param],
    name = `${knob.node}.${knob.param}`
  if (!node || param?.kind !== 'number') throw new RangeError(`the graph has no number ${name}`)
  const value = node.params?.[knob.param] ?? param.default
  if (typeof value !== 'number') throw new RangeError(`${name} is automated; an optimiser turns constants`)
  return { value, range: param, name }
}
