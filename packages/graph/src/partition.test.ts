import { describe, expect, it } from 'vitest'
import { kernels } from '../test/kernels.ts'
import { randomGraph, seeded } from '../test/random-graph.ts'
import { partition } from './partition.ts'
import { render } from './render.ts'
import { validate } from './validate.ts'

const rate = 8000
describe('partition', () => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 1))('parts and rest of random graph %i render to the same samples as the whole', async (seed) => {
    const graph = randomGraph(seed, { nodes: 12, seconds: 0.2, automation: false }), random = seeded(seed), options = { kernels, sampleRate: rate, block: 128, tail: 0.1 }
    const inputs = Object.fromEntries(Object.entries(graph.inputs).map(([name, port]) => [name, Array.from({ length: port.channels }, () => Float32Array.from({ length: 1600 }, () => random() - 0.5))]))
    const whole = await render(graph, inputs, options), { parts, rest } = partition(graph, 2)
    const signals: Record<string, readonly Float32Array[]> = { ...inputs }
    for (const part of parts) {
      expect(validate(part)).toEqual([])
      // The rest may be late itself: a part must go on until the rest has taken what it needs.
      const given = Object.fromEntries(Object.keys(part.inputs).map((name) => [name, inputs[name]!.map((c) => { const longer = new Float32Array(c.length + 4096); longer.set(c); return longer })]))
      Object.assign(signals, await render(part, given, options))
    }
    if (rest) Object.assign(signals, await render(rest, Object.fromEntries(Object.keys(rest.inputs).map((name) => [name, signals[name]!])), options))
    // Bit for bit, but for what kernels flush to zero at the ends of blocks (below 1e-30), which lie elsewhere where a latency is taken off before.
    for (const [name, audio] of Object.entries(whole)) audio.forEach((channel, c) => expect(Math.max(...channel.map((v, i) => Math.abs(v - signals[name]![c]![i]!)))).toBeLessThan(1e-28))
  })
  it('gives every thread its share of independent tracks', () => {
    const names = ['a', 'b', 'c', 'd'], graph = {
      version: 1 as const, inputs: Object.fromEntries(names.map((name) => [name, { channels: 1 as const }])), outputs: { mix: { channels: 1 as const } },
      nodes: { ...Object.fromEntries(names.map((name) => [`${name}/gain`, { type: 'gain' }])), mix: { type: 'mix' } },
      edges: [...names.flatMap((name) => [{ from: ['input', name], to: [`${name}/gain`, 'main'] }, { from: [`${name}/gain`, 'main'], to: ['mix', 'main'] }] as const), { from: ['mix', 'main'], to: ['output', 'mix'] } as const],
    }
    const { parts, rest } = partition(graph, 2)
    expect(parts.map((part) => Object.keys(part.inputs).length)).toEqual([2, 2])
    expect(Object.keys(rest!.nodes)).toEqual(['mix'])
  })
})
