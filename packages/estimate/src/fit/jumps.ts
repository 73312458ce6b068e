/** Where slopes lead nowhere: settings whose loss has many valleys, and what they may be instead. */
import { type Audio, type Kernels, type NumberParam, processors, type Registry, toUnit } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { impulseResponse } from '../analysis/impulse-response.ts'
import { type Setting, valuesAt } from './settings.ts'
import { createVariants, type HeardProblem } from './variants.ts'
import type { Change, Workbench } from './workbench.ts'

/** Places in a list of settings by the parameter's name, for one node. */
type OfNode = Readonly<Record<string, number>>
const ofNode = (settings: readonly Setting[], id: string): OfNode =>
  Object.fromEntries(
    settings.flatMap(({ place }, j) => ('node' in place && place.node === id ? [[place.param, j]] : []))
  )
const nodesOf = (graph: Graph, types: readonly string[]): string[] =>
  Object.keys(graph.nodes).filter(id => types.includes(graph.nodes[id]!.type))

/** Of oscillators of control signals: Hz, over what parts of songs move at; steps in turns of the whole; phases. */
const oscillations = { from: 0.1, to: 5.5, step: 0.4, phases: 4 } as const
/**
 * For each oscillator the settings that it may have, told apart in so many seconds, and with an effect: in the wrong time
 * it has been turned down to none.
 * @param usual by setting
 */
export function oscillatorJumps(
  graph: Graph,
  settings: readonly Setting[],
  seconds: number,
  usual: Float64Array,
  registry: Registry = processors
): Change[] {
  const { from, to, step, phases } = oscillations,
    count = Math.ceil(((to - from) * seconds) / step)
  return nodesOf(graph, ['lfo', 'stereo-lfo']).flatMap(id => {
    const { frequency, phase } = ofNode(settings, id),
      range = registry[graph.nodes[id]!.type]!.params.frequency as NumberParam
    if (frequency === undefined || phase === undefined) return []
    const depths = settings.flatMap(({ place }, j) =>
      'edge' in place && graph.edges[place.edge]!.from[0] === id ? [[j, usual[j]!] as const] : []
    )
    return Array.from({ length: (count + 1) * phases }, (_, i) => {
      const hz = from + ((to - from) * Math.floor(i / phases)) / count
      return new Map([[frequency, toUnit(range, hz)], [phase, (i % phases) / phases], ...depths])
    })
  })
}

/** Peaks of a response that are tried, and how far they are apart, seconds. */
const peaks = 6,
  apart = 0.004
/**
 * For each delay the times that it may have: peaks of what leads from the sound before it to what is missing without it.
 */
export function delayJumps(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  bench: Workbench,
  units: Float64Array,
  kernels: Kernels,
  registry: Registry = processors
): Change[] {
  const { settings } = bench
  return nodesOf(graph, ['delay', 'pingpong']).flatMap(id => {
    const { delay, mix, feedback } = ofNode(settings, id),
      feed = graph.edges.filter(({ to }) => to[0] === id)
    if (delay === undefined || feed.length === 0) return []
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
      without = mix === undefined ? units : units.map((u, j) => (j === mix ? 0 : u)),
      rest = bench.hear(without).map((c, k) => c.map((v, i) => target[k]![i]! - v)),
      before = heardAt(tapped, { ...problem, output: 'tap' }, settings, without, kernels, registry),
      times = rest.flatMap((missing, c) =>
        peaksOf(impulseResponse(before[c] ?? before[0]!, missing, problem.sampleRate).samples, problem.sampleRate)
      ),
      range = registry[graph.nodes[id]!.type]!.params.delay as NumberParam
    return times
      .flatMap(t => [t, t / 2])
      .filter(t => t * 1e3 >= range.min && t * 1e3 <= range.max)
      .flatMap(t =>
        [0.15, 0.3].map(amount => {
          const change = new Map([[delay, toUnit(range, t * 1e3)]])
          if (mix !== undefined && units[mix]! < 0.9) change.set(mix, amount)
          if (feedback !== undefined) change.set(feedback, 0.35)
          return change
        })
      )
  })
}
function heardAt(
  graph: Graph,
  problem: HeardProblem,
  settings: readonly Setting[],
  units: Float64Array,
  kernels: Kernels,
  registry: Registry
): Audio {
  let heard: Audio = []
  createVariants(graph, problem, settings, [[]], kernels, registry).hear(
    () => valuesAt(settings, units),
    audio => {
      heard = audio
    }
  )
  return heard
}
/** Seconds of the largest magnitudes. */
function peaksOf(response: Float64Array, sampleRate: number): number[] {
  const found: number[] = [],
    left = response.map(Math.abs),
    wide = Math.round(apart * sampleRate)
  for (let n = 0; n < peaks; n++) {
    const at = left.reduce((a, v, i) => (v > left[a]! ? i : a), 0)
    found.push(at / sampleRate)
    left.fill(0, Math.max(0, at - wide), at + wide)
  }
  return found
}
