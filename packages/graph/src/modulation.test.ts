/** Control signals in graphs: what turns a parameter sample by sample, and gradients back through it. */
import { describe, expect, it } from 'vitest'
import { kernels } from '../test/kernels.ts'
import { excerptOf, fill } from './gradients.ts'
import type { Edge, End, Graph, Node } from './graph.ts'
import { partition } from './partition.ts'
import { render } from './render.ts'
import { edgeGainRange } from './validate.ts'

const rate = 8000
const edge = (from: End, to: End, gain?: number): Edge => ({ from, to, ...(gain !== undefined && { gain }) })
const graphOf = (nodes: Record<string, Node>, edges: readonly Edge[], channels: 1 | 2 = 2): Graph => ({
  version: 1,
  inputs: { song: { channels } },
  outputs: { main: { channels: 2 } },
  nodes,
  edges
})
const tone = (frames: number, frequency = 700) =>
  new Float32Array(frames).map((_, i) => 0.5 * Math.sin((2 * Math.PI * frequency * i) / rate))

/** Loss = Σ y² of 2400 samples, in double precision. */
function evaluate(graph: Graph) {
  const frames = 2400,
    excerpt = excerptOf(graph, kernels, { sampleRate: rate, real: 'f64', block: 128, gradients: { frames } }),
    { engine } = excerpt
  fill(
    engine.inputs.song!,
    [0, 1].map(c => new Float64Array(frames).map((_, i) => Math.sin(0.3 * i + c) + Math.sin(0.011 * i * i)))
  )
  const evaluate = () => {
    excerpt.render()
    let loss = 0
    engine.outputs.main!.forEach((channel, c) => {
      for (let i = 0; i < frames; i++) {
        loss += channel[i]! ** 2
        engine.outputGradients.main![c]![i] = 2 * channel[i]!
      }
    })
    return loss
  }
  return { loss: evaluate(), excerpt, evaluate }
}

describe('a pan turned by a stereo LFO', () => {
  it('is the law of panning at every sample', async () => {
    const frames = 4000,
      song = tone(frames),
      graph = graphOf(
        { wave: { type: 'stereo-lfo', params: { frequency: 3, stereo_offset: 0 } }, place: { type: 'panning' } },
        [
          edge(['input', 'song'], ['place', 'main']),
          edge(['wave', 'lfo'], ['place', 'pan']),
          edge(['place', 'main'], ['output', 'main'])
        ],
        1
      ),
      { main } = await render(graph, { song: [song] }, { sampleRate: rate, kernels })
    for (let i = 0; i < frames; i++) {
      const angle = (Math.PI / 4) * (1 + Math.sin((2 * Math.PI * 3 * i) / rate))
      expect(main![0]![i]).toBeCloseTo(Math.SQRT2 * Math.cos(angle) * song[i]!, 5)
      expect(main![1]![i]).toBeCloseTo(Math.SQRT2 * Math.sin(angle) * song[i]!, 5)
    }
  })
})

describe('a low-pass turned by an LFO, on top of automation', () => {
  it('is the state-variable filter with that frequency at every sample', async () => {
    const frames = 4096,
      q = 2,
      song = tone(frames, 900).map((v, i) => v + 0.3 * Math.sin(i * i * 1e-4)),
      graph = graphOf(
        {
          wave: { type: 'lfo', params: { frequency: 5 } },
          filter: {
            type: 'lowpass',
            params: {
              q,
              frequency: {
                lane: [
                  [0, 300],
                  [frames / rate, 1200]
                ]
              }
            }
          }
        },
        [
          edge(['input', 'song'], ['filter', 'main']),
          edge(['wave', 'lfo'], ['filter', 'frequency'], -6),
          edge(['filter', 'main'], ['output', 'main'])
        ],
        1
      ),
      { main } = await render(graph, { song: [song] }, { sampleRate: rate, kernels, frames })
    // Zavalishin's solution of the loop without delay, in its textbook form; the lane is a line in octaves.
    let s1 = 0,
      s2 = 0
    const want = song.map((x, i) => {
      const octaves = (2 * i) / frames + 10 ** (-6 / 20) * Math.sin((2 * Math.PI * 5 * i) / rate),
        g = Math.tan((Math.PI * 300 * 2 ** octaves) / rate),
        high = (x - (g + 1 / q) * s1 - s2) / (1 + g * (g + 1 / q)),
        band = g * high + s1,
        low = g * band + s2
      s1 = g * high + band
      s2 = g * band + low
      return low
    })
    // Single precision: some roundings of 6e-8 and a polynomial for the tangent.
    main![0]!.forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 5))
  })
})

describe('a bypassed LFO', () => {
  it('is silence, before and after gradients have gone back through it', () => {
    const wired = (nodes: Record<string, Node>) =>
        graphOf({ filter: { type: 'lowpass' }, ...nodes }, [
          edge(['input', 'song'], ['filter', 'main']),
          ...Object.keys(nodes).map(id => edge([id, 'lfo'], ['filter', 'frequency'])),
          edge(['filter', 'main'], ['output', 'main'])
        ]),
      without = evaluate(wired({})),
      still = evaluate(wired({ wave: { type: 'lfo', bypass: true } }))
    for (let again = 0; again < 2; again++) {
      // A frequency times 2^0, computed sample by sample: rounding.
      expect(still.evaluate() / without.evaluate()).toBeCloseTo(1, 9)
      still.excerpt.gradients()
    }
  })
})

describe('a bypassed crossover', () => {
  it('gives its input on the first outlet and silence on the other, so that their sum is the input', async () => {
    const song = [tone(500), tone(500, 90)],
      graph = graphOf({ split: { type: 'crossover', bypass: true }, tidy: { type: 'dc-block' } }, [
        edge(['input', 'song'], ['split', 'main']),
        edge(['split', 'low'], ['output', 'main']),
        edge(['split', 'high'], ['tidy', 'main']),
        edge(['tidy', 'main'], ['output', 'main'])
      ]),
      { main } = await render(graph, { song }, { sampleRate: rate, kernels })
    expect(main!.map(c => c.subarray(0, 500))).toEqual(song)
  })
})

describe('partition', () => {
  it('gives each part an LFO of its own, so that what it turns need not wait', () => {
    const graph: Graph = {
      version: 1,
      inputs: { a: { channels: 1 }, b: { channels: 1 } },
      outputs: { main: { channels: 2 }, other: { channels: 2 } },
      nodes: { wave: { type: 'lfo' }, one: { type: 'lowpass' }, two: { type: 'highpass' } },
      edges: [
        edge(['input', 'a'], ['one', 'main']),
        edge(['input', 'b'], ['two', 'main']),
        edge(['wave', 'lfo'], ['one', 'frequency']),
        edge(['wave', 'lfo'], ['two', 'frequency']),
        edge(['one', 'main'], ['output', 'main']),
        edge(['two', 'main'], ['output', 'other'])
      ]
    }
    const nodes = partition(graph, 2).parts.map(part => Object.keys(part.nodes).sort())
    expect(nodes.sort()).toEqual([
      ['one', 'wave'],
      ['two', 'wave']
    ])
  })
})

describe('gradients through a control signal', () => {
  /** song → low-pass, whose frequency an LFO turns through a gain: the LFO lies two nodes upstream. */
  const swept = (wave: Record<string, number | string>): Graph =>
    graphOf(
      {
        wave: { type: 'stereo-lfo', params: wave },
        depth: { type: 'gain', params: { gain: 4 } },
        filter: { type: 'lowpass', params: { frequency: 600, q: 3 } },
        wah: { type: 'envelope-follower', params: { attack: 3, release: 20, gain: -0.8 } }
      },
      [
        edge(['input', 'song'], ['filter', 'main']),
        edge(['input', 'song'], ['wah', 'main']),
        edge(['wah', 'env'], ['filter', 'frequency'], -6),
        edge(['wave', 'lfo'], ['depth', 'main']),
        edge(['depth', 'main'], ['filter', 'frequency']),
        edge(['filter', 'main'], ['output', 'main'])
      ]
    )
  it.each(['sine', 'triangle', 'saw', 'square'])('%s: frequency, phase and offset agree with differences', shape => {
    const at = { frequency: 9.3, phase: 77, stereo_offset: 130 },
      gradients = evaluate(swept({ ...at, shape })).excerpt.gradients().nodes.wave!
    for (const name of ['frequency', 'phase', 'stereo_offset'] as const) {
      const errors = [1e-4, 1e-5, 1e-6, 1e-7].map(relative => {
        const step = relative * at[name],
          [up, down] = [1, -1].map(sign => evaluate(swept({ ...at, shape, [name]: at[name] + sign * step })).loss),
          measured = (up! - down!) / (2 * step)
        return Math.abs((gradients[name] as number) / measured - 1)
      })
      // Jumps are two samples long, so that only small steps see their slope; rounding limits these.
      expect(Math.min(...errors), `${name} ${gradients[name]}`).toBeLessThan(1e-5)
    }
  })
})

describe('a frequency swung by hundreds of octaves, as far as an edge lets it', () => {
  it.each([
    ['bell', 'frequency'],
    ['highpass', 'frequency'],
    ['phaser', 'modulation']
  ])('of a %s stays within what sounds', async (type, inlet) => {
    const graph = graphOf({ swung: { type }, lfo: { type: 'lfo', params: { frequency: 3 } } }, [
        edge(['input', 'song'], ['swung', 'main']),
        edge(['lfo', 'lfo'], ['swung', inlet], edgeGainRange.max),
        edge(['swung', 'main'], ['output', 'main'])
      ]),
      { main } = await render(graph, { song: [tone(rate)] }, { kernels, sampleRate: rate, tail: 0 })
    for (const channel of main!) expect(channel.every(v => Math.abs(v) < 10)).toBe(true)
  })
})
