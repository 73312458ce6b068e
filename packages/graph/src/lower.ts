/**
 * The first step of the plan: a valid graph becomes a net, a flat list of cells in topological order in which
 * everything implicit is
 * explicit: the graph's inputs, automation as signals, alignment of paths of different latency, outputs as single
 * signals.
 * Cells that reach no output are left out.
 */
import {
  defaultsOf,
  type Env,
  inletsOf,
  numeric,
  outletsOf,
  type Params,
  type Processor,
  processors,
  type Registry
} from '@mixwright/dsp'
import { type Automatable, type Edge, type Graph, input, isLane, type Lane, type Node, output } from './graph.ts'
import { incoming, topological } from './order.ts'

/** What an inlet reads. `edge`: index of the graph's edge whose gain it is. */
export interface Source {
  readonly cell: Cell
  readonly outlet: number
  readonly gain: Automatable
  readonly edge?: number
}
/** An automated value: `shift` samples late, because the signal is. */
export interface Automated {
  readonly lane: Lane
  readonly shift: number
}

export interface Cell {
  readonly index: number
  /** The node it stands for; cells of the plan's own (inputs, lanes, alignment, sums) have none. */
  readonly node?: string
  readonly kind: 'input' | 'lane' | 'processor'
  readonly def: Processor
  /** kind 'input': the graph input's name. */
  readonly input?: string
  /** kind 'lane': the automated parameter of `node` whose signal this is. */
  readonly lane?: Automated & { readonly param: string }
  /** Numbers in kernel order. */
  readonly values: readonly number[]
  /** Parameters that follow a lane block by block (those without an inlet of their own). */
  readonly automated: ReadonlyMap<string, Automated>
  readonly inlets: readonly (readonly Source[])[]
  readonly outlets: number
  /** Samples by which its output lags behind the graph's inputs. */
  readonly arrival: number
  /** 1: both channels of its outlets are alike. */
  readonly channels: 1 | 2
  /** Who remembers: a name that stays the same in other graphs with the same part. */
  readonly memory?: string
}
export interface Net {
  readonly cells: readonly Cell[]
  readonly outputs: Readonly<Record<string, Source>>
  /** Samples by which all outputs lag. */
  readonly latency: number
}

const sum: Processor = processors.mix,
  wait: Processor = processors.align

/** @param arrivals samples by which inputs of the graph are late already */
export function lower(
  graph: Graph,
  registry: Registry,
  env: Env,
  arrivals: Readonly<Record<string, number>> = {}
): Net {
  const cells: Cell[] = [],
    homes = new Map<string, Cell>(),
    inputs = new Map<string, Cell>(),
    into = incoming(graph)
  const push = (cell: Omit<Cell, 'index' | 'channels'>, channels: 1 | 2 = channelsFrom(cell)): Cell => {
    const made = { ...cell, index: cells.length, channels }
    cells.push(made)
    return made
  }
  const blank = { values: [], automated: new Map<string, Automated>(), inlets: [], outlets: 1, arrival: 0, def: sum }
  const aligned = new Map<string, Cell>()

  const inputCell = (name: string) => {
    const cell =
      inputs.get(name) ??
      push({ ...blank, kind: 'input', input: name, arrival: arrivals[name] ?? 0 }, graph.inputs[name]!.channels)
    inputs.set(name, cell)
    return cell
  }
  /** The same signal, `late` samples after the graph's inputs. */
  const delayed = (cell: Cell, outlet: number, late: number): { cell: Cell; outlet: number } => {
    const samples = late - cell.arrival
    if (samples === 0) return { cell, outlet }
    const key = `${cell.index}.${outlet}.${late}`
    const made =
      aligned.get(key) ??
      push({
        ...blank,
        kind: 'processor',
        def: wait,
        values: [samples],
        memory: `${cell.memory ?? cell.input}\n${outlet} +${samples}`,
        inlets: [[{ cell, outlet, gain: 0 }]],
        arrival: late
      })
    aligned.set(key, made)
    return { cell: made, outlet: 0 }
  }
  const sourceCell = (edge: Edge) => (edge.from[0] === input ? inputCell(edge.from[1]) : homes.get(edge.from[0])!)
  const sourceOf = (edge: Edge, late: number): Source => {
    const from = sourceCell(edge),
      given = graph.nodes[edge.from[0]],
      outlet = edge.from[0] === input || given?.bypass ? 0 : outletsOf(from.def).findIndex(o => o.name === edge.from[1])
    return {
      ...delayed(from, outlet, late),
      gain: edge.gain ?? 0,
      ...(edge.gain !== undefined && { edge: graph.edges.indexOf(edge) })
    }
  }
  const latest = (edges: readonly Edge[]) => edges.reduce((late, edge) => Math.max(late, sourceCell(edge).arrival), 0)

  /** A bypassed node passes its first inlet on to its first outlet; its other outlets are silent. */
  const carries = ({ from: [id, outlet] }: Edge) =>
    !graph.nodes[id]?.bypass || outlet === outletsOf(registry[graph.nodes[id]!.type]!)[0]?.name

  const alive = reachable(into)
  for (const id of topological(graph)) {
    if (!alive.has(id)) continue
    const node = graph.nodes[id]!,
      def = registry[node.type]!,
      params = def.params as Params
    let edges = (into.get(id) ?? []).filter(carries)
    if (node.bypass) edges = edges.filter(edge => edge.to[1] === inletsOf(def)[0]?.name)
    const late = latest(edges)
    if (node.bypass) {
      homes.set(
        id,
        push({
          ...blank,
          node: id,
          kind: 'processor',
          inlets: [edges.map(edge => sourceOf(edge, late))],
          arrival: late
        })
      )
      continue
    }
    const lanes = lanesOf(node),
      automated = new Map<string, Automated>()
    const inlets = inletsOf(def).map(inlet => {
      const sources = edges.filter(edge => edge.to[1] === inlet.name).map(edge => sourceOf(edge, late))
      const lane = inlet.modulates === undefined ? undefined : lanes.get(inlet.modulates)
      if (lane)
        sources.push({
          cell: push({
            ...blank,
            node: id,
            kind: 'lane',
            lane: { lane: modulating(def, inlet.modulates!, lane), shift: late, param: inlet.modulates! },
            arrival: late
          }),
          outlet: 0,
          gain: 0
        })
      return sources
    })
    const modulated = new Set(inletsOf(def).map(inlet => inlet.modulates))
    for (const [name, lane] of lanes) if (!modulated.has(name)) automated.set(name, { lane, shift: late })
    const given = { ...defaultsOf(params), ...node.params } as Record<string, number | string | Lane>
    const values = Object.entries(params).map(([name, param]) =>
      numeric(param, isLane(given[name]!) ? (given[name] as Lane).lane[0]![1] : (given[name] as number | string))
    )
    homes.set(
      id,
      push({
        node: id,
        memory: id,
        kind: 'processor',
        def,
        values,
        automated,
        inlets,
        outlets: outletsOf(def).length,
        arrival: late + (def.latency?.(env) ?? 0)
      })
    )
  }
  const outEdges = (into.get(output) ?? []).filter(carries),
    latency = latest(outEdges)
  const outputs = Object.fromEntries(
    Object.keys(graph.outputs).map(name => {
      const sources = outEdges.filter(edge => edge.to[1] === name).map(edge => sourceOf(edge, latency)),
        only = sources[0]!
      if (sources.length === 1 && only.gain === 0 && only.edge === undefined) return [name, only]
      return [
        name,
        { cell: push({ ...blank, kind: 'processor', inlets: [sources], arrival: latency }), outlet: 0, gain: 0 }
      ]
    })
  )
  return { cells, outputs, latency }
}

const channelsFrom = ({ def, inlets }: Pick<Cell, 'def' | 'inlets'>): 1 | 2 =>
  def.channels === 'stereo' || inlets.some(sources => sources.some(({ cell }) => cell.channels === 2)) ? 2 : 1

const lanesOf = (node: Node): Map<string, Lane> =>
  new Map(Object.entries(node.params ?? {}).filter((entry): entry is [string, Lane] => isLane(entry[1])))

function modulating(def: Processor, name: string, { lane }: Lane): Lane {
  const param = (def.params as Params)[name]!,
    base = lane[0]![1]
  const octaves = param.kind === 'number' && param.modulate === 'octaves'
  return { lane: lane.map(([time, value]) => [time, octaves ? Math.log2(value / base) : value - base] as const) }
}

function reachable(into: Map<string, Edge[]>): Set<string> {
  const alive = new Set<string>(),
    queue = [output]
  while (queue.length)
    for (const edge of into.get(queue.pop()!) ?? []) {
      const from = edge.from[0]
      if (from !== input && !alive.has(from)) {
        alive.add(from)
        queue.push(from)
      }
    }
  return alive
}
