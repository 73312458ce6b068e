import { type Audio, createRandom, processors } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { decides, gradientError } from '../../test/gradient-check.ts'
import { kernels } from '../../test/kernels.ts'
import { registry } from '../../test/random-graph.ts'
import { parseGraph, writeGraph } from '../file.ts'
import type { Graph } from '../graph.ts'
import { sideBySide, sideBySideShared } from '../population.ts'
import { render } from '../render.ts'
import { drawGraph } from './draw-graph.ts'
import { without } from '../edit.ts'
import { examples, noneRejected } from './examples.ts'
import { graphStatistics } from './stats.ts'
import { laws, modulation, presetNames, presets, type Stage } from './weights.ts'

const rate = 16000,
  frames = 4000
const noise = (channels: number, seed: number): Audio => {
  const random = createRandom(seed)
  return Array.from({ length: channels }, () => new Float32Array(frames).map(() => 0.3 * random.normal()))
}
const inputsOf = (graph: Graph) =>
  Object.fromEntries(Object.entries(graph.inputs).map(([name, { channels }], i) => [name, noise(channels, i)]))
const rendered = (graph: Graph, options: object = {}) =>
  render(graph, inputsOf(graph), { sampleRate: rate, kernels, frames, ...options })
const seeds = Array.from({ length: 12 }, (_, i) => 100 + i)

describe.each(presetNames)('%s', preset => {
  it.each(seeds)(
    'graph %i is the same again, round its file, for any blocks and any schedule, and finite',
    async seed => {
      const graph = drawGraph(preset, seed)
      expect(drawGraph(preset, seed)).toEqual(graph)
      expect(parseGraph(writeGraph(graph))).toEqual(graph)
      const { main } = await rendered(graph)
      for (const channel of main!) expect(channel.every(Number.isFinite)).toBe(true)
      for (const options of [{ block: 64 }, { block: 192, chunk: 576 }, { lanes: false }])
        expect(await rendered(graph, options)).toEqual({ main })
    }
  )
  it.each(seeds.slice(0, 6))('graph %i has right gradients', seed => {
    // Of decisions there are none; without the nodes that decide the others are as they were.
    const drawn = drawGraph(preset, seed),
      graph = Object.keys(drawn.nodes).reduce(
        (g, id) => (decides(g.nodes[id]?.type ?? 'mix') ? without(g, id) : g),
        drawn
      ),
      { error, culprit } = gradientError(graph, seed)
    expect(error, error < 1e-5 ? '' : culprit()).toBeLessThan(1e-5)
  })
})

describe('the weights', () => {
  it('name processors and parameters that there are', () => {
    const named = (stages: readonly Stage[]): [string, object][] =>
      stages.flatMap(stage =>
        'one' in stage
          ? Object.keys(stage.one).map(id => [id, stage.laws ?? {}] as [string, object])
          : named('beside' in stage ? stage.beside : 'bands' in stage ? stage.bands : stage.sides)
      )
    const all = Object.values(presets).flatMap(({ sources, bus, sends }) => [
      ...Object.values(sources).flatMap(source => named(source.chain)),
      ...named(bus),
      ...sends.flatMap(send => Object.keys(send.one).map(id => [id, send.laws] as [string, object]))
    ])
    const places = [
      ...all,
      ...Object.entries(laws),
      ...Object.keys(modulation.by).map(id => [id, {}] as [string, object])
    ]
    for (const [id, given] of places) {
      const params = registry[id]?.params
      expect(params, id).toBeDefined()
      // A stage's laws serve all of its choices, each as far as it has the parameter.
      if (!all.some(([other]) => other === id) || laws[id] === given)
        for (const name of Object.keys(given)) expect(Object.keys(params!), id).toContain(name)
    }
    expect(Object.keys(modulation.chance).filter(id => !Object.hasOwn(processors, id))).toEqual([])
  })
  it('reach most processors of the paper in a thousand graphs', () => {
    const graphs = presetNames.flatMap(preset => Array.from({ length: 334 }, (_, seed) => drawGraph(preset, seed))),
      { types, nodes, controls } = graphStatistics(graphs)
    expect(types.length).toBeGreaterThan(30)
    expect(nodes.median).toBeGreaterThan(5)
    expect(controls).toBeGreaterThan(0.02)
  })
})

describe('examples', () => {
  const made = async (dry: (channels: number) => Audio) => {
    const rejected = noneRejected(),
      all = []
    for await (const example of examples({
      kernels,
      preset: 'singing-voice',
      seed: 5,
      count: 8,
      sampleRate: rate,
      rejected,
      dry: (_, channels) => dry(channels)
    })) {
      all.push(example)
      if (rejected.silent > 20) break
    }
    return { all, rejected }
  }
  it('are heard, and each of their nodes is: graph over dry is wet', async () => {
    const { all } = await made(channels => noise(channels, 3))
    expect(all).toHaveLength(8)
    for (const { graph, dry, wet } of all) {
      const again = await render(graph, dry, { sampleRate: rate, kernels, tail: 0 })
      expect(again.main).toEqual(wet)
      expect(Math.max(...wet[0]!.map(Math.abs))).toBeGreaterThan(1e-3)
    }
    expect(new Set(all.map(one => one.seed)).size).toBe(8)
  })
  it('a node that changes nothing is taken out and counted', async () => {
    // A whisper of 1e-4 lies below every threshold: compressors and limiters do nothing.
    const { all, rejected } = await made(channels => noise(channels, 3).map(c => c.map(x => x * 1e-2)))
    expect(rejected.inaudibleNodes).toBeGreaterThan(0)
    for (const { graph } of all) expect(Object.values(graph.nodes).filter(({ type }) => type === 'limiter')).toEqual([])
  })
  it.each(presetNames)(
    '%s: graphs side by side sound bit for bit the same where what is alike is shared',
    async preset => {
      const graph = drawGraph(preset, 7),
        [id, node] = Object.entries(graph.nodes).find(([, { type }]) => type === 'bell')!,
        turned: Graph = { ...graph, nodes: { ...graph.nodes, [id]: { ...node, params: { ...node.params, gain: 9 } } } },
        louder: Graph = { ...graph, edges: graph.edges.map(edge => (edge.to[0] === id ? { ...edge, gain: 3 } : edge)) },
        all = [graph, without(graph, id), turned, louder, graph],
        apart = sideBySide(all),
        shared = sideBySideShared(all),
        sound = (whole: Graph) => render(whole, inputsOf(graph), { sampleRate: rate, kernels, frames })
      expect(await sound(shared)).toEqual(await sound(apart))
      const nodes = (whole: Graph) => Object.keys(whole.nodes).length
      expect(nodes(shared)).toBeLessThan(nodes(apart) - nodes(graph))
    }
  )
  it('`without` joins what a node read to what it fed', () => {
    const graph: Graph = {
      version: 1,
      inputs: { a: { channels: 1 } },
      outputs: { main: { channels: 2 } },
      nodes: { one: { type: 'bell' }, two: { type: 'gain' }, lfo: { type: 'lfo' } },
      edges: [
        { from: ['input', 'a'], to: ['one', 'main'], gain: -3 },
        { from: ['lfo', 'lfo'], to: ['one', 'gain'] },
        { from: ['one', 'main'], to: ['two', 'main'], gain: -4 },
        { from: ['two', 'main'], to: ['output', 'main'] }
      ]
    }
    expect(without(graph, 'one')).toEqual({
      ...graph,
      nodes: { two: { type: 'gain' } },
      edges: [
        { from: ['two', 'main'], to: ['output', 'main'] },
        { from: ['input', 'a'], to: ['two', 'main'], gain: -7 }
      ]
    })
  })
})
