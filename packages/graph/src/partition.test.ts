import { clipOf } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { inOne } from '../../dsp/test/in-one.ts'
import { kernels } from '../test/kernels.ts'
import { randomGraph, registry, seeded } from '../test/random-graph.ts'
import type { Graph } from './graph.ts'
import { handovers, partition } from './partition.ts'
import { render, renderClips } from './render.ts'
import { validate } from './validate.ts'

const rate = 8000
/**
 * Kernels flush states below 1e-30 at block ends, and the blocks of parts and whole lie differently where there is
 * latency.
 */
const audible = (channel: Float32Array) => channel.map(v => (Math.abs(v) < 1e-25 ? 0 : v))
describe('partition', () => {
  it.each(Array.from({ length: 100 }, (_, i) => i + 1))(
    'parts and rest of random graph %i render to the same samples as the whole',
    async seed => {
      const graph = randomGraph(seed, { registry, nodes: 12, seconds: 0.2 }),
        random = seeded(seed),
        options = { kernels, registry, sampleRate: rate, block: 128, tail: 0.1 }
      const inputs = Object.fromEntries(
        Object.entries(graph.inputs).map(([name, port]) => [
          name,
          Array.from({ length: port.channels }, () => new Float32Array(1600).map(() => random() - 0.5))
        ])
      )
      const whole = await render(graph, inputs, options),
        split = partition(graph, 2, registry),
        arrivals = handovers(split, options),
        late = Object.keys(arrivals)
      const clip = (audio: readonly Float32Array[]) => clipOf(audio, rate),
        signals: Record<string, readonly Float32Array[]> = { ...inputs }
      /** Renders into memory as the threads do: long enough for the rest, which may be late itself. */
      const into = async (part: Graph, more: object) => {
        const parts: Record<string, Float32Array[][]> = {},
          sinks = Object.fromEntries(
            Object.keys(part.outputs).map(name => [
              name,
              (audio: readonly Float32Array[]) => {
                ;(parts[name] ??= []).push(audio.map(c => c.slice()))
              }
            ])
          )
        await renderClips(
          part,
          Object.fromEntries(Object.keys(part.inputs).map(name => [name, clip(signals[name]!)])),
          sinks,
          { ...options, frames: 8000, ...more }
        )
        for (const [name, list] of Object.entries(parts)) signals[name] = inOne(list)
      }
      for (const part of split.parts) {
        expect(validate(part, registry)).toEqual([])
        await into(part, { late })
      }
      if (split.rest) await into(split.rest, { arrivals })
      for (const [name, audio] of Object.entries(whole))
        audio.forEach((channel, c) =>
          expect(audible(signals[name]![c]!.subarray(0, channel.length))).toEqual(audible(channel))
        )
    }
  )
  it('gives every thread its share of independent tracks', () => {
    const names = ['a', 'b', 'c', 'd'],
      graph = {
        version: 1 as const,
        inputs: Object.fromEntries(names.map(name => [name, { channels: 1 as const }])),
        outputs: { mix: { channels: 1 as const } },
        nodes: { ...Object.fromEntries(names.map(name => [`${name}/gain`, { type: 'gain' }])), mix: { type: 'mix' } },
        edges: [
          ...names.flatMap(
            name =>
              [
                { from: ['input', name], to: [`${name}/gain`, 'main'] },
                { from: [`${name}/gain`, 'main'], to: ['mix', 'main'] }
              ] as const
          ),
          { from: ['mix', 'main'], to: ['output', 'mix'] } as const
        ]
      }
    const { parts, rest } = partition(graph, 2)
    expect(parts.map(part => Object.keys(part.inputs).length)).toEqual([2, 2])
    expect(Object.keys(rest!.nodes)).toEqual(['mix'])
  })
})
