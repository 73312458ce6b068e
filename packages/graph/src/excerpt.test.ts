import { describe, expect, it } from 'vitest'
import { kernels } from '../../dsp/test/kernels.ts'
import { excerptOf, fill } from './gradients.ts'
import type { Graph, Lane } from './graph.ts'
import { render } from './render.ts'

const rate = 8000,
  lane: Lane = {
    lane: [
      [0, 0],
      [0.5, -12],
      [1, 6]
    ]
  },
  /** Lanes as a parameter and as the gain of an edge; nothing that remembers. */
  graph: Graph = {
    version: 1,
    inputs: { x: { channels: 1 } },
    outputs: { y: { channels: 2 } },
    nodes: {
      g: { type: 'gain', params: { gain: lane } },
      p: { type: 'panning', params: { pan: { lane: lane.lane.map(([t, v]) => [t, v / 12]) } } }
    },
    edges: [
      { from: ['input', 'x'], to: ['g', 'main'] },
      { from: ['g', 'main'], to: ['p', 'main'], gain: lane },
      { from: ['p', 'main'], to: ['output', 'y'] }
    ]
  }

describe('an excerpt', () => {
  // Neither a multiple of the grid on which lanes are read nor of a block.
  it.each([0, 4001, -700])('that begins at sample %i is that part of the song', async begin => {
    const frames = 1500,
      song = new Float32Array(rate).map((_, i) => Math.sin(0.37 * i)),
      whole = (await render(graph, { x: [song] }, { kernels, sampleRate: rate, frames: rate })).y!,
      excerpt = excerptOf(graph, kernels, { sampleRate: rate, gradients: { frames } }),
      part = new Float32Array(frames).map((_, i) => song[begin + i] ?? 0)
    fill(excerpt.engine.inputs.x!, [part])
    excerpt.render(begin)
    const heard = excerpt.engine.outputs.y!
    for (let i = 0; i < frames; i++)
      for (const c of [0, 1]) expect(heard[c]![i]!).toBeCloseTo(whole[c]![begin + i] ?? 0, 6)
    // A loss on the last half of it moves only breakpoints on both sides of that.
    excerpt.engine.outputGradients.y!.forEach(channel => void channel.fill(1, frames / 2, frames))
    const { edges } = excerpt.gradients(),
      gradient = edges[1] as Float64Array,
      touched = [...gradient].map(g => g !== 0)
    expect(touched).toEqual(begin < 4000 ? [true, true, false] : [false, true, true])
  })
  // A filter forgets at once, a compressor later, an echo of an echo of 0.4 s last; what sounds before the loss begins is louder.
  it.each([
    ['filters', { b: { type: 'bell', params: { frequency: 300, q: 2, gain: 9 } } }],
    ['a compressor', { c: { type: 'compressor', params: { threshold: -40, ratio: 4, attack: 5, release: 900 } } }],
    ['an echo', { d: { type: 'delay', params: { delay: 400, feedback: 0.6, mix: 0.5 } } }]
  ])('is followed backwards as far as it tells: %s', (_, nodes) => {
    const frames = 40000,
      from = 24000,
      ids = Object.keys(nodes),
      chain: Graph = {
        version: 1,
        inputs: { x: { channels: 1 } },
        outputs: { y: { channels: 1 } },
        nodes: { g: { type: 'gain' }, ...nodes },
        edges: [
          { from: ['input', 'x'], to: ['g', 'main'], gain: 0 },
          ...['g', ...ids].map((id, i) => {
            const to = [...ids, ''][i]!
            return { from: [id, 'main'] as const, to: to ? ([to, 'main'] as const) : (['output', 'y'] as const) }
          })
        ]
      },
      excerpt = excerptOf(chain, kernels, { sampleRate: rate, gradients: { frames } }),
      slopes = (start?: number) => {
        const { nodes: found, edges } = excerpt.gradients(start)
        return [...Object.values(found).flatMap(params => Object.values(params) as number[]), edges[0] as number]
      }
    fill(excerpt.engine.inputs.x!, [
      Float32Array.from({ length: frames }, (_, i) => (i < 20000 ? 1 : 0.05) * Math.sin(0.05 * i + (i / 9000) ** 2))
    ])
    excerpt.render()
    excerpt.engine.outputGradients.y!.forEach((channel, c) => {
      for (let i = from; i < frames; i++) channel[i] = excerpt.engine.outputs.y![c]![i]! * Math.cos(0.001 * i)
    })
    const all = slopes(),
      most = Math.max(...all.map(Math.abs))
    slopes(from).forEach((slope, i) =>
      expect(Math.abs(slope - all[i]!)).toBeLessThan(1e-3 * Math.abs(all[i]!) + 1e-7 * most)
    )
  })
})
