import type { NumberParam, Params } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../test/kernels.ts'
import { randomGraph, registry, seeded } from '../test/random-graph.ts'
import { excerptOf, fill, type Gradients } from './gradients.ts'
import type { Graph, Lane, Value } from './graph.ts'

const rate = 8000,
  frames = 1200
const gaussian = (seed: number) => {
  const r = seeded(seed)
  return () => r() + r() + r() - 1.5
}

/** Loss = <outputs, weights>, in double precision. */
function evaluate(
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
      Float64Array.from({ length: frames }, (_, i) => 0.5 * noise() + (options.nudge?.(name, c, i) ?? 0))
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
interface Move {
  readonly name: string
  apply(graph: Graph, step: number): Graph
  slope(g: Gradients): number
}
/** One random direction: a move of every parameter with an exact gradient and every stated edge gain. */
function direction(graph: Graph, seed: number): Move[] {
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

/**
 * Smallest relative error over several steps: kinks and rounding spoil some of them.
 * @param size of what adds up to the slope: where it cancels, its rounding stays
 */
function differenceError(slope: number, at: (step: number) => number, size = Math.abs(slope)): number {
  let best = Number.POSITIVE_INFINITY
  for (const step of [1e-3, 1e-4, 1e-5, 1e-6, 1e-7]) {
    const measured = (at(step) - at(-step)) / (2 * step)
    best = Math.min(best, Math.abs(measured - slope) / Math.max(size, Math.abs(measured), 1e-9))
  }
  return best
}

/** Which of the moves is worst on its own: for the message of a failed check. */
function worst(graph: Graph, moves: readonly Move[], seed: number, gradients: Gradients): string {
  const errors = moves.map(m => ({
    name: m.name,
    error: differenceError(m.slope(gradients), step => evaluate(m.apply(graph, step), seed, false).loss)
  }))
  const most = errors.reduce((a, b) => (b.error > a.error ? b : a), { name: 'none', error: 0 })
  return `the worst single one is ${most.name}, relative error ${most.error.toExponential(1)}`
}

/** Differences do not agree with adjoints that take decisions as given. */
const exclude = Object.keys(registry).filter(id => registry[id]!.decisions !== undefined)

describe('gradients through whole graphs', () => {
  const seeds = Array.from({ length: 200 }, (_, i) => i + 1)
  it.each(seeds)('random console %i: parameters, edge gains, automation and inputs', seed => {
    const graph = randomGraph(seed, { registry, exclude, nodes: 3 + (seed % 8), seconds: frames / rate }),
      { gradients, engine } = evaluate(graph, seed, true)
    const moves = direction(graph, seed + 1000),
      along = moves.reduce((s, m) => s + m.slope(gradients!), 0)
    const error = differenceError(
      along,
      step =>
        evaluate(
          moves.reduce((g, m) => m.apply(g, step), graph),
          seed,
          false
        ).loss,
      Math.hypot(...moves.map(m => m.slope(gradients!)))
    )
    expect(error, error < 1e-5 ? '' : worst(graph, moves, seed, gradients!)).toBeLessThan(1e-5)
    const r = gaussian(seed + 2000),
      d: Record<string, Float64Array[]> = Object.fromEntries(
        Object.entries(graph.inputs).map(([name, port]) => [
          name,
          Array.from({ length: port.channels }, () => Float64Array.from({ length: frames }, r))
        ])
      )
    const slope = Object.entries(d).reduce(
      (s, [name, channels]) =>
        s +
        channels.reduce(
          (t, channel, c) =>
            t +
            channel.reduce(
              (u, v, i) =>
                u +
                v *
                  (channels.length === 1
                    ? engine.inputGradients[name]![0]![i]! + engine.inputGradients[name]![1]![i]!
                    : engine.inputGradients[name]![c]![i]!),
              0
            ),
          0
        ),
      0
    )
    expect(
      differenceError(
        slope,
        step => evaluate(graph, seed, false, { nudge: (name, c, i) => step * 0.1 * d[name]![c]![i]! }).loss * 10
      )
    ).toBeLessThan(1e-5)
  })
  it.each(['f64', 'f32'] as const)('are those of two calls where two bells run in one (%s)', real => {
    const bell = (frequency: number, gain: number) => ({ type: 'bell', params: { frequency, q: 2, gain } }),
      names = ['a', 'b', 'c']
    const graph: Graph = {
      version: 1,
      inputs: { x: { channels: 2 } },
      outputs: { y: { channels: 2 } },
      nodes: { a: bell(40, 9), b: bell(900, -12), c: bell(3000, 6) },
      edges: [
        { from: ['input', 'x'], to: ['a', 'main'] },
        { from: ['a', 'main'], to: ['b', 'main'] },
        { from: ['b', 'main'], to: ['c', 'main'] },
        { from: ['c', 'main'], to: ['output', 'y'] }
      ]
    }
    // An output in between keeps the pair apart; it comes after `y`, so that the weights of `y` are the same, and
    // nothing depends on it.
    const apart: Graph = {
      ...graph,
      outputs: { ...graph.outputs, z: { channels: 2 } },
      edges: [...graph.edges, { from: ['a', 'main'], to: ['output', 'z'] }]
    }
    const together = evaluate(graph, 5, true, { real }).gradients!,
      separate = evaluate(apart, 5, true, { real, quiet: 'z' }).gradients!
    for (const node of names)
      for (const param of ['frequency', 'q', 'gain']) {
        const one = together.nodes[node]![param] as number,
          two = separate.nodes[node]![param] as number
        // Sums of 1200 products, rounded differently: 1200 × 2^-53 and 2^-24, times ten for terms that cancel.
        expect(Math.abs(one - two) / Math.abs(two), `${node}.${param}`).toBeLessThan(
          1200 * 10 * (real === 'f64' ? 2 ** -53 : 2 ** -24)
        )
      }
  })
  it('are the same for any number of kept blocks', () => {
    const graph = randomGraph(7, { registry, nodes: 9, seconds: frames / rate }),
      all = evaluate(graph, 3, true, { keep: 100 }).gradients!
    for (const keep of [1, 2, 5]) expect(evaluate(graph, 3, true, { keep }).gradients).toEqual(all)
  })
})
