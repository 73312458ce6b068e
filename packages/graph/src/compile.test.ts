import { type Audio, processors } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../test/kernels.ts'
import { randomGraph, registry, seeded } from '../test/random-graph.ts'
import { excerptOf, fill } from './gradients.ts'
import type { Graph } from './graph.ts'
import { load } from './engine.ts'
import { compile } from './compile.ts'
import type { PlanOptions } from './plan.ts'
import { render } from './render.ts'

const rate = 8000,
  frames = 1500
const noise = (seed: number, channels: number): Audio => {
  const r = seeded(seed)
  return Array.from({ length: channels }, () => new Float32Array(frames).map(() => r() - 0.5))
}
const signals = (graph: Graph) =>
  Object.fromEntries(Object.entries(graph.inputs).map(([name, port], i) => [name, noise(i + 1, port.channels)]))

function run(graph: Graph, options: Partial<PlanOptions> = {}, step?: number) {
  const engine = load(
      compile(graph, { sampleRate: rate, block: 128, chunk: 1536, registry, ...options }),
      kernels,
      registry
    ),
    audio = signals(graph)
  const out: Record<string, Float64Array[]> = Object.fromEntries(
    Object.keys(graph.outputs).map(name => [name, [new Float64Array(frames), new Float64Array(frames)]])
  )
  for (let start = 0; start < frames; start += step ?? frames) {
    const n = Math.min(step ?? frames, frames - start)
    for (const name in audio)
      fill(
        engine.inputs[name]!,
        audio[name]!.map(c => c.subarray(start, start + n))
      )
    engine.forward(n)
    for (const name in out) out[name]!.forEach((c, i) => c.set(engine.outputs[name]![i]!.subarray(0, n), start))
  }
  return out
}

describe('plan', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1)
  it.each(seeds)('random graph %i: lanes, blocks and chunks do not change a bit', seed => {
    const graph = randomGraph(seed, { registry, nodes: 10, seconds: frames / rate }),
      reference = run(graph)
    for (const channel of Object.values(reference).flat()) expect(channel.every(Number.isFinite)).toBe(true)
    expect(run(graph, { lanes: false })).toEqual(reference)
    expect(run(graph, { block: 512 })).toEqual(reference)
    expect(run(graph, { block: 64 }, 64)).toEqual(reference)
    expect(run(graph, { block: 192, chunk: 576 }, 576)).toEqual(reference)
  })
  it.each(seeds)('random graph %i: f32 and f64 agree, and an excerpt with gradients renders the same', seed => {
    const graph = randomGraph(seed, { registry, nodes: 8, seconds: frames / rate }),
      single = run(graph),
      double = run(graph, { real: 'f64' })
    const energy = (a: Float64Array[]) => a.flatMap(c => [...c]).reduce((s, v) => s + v * v, 0)
    const differ = Object.keys(single).reduce(
      (s, name) => s + energy(single[name]!.map((c, i) => c.map((v, j) => v - double[name]![i]![j]!))),
      0
    )
    // A chain of ten f32 nodes rounds to about 10 × 2^-24 per sample (-123 dB); resonances and ballistics amplify it by
    // some tens of dB.
    expect(10 * Math.log10(differ / Object.values(double).reduce((s, a) => s + energy(a), 1e-12))).toBeLessThan(-70)
    for (const keep of [1, 3, Number.POSITIVE_INFINITY]) {
      const excerpt = excerptOf(graph, kernels, {
          sampleRate: rate,
          block: 128,
          registry,
          gradients: { frames, keep }
        }),
        audio = signals(graph)
      for (const name in audio) fill(excerpt.engine.inputs[name]!, audio[name]!)
      excerpt.render()
      for (const name in single)
        single[name]!.forEach((c, i) =>
          expect(Float64Array.from(excerpt.engine.outputs[name]![i]!.subarray(0, frames))).toEqual(c)
        )
    }
  })
  it('holds an automated parameter per control period of the signal, for processors in TypeScript as for kernels', () => {
    // The signal, and with it the grid on which the lane is read and the tremolo's clock, is 37 samples late: across
    // the blocks of 128.
    const late = 37,
      period = 64,
      lane = {
        lane: [
          [0.01, 1],
          [0.1, 15]
        ] as const
      }
    const graph: Graph = {
      version: 1,
      inputs: { x: { channels: 1 } },
      outputs: { y: { channels: 1 } },
      nodes: { late: { type: 'late' }, tremolo: { type: 'tremolo', params: { depth: 1, frequency: lane } } },
      edges: [
        { from: ['input', 'x'], to: ['late', 'main'] },
        { from: ['late', 'main'], to: ['tremolo', 'main'] },
        { from: ['tremolo', 'main'], to: ['output', 'y'] }
      ]
    }
    const wait = {
      ...processors.align,
      id: 'late',
      latency: () => late,
      params: { samples: { ...processors.align.params.samples, default: late } }
    }
    const all = { ...registry, late: wait },
      engine = load(compile(graph, { sampleRate: rate, real: 'f64', block: 128, registry: all }), kernels, all)
    fill(engine.inputs.x!, [new Float64Array(frames).fill(1)])
    engine.forward(frames)
    let phase = 0
    for (let i = 0; i < frames; i++) {
      const begin = (Math.floor((i - late) / period) * period) / rate,
        frequency = 1 + 14 * Math.min(1, Math.max(0, (begin - 0.01) / 0.09))
      // Double precision over 1500 additions of the phase: some 1e-13.
      expect(
        Math.abs(engine.outputs.y![0]![i]! - (i < late ? 0 : (1 + Math.cos(2 * Math.PI * phase)) / 2)),
        `sample ${i}`
      ).toBeLessThan(1e-11)
      if (i >= late) phase += frequency / rate
    }
  })
  it('takes its own latency and nothing else off the outputs, and lets the tail ring', async () => {
    const graph: Graph = {
      version: 1,
      inputs: { x: { channels: 1 } },
      outputs: { y: { channels: 1 } },
      nodes: { late: { type: 'align', params: { samples: 100 } } },
      edges: [
        { from: ['input', 'x'], to: ['late', 'main'] },
        { from: ['late', 'main'], to: ['output', 'y'] }
      ]
    }
    const { y } = await render(graph, { x: [Float32Array.of(1, 0, 0, 0)] }, { kernels, sampleRate: rate })
    expect(y![0]!.length).toBe(104)
    expect(y![0]!.indexOf(1)).toBe(100)
  })
})
