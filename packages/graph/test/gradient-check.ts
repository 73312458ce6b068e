/** Gradients of a whole graph against central differences, in double precision, over a short excerpt of noise. */
import { fromUnit, type NumberParam, type Params, toUnit } from '@mixwright/dsp'
import { excerptOf, fill, type Gradients, type Graph, type Lane, type Value } from '../src/index.ts'
import { compared } from '../../dsp/test/matrix/signals.ts'
import { kernels } from './kernels.ts'
import { registry, seeded } from './random-graph.ts'

export const rate = 8000,
  frames = 1200
export const gaussian = (seed: number) => {
  const r = seeded(seed)
  return () => r() + r() + r() - 1.5
}

/** Loss = <outputs, weights>, in double precision. */
export function evaluate(
  graph: Graph,
  seed: number,
  withGradients: boolean,
  options: {
    keep?: number
    real?: 'f32' | 'f64'
    quiet?: string
    nudge?: (name: string, c: number, i: number) => number
  } = {}
) {
  const excerpt = excerptOf(graph, kernels, {
      sampleRate: rate,
      real: options.real ?? 'f64',
      block: 128,
      registry,
      gradients: { frames, inputs: true, ...(options.keep && { keep: options.keep }) }
    }),
    { engine } = excerpt
  const noise = gaussian(seed),
    weight = gaussian(seed + 1)
  for (const [name, port] of Object.entries(graph.inputs)) {
    const channels = Array.from({ length: port.channels }, (_, c) =>
      new Float64Array(frames).map((_, i) => 0.5 * noise() + (options.nudge?.(name, c, i) ?? 0))
    )
    fill(engine.inputs[name]!, channels)
  }
  excerpt.render()
  let loss = 0
  for (const name of Object.keys(graph.outputs))
    engine.outputs[name]!.forEach((channel, c) => {
      for (let i = 0; i < frames; i++) {
        const w = name === options.quiet ? 0 : weight()
        engine.outputGradients[name]![c]![i] = w
        loss += w * channel[i]!
      }
    })
  return { loss, gradients: withGradients ? excerpt.gradients() : undefined, engine }
}

/** A change of one parameter or edge gain (of all its breakpoints), and the loss's slope along it. */
export interface Move {
  readonly name: string
  apply(graph: Graph, step: number): Graph
  slope(g: Gradients): number
}
/** One random direction: a move of every parameter with an exact gradient and every stated edge gain. */
export function direction(graph: Graph, seed: number): Move[] {
  const r = gaussian(seed),
    moves: Move[] = []
  const move = (value: Value, deltas: number[], step: number): Value =>
    typeof value === 'number'
      ? value + step * deltas[0]!
      : { lane: (value as Lane).lane.map(([t, v], i) => [t, v + step * deltas[i]!] as const) }
  const dot = (g: number | Float64Array | undefined, deltas: number[]) =>
    typeof g === 'number' ? g * deltas[0]! : deltas.reduce((s, d, i) => s + d * (g?.[i] ?? 0), 0)
  for (const [id, node] of Object.entries(graph.nodes))
    if (!node.bypass)
      for (const [name, value] of Object.entries(node.params ?? {})) {
        const param = (registry[node.type]!.params as Params)[name] as NumberParam
        if (param.kind !== 'number' || param.gradient === 'none') continue
        const scale = param.scale === 'log' ? (v: number) => v * 0.3 : () => (param.max - param.min) * 0.05,
          list = typeof value === 'number' ? [value] : (value as Lane).lane.map(p => p[1]),
          deltas = list.map(v => r() * scale(v))
        moves.push({
          name: `${id}.${name}${typeof value === 'number' ? '' : ', automated'}`,
          apply: (g, step) => ({
            ...g,
            nodes: {
              ...g.nodes,
              [id]: { ...g.nodes[id]!, params: { ...g.nodes[id]!.params, [name]: move(value, deltas, step) } }
            }
          }),
          slope: g => dot(g.nodes[id]?.[name], deltas)
        })
      }
  graph.edges.forEach((edge, k) => {
    if (edge.gain === undefined) return
    const { gain } = edge,
      list = typeof gain === 'number' ? [gain] : gain.lane.map(p => p[1]),
      deltas = list.map(() => r())
    moves.push({
      name: `the gain of edge ${k}${typeof gain === 'number' ? '' : ', automated'}`,
      apply: (g, step) => ({
        ...g,
        edges: g.edges.map((e, i) => (i === k ? { ...e, gain: move(gain, deltas, step) as number } : e))
      }),
      slope: g => dot(g.edges[k], deltas)
    })
  })
  return moves
}

/** Which of the moves is worst on its own: for the message of a failed check. */
function worst(graph: Graph, moves: readonly Move[], seed: number, gradients: Gradients): string {
  const errors = moves.map(m => ({
    name: m.name,
    error: compared(m.slope(gradients), step => evaluate(m.apply(graph, step), seed, false).loss).error
  }))
  const most = errors.reduce((a, b) => (b.error > a.error ? b : a), { name: 'none', error: 0 })
  return `the worst single one is ${most.name}, relative error ${most.error.toExponential(1)}`
}

/** Differences do not agree with adjoints that take decisions as given. */
export const decides = (type: string): boolean => registry[type]!.decisions !== undefined

/** The error along one random direction of all that has a gradient; where it is large, `culprit` says of what. */
export function gradientError(given: Graph, seed: number): { error: number; culprit: () => string } {
  const graph = inside(given),
    { gradients } = evaluate(graph, seed, true),
    moves = direction(graph, seed + 1000),
    { error } = compared(
      moves.reduce((s, m) => s + m.slope(gradients!), 0),
      step =>
        evaluate(
          moves.reduce((g, m) => m.apply(g, step), graph),
          seed,
          false
        ).loss,
      Math.hypot(...moves.map(m => m.slope(gradients!)))
    )
  return { error, culprit: () => worst(graph, moves, seed, gradients!) }
}

/**
 * Away from the ends of ranges, so that a step either way is allowed, and from round numbers, where there may be kinks: a delay
 * of whole samples.
 */
const inside = (graph: Graph): Graph => ({
  ...graph,
  nodes: Object.fromEntries(
    Object.entries(graph.nodes).map(([id, node]) => [
      id,
      {
        ...node,
        params: Object.fromEntries(
          Object.entries(node.params ?? {}).map(([name, value]) => {
            const param = (registry[node.type]!.params as Params)[name]!,
              place = (v: number) =>
                param.kind === 'number' && param.gradient !== 'none'
                  ? fromUnit(param, 0.01 + 0.97931 * toUnit(param, v))
                  : v
            return [name, typeof value === 'number' ? place(value) : value]
          })
        )
      }
    ])
  )
})
