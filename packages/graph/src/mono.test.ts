/** Mono nodes that have one lane each give what they give in pairs of their own, bit for bit. */
import { fromUnit, inletsOf, outletsOf, type Params, type Processor, processors } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { kernels } from '../test/kernels.ts'
import { seeded } from '../test/random-graph.ts'
import { compile } from './compile.ts'
import { builder } from './compose.ts'
import { load } from './engine.ts'
import { fill } from './gradients.ts'
import type { Graph, Value } from './graph.ts'

const mono = { channels: 1 } as const,
  frames = 700,
  random = seeded(8)
const drawn = (def: Processor): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(def.params as Params).map(([name, param]) => [
      name,
      param.kind === 'choice' ? param.default : param.integer ? 7 : fromUnit(param, random())
    ])
  )

/**
 * So many nodes, each between signals of its own or all at the same one, and each heard as it is and, beside a stereo
 * signal, as the part of a stereo sum.
 */
function rowOf(def: Processor, count: number, own: boolean, gain: boolean): Graph {
  const g = builder()
  for (let k = 0; k < count; k++) {
    const [id] = g.node(`${k}`, { type: def.id, params: drawn(def) })
    for (const { name } of inletsOf(def))
      g.wire(g.input(`${name}${own ? k : ''}`, mono), [id, name], gain ? -3 - k : undefined)
    for (const { name } of outletsOf(def)) {
      const sum = g.node(`sum ${name} ${k}`, { type: 'mix' })
      g.wire(g.input('wide', { channels: 2 }), sum)
      g.wire([id, name], sum, { lane: [[0, 0], [0.05, -9]] }) // biome-ignore format: one call
      g.output(`${name}${k}`, mono, [id, name])
      g.output(`wide ${name}${k}`, { channels: 2 }, sum)
    }
  }
  return g.graph()
}
function play(graph: Graph, lanes: boolean) {
  const engine = load(compile(graph, { sampleRate: 8000, block: 128, chunk: 768, lanes }), kernels),
    noise = seeded(3)
  for (const [name, { channels }] of Object.entries(graph.inputs))
    fill(
      engine.inputs[name]!,
      Array.from({ length: channels }, () => new Float32Array(frames).map(() => noise() - 0.5))
    )
  engine.forward(frames)
  return { outputs: engine.outputs, groups: engine.plan.facts.groups }
}

const able = Object.values(processors as Readonly<Record<string, Processor>>).filter(def => def.kernel?.mono)
it.each(able)('$id', def => {
  for (const [count, own, gain] of [
    [3, true, true],
    [5, true, false],
    [7, false, false]
  ] as const) {
    const graph = rowOf(def, count, own, gain)
    expect(play(graph, true).outputs).toEqual(play(graph, false).outputs)
  }
})
it('four mono strips take as many groups as one', () => {
  const strips = (count: number) => {
    const g = builder()
    for (let k = 0; k < count; k++) {
      let last = g.input(`${k}`, mono)
      for (const type of ['highpass', 'compressor', 'gain']) {
        const next = g.node(`${type} ${k}`, { type })
        g.wire(last, next)
        last = next
      }
      g.output(`${k}`, mono, last)
    }
    return g.graph()
  }
  expect(play(strips(4), true).groups).toBe(play(strips(1), true).groups)
  expect(play(strips(7), true).groups).toBe(2 * play(strips(1), true).groups)
})
