import { convolution, createRandom, processors, type Registry, type Samples } from '@mixwright/dsp'
import { builder, type End, excerptOf, fill, type Graph } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { rigExcerpt } from './cut-excerpt.ts'

const rate = 8000,
  judged = rate / 2,
  // What is judged begins shortly after a partition of the convolution does.
  frames = 32768 + 50 + judged,
  random = createRandom(5),
  noise = (length: number) => new Float32Array(length).map(() => 0.1 * random.normal()),
  hall = (sides: number) =>
    convolution(
      'hall',
      Array.from({ length: sides }, () => noise(3000)),
      rate,
      256
    )

/** Two strips that send to a response, beside their sum. @param bus types behind the sum */
function console(channels: 1 | 2, response: string, bus: readonly string[]): Graph {
  const b = builder('console'),
    sum = b.node('sum', { type: 'mix' }),
    entry = b.node('entry', { type: 'mix' })
  for (const [name, pan] of [
    ['near', -0.5],
    ['far', 0.4]
  ] as const) {
    const held = b.node(`${name} held`, { type: 'compressor', params: { threshold: -30, ratio: 3 } }),
      placed = b.node(
        name,
        channels === 2 ? { type: 'panning', params: { pan } } : { type: 'gain', params: { gain: -3 } }
      )
    b.wire(b.input(name, { channels: 1 }), held)
    b.wire(held, placed)
    b.wire(placed, sum, -2)
    b.wire(placed, entry, -6)
  }
  const room = b.node('room', { type: response })
  b.wire(entry, room)
  b.wire(room, sum, -4)
  b.output(
    'mix',
    { channels },
    bus.reduce((from: End, type) => {
      const node = b.node(type, { type })
      b.wire(from, node)
      return node
    }, sum)
  )
  return b.graph()
}
/** What comes before, and a response in the midst of it. */
function inSeries(response: string): Graph {
  const b = builder('series'),
    bell = b.node('bell', { type: 'bell', params: { gain: 6 } }),
    room = b.node('room', { type: response }),
    level = b.node('level', { type: 'gain', params: { gain: 3 } })
  b.wire(b.input('near', { channels: 1 }), bell)
  b.wire(bell, room)
  b.wire(room, level)
  b.output('mix', { channels: 1 }, level)
  return b.graph()
}

/** Sound and slopes of the end of an excerpt. */
function heard(
  excerpt: Pick<ReturnType<typeof rigExcerpt>, 'engine' | 'render' | 'gradients'>,
  all: number,
  channels: number
) {
  const { engine } = excerpt,
    end = (of: readonly Samples[]) => of.slice(0, channels).map(channel => channel.subarray(all - judged, all))
  for (const [name, samples] of Object.entries(inputs))
    if (engine.inputs[name])
      fill(
        engine.inputs[name].map(channel => channel.subarray(0, all)),
        [samples.subarray(0, all)]
      )
  excerpt.render()
  const sound = end(engine.outputs.mix!).map(channel => channel.slice())
  if (!engine.outputGradients.mix) return { sound, slopes: { nodes: {}, edges: {} } }
  end(engine.outputGradients.mix).forEach((channel, c) => channel.set(towards[c]!))
  return { sound, slopes: excerpt.gradients() }
}
const inputs = { near: noise(frames + 4096), far: noise(frames + 4096) },
  towards = [noise(judged), noise(judged)]

describe('an excerpt cut at a response', () => {
  it.each([
    ['stereo, nothing behind the sum', 2, 2, []],
    ['stereo, one response, filters and a compressor behind the sum', 2, 1, ['bell', 'compressor']],
    ['mono, a filter behind the sum', 1, 1, ['bell']],
    ['in series', 1, 1, undefined]
  ] as const)('sounds and slopes like the whole: %s', (_, channels, sides, bus) => {
    const response = hall(sides),
      registry: Registry = { ...processors, [response.id]: response },
      graph = bus ? console(channels, response.id, bus) : inSeries(response.id),
      cut = rigExcerpt(graph, kernels, { sampleRate: rate, frames, judged, slopes: true, registry }),
      late = 256,
      whole = excerptOf(graph, kernels, { sampleRate: rate, registry, gradients: { frames: frames + late } }),
      ours = heard(cut, frames + cut.latency, channels),
      theirs = heard(whole, frames + late, channels)
    expect(cut.latency).toBe(0)
    const deaf = rigExcerpt(graph, kernels, { sampleRate: rate, frames, judged, slopes: false, registry })
    expect(heard(deaf, frames, channels).sound).toEqual(ours.sound)
    ours.sound.forEach((channel, c) => {
      channel.forEach((v, i) => expect(Math.abs(v - theirs.sound[c]![i]!)).toBeLessThan(1e-5))
    })
    const numbers = ({ nodes, edges }: typeof ours.slopes) => ({
      ...edges,
      ...Object.fromEntries(
        Object.entries(nodes).flatMap(([id, params]) => Object.entries(params).map(([name, g]) => [`${id}.${name}`, g]))
      )
    })
    const wanted = numbers(theirs.slopes) as Record<string, number>,
      most = Math.max(...Object.values(wanted).map(Math.abs))
    expect(Object.keys(numbers(ours.slopes)).sort()).toEqual(Object.keys(wanted).sort())
    for (const [name, slope] of Object.entries(numbers(ours.slopes) as Record<string, number>))
      expect(Math.abs(slope - wanted[name]!), name).toBeLessThan(1e-4 * most)
  })
})
