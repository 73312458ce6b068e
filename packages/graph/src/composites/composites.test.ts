import type { Graph } from '../graph.ts'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../test/kernels.ts'
import { channelsOf } from '../channels.ts'
import { builder } from '../compose.ts'
import { render } from '../render.ts'
import { tailOf } from '../tail.ts'
import { validate } from '../validate.ts'
import { processors } from '@mixwright/dsp'
import { channelStrip, mixBus, multiband, parametricEq, saturation } from './index.ts'

const rate = 48000,
  options = { kernels, sampleRate: rate, tail: 0 }
const sine = (frequency: number, level: number, frames = rate) =>
  new Float32Array(frames).map((_, i) => level * Math.sin((2 * Math.PI * frequency * i) / rate))
const rms = (x: Float32Array) => Math.sqrt(x.subarray(x.length / 2).reduce((s, v) => s + v * v, 0) / (x.length / 2))
const gainOf = async (graph: Graph, frequency: number, level = 0.1) => {
  const x = sine(frequency, level),
    { main } = await render(graph, { main: [x, x] }, options)
  return main!.map(channel => 20 * Math.log10(rms(channel) / rms(x)))
}

describe('composites', () => {
  it('an equaliser has the product of its bands', async () => {
    const eq = parametricEq([
      { type: 'bell', params: { frequency: 1000, q: 1, gain: 6 } },
      { type: 'bell', params: { frequency: 1000, q: 2, gain: -2 } },
      { type: 'highpass', params: { frequency: 100, q: Math.SQRT1_2 } }
    ])
    expect(validate(eq)).toEqual([])
    // At the centre a bell has its gain exactly; a Butterworth high-pass loses 10 lg(1 + (f/1000)^4) there, with the
    // bilinear bend far below 1e-3 dB.
    expect((await gainOf(eq, 1000))[0]).toBeCloseTo(4 - 10 * Math.log10(1 + (100 / 1000) ** 4), 2)
    expect((await gainOf(eq, 100))[0]).toBeLessThan(-2.5)
  })
  it('a channel strip has only what is asked for, in console order', async () => {
    const strip = channelStrip({
      polarity: true,
      gain: -6,
      pan: 1,
      eq: [{ type: 'lowshelf', params: { gain: 3 } }],
      gate: { threshold: -60 },
      compressor: { threshold: 0 }
    })
    expect(validate(strip)).toEqual([])
    expect(Object.values(strip.nodes).map(node => node.type)).toEqual([
      'polarity',
      'noisegate',
      'lowshelf',
      'compressor',
      'gain',
      'panning'
    ])
    const [left, right] = await gainOf(channelStrip({ gain: -6, pan: 1 }), 1000)
    // Constant power, normalised to the centre: +3.01 dB on one side, nothing on the other.
    expect(right).toBeCloseTo(-6 + 10 * Math.log10(2), 3)
    expect(left).toBeLessThan(-100)
    expect(await gainOf(channelStrip({}), 1000)).toEqual([0, 0])
  })
  it('a mix bus limits what its gain drives above the ceiling', async () => {
    const bus = mixBus({ gain: 24, limiter: { ceiling: -1 } }),
      x = sine(100, 0.5),
      { main } = await render(bus, { main: [x, x] }, options)
    expect(validate(bus)).toEqual([])
    expect(Math.max(...main![0]!)).toBeLessThanOrEqual(10 ** (-1 / 20))
    expect(Math.max(...main![0]!)).toBeGreaterThan(10 ** (-1.2 / 20))
  })
})

describe('a graph of parallel paths', () => {
  /** The dry path beside one that is late: what `limiter` delays, the other path waits for. */
  function parallel(): Graph {
    const b = builder(),
      x = b.input('x', { channels: 1 }),
      late = b.node('late', { type: 'limiter', params: { ceiling: 0 } }),
      flip = b.node('flip', { type: 'polarity' }),
      sum = b.node('sum', { type: 'mix' })
    b.wire(x, late)
    b.wire(x, flip)
    b.wire(late, sum)
    b.wire(flip, sum)
    b.output('y', { channels: 1 }, sum)
    return b.graph()
  }
  it('nulls where one path is late and the other is not: delays are compensated', async () => {
    const noise = new Float32Array(4000).map((_, i) => 0.3 * Math.sin(i * i * 0.01)),
      { y } = await render(parallel(), { x: [noise] }, options)
    expect(Math.max(...y![0]!.map(Math.abs))).toBe(0)
  })
  it('is mono until something makes it stereo, and rings as long as its longest path', () => {
    const b = builder(),
      x = b.input('x', { channels: 1 }),
      hall = b.node('hall', { type: 'stereo-reverb', params: { size: 0.5 } }),
      low = b.node('low', { type: 'highpass' })
    b.wire(x, low)
    b.wire(low, hall)
    b.output('dry', { channels: 1 }, low)
    b.output('wet', { channels: 2 }, hall)
    const channels = channelsOf(b.graph(), processors),
      tail = (type: 'highpass' | 'stereo-reverb', values: Record<string, number>) => {
        const def = processors[type],
          all = Object.fromEntries(Object.entries(def.params).map(([name, p]) => [name, p.default]))
        return (def.tail as (p: Record<string, number>, env: { sampleRate: number }) => number)(
          { ...all, ...values },
          { sampleRate: rate }
        )
      }
    expect([channels.get('low'), channels.get('hall'), channels.get('output.dry'), channels.get('output.wet')]).toEqual(
      [1, 2, 1, 2]
    )
    expect(tailOf(b.graph(), processors, { sampleRate: rate })).toBeCloseTo(
      tail('highpass', {}) + tail('stereo-reverb', { size: 0.5 }),
      12
    )
  })
  it('bands add up to an all-pass, and what is done in one stays there', async () => {
    const flat = multiband([150, 2000, 6000], [{}, {}, {}, {}])
    expect(validate(flat)).toEqual([])
    for (const f of [60, 150, 700, 2000, 4000, 6000, 12000])
      expect((await gainOf(flat, f))[0], `${f} Hz`).toBeCloseTo(0, 3)
    const quiet = multiband([150, 2000], [{}, { less: { type: 'gain', params: { gain: -6 } } }, {}])
    // A hundredth of the neighbours reaches here: 0.5 (1 - 0.011) + 0.011.
    expect((await gainOf(quiet, 550))[0]).toBeCloseTo(20 * Math.log10(0.5055), 1)
    for (const f of [30, 9000]) expect((await gainOf(quiet, f))[0], `${f} Hz`).toBeCloseTo(0, 1)
    expect(() => multiband([150], [{}])).toThrow('1 crossovers make 2 bands; 1 are given')
  })
  it('saturation leaves what is soft and bends what is loud', async () => {
    expect((await gainOf(saturation(12), 500, 0.001))[0]).toBeCloseTo(0, 1)
    // The fundamental of tanh(4 sin) / 4, by its Fourier integral.
    const n = 4096,
      want =
        (2 / n) *
        Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n)).reduce(
          (s, v) => s + Math.tanh(4 * v) * v,
          0
        )
    const out = (await render(saturation(20 * Math.log10(4)), { main: [sine(500, 1), sine(500, 1)] }, options))
        .main![0]!,
      found = (2 / rate) * out.reduce((s, v, i) => s + v * Math.sin((2 * Math.PI * 500 * i) / rate), 0)
    expect(20 * Math.log10(found / (want / 4))).toBeCloseTo(0, 1)
  })
})
