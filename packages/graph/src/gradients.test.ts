import { describe, expect, it } from 'vitest'
import { decides, evaluate, frames, gaussian, gradientError, rate } from '../test/gradient-check.ts'
import { compared } from '../../dsp/test/matrix/signals.ts'
import { randomGraph, registry } from '../test/random-graph.ts'
import type { Graph } from './graph.ts'

const exclude = Object.keys(registry).filter(decides)

describe('gradients through whole graphs', () => {
  const seeds = Array.from({ length: 200 }, (_, i) => i + 1)
  it.each(seeds)('random console %i: parameters, edge gains, automation and inputs', seed => {
    const graph = randomGraph(seed, { registry, exclude, nodes: 3 + (seed % 8), seconds: frames / rate }),
      { error, culprit } = gradientError(graph, seed)
    expect(error, error < 1e-5 ? '' : culprit()).toBeLessThan(1e-5)
    const { engine } = evaluate(graph, seed, true)
    const r = gaussian(seed + 2000),
      d: Record<string, Float64Array[]> = Object.fromEntries(
        Object.entries(graph.inputs).map(([name, port]) => [
          name,
          Array.from({ length: port.channels }, () => new Float64Array(frames).map(r))
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
      compared(
        slope,
        step => evaluate(graph, seed, false, { nudge: (name, c, i) => step * 0.1 * d[name]![c]![i]! }).loss * 10
      ).error
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
