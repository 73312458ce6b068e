import { createRandom } from '@mixwright/dsp'
import { builder, type Graph, render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { chainByChain, chainsIn } from './chains.ts'
import { waveResiduals } from './residuals.ts'
import { settingsIn } from './settings.ts'
import { dryByFaders } from './tap.ts'
import { createWorkbench, squareOf } from './workbench.ts'

const sampleRate = 44100,
  frames = 8192,
  random = createRandom(6),
  noise = () => [Float32Array.from({ length: frames }, () => 0.2 * random.normal())],
  inputs = { a: noise(), b: noise() },
  problem = { sampleRate, inputs, frames, output: 'main' }

/** Two sources that send to one echo, one of which an oscillator moves, and a bus. */
function mix({ bell = 6, share = 1, send = -12, fader = -3 } = {}): Graph {
  const b = builder('mix'),
    [a, other] = [b.input('a', { channels: 1 }), b.input('b', { channels: 1 })],
    tone = b.node('tone', { type: 'bell', params: { frequency: 900, gain: bell, q: 1 } }),
    level = b.node('level', { type: 'gain' }),
    lfo = b.node('lfo', { type: 'lfo', params: { frequency: 3 } }),
    echo = b.node('echo', { type: 'delay', params: { delay: 40, feedback: 0.3, mix: share } }),
    sum = b.node('sum', { type: 'mix' }),
    bus = b.node('bus', { type: 'highshelf', params: { gain: 3 } })
  b.wire(a, tone)
  b.wire(other, level)
  b.wire([lfo[0], 'lfo'], ['level', 'gain'], 6)
  for (const end of [tone, level]) {
    b.wire(end, sum, fader)
    b.wire(end, echo, send)
  }
  b.wire(echo, sum)
  b.wire(sum, bus)
  b.output('main', { channels: 2 }, bus)
  return b.graph()
}
const unitsOf = (graph: Graph) => Float64Array.from(settingsIn(graph), ({ unit }) => unit)

describe('the chains of a graph', () => {
  const graph = mix(),
    settings = settingsIn(graph)
  it('begin at each input and where several meet; what moves others is theirs', () => {
    const nodes = chainsIn(graph, settings).map(own => [
      ...new Set(own.map(j => settings[j]!.name.split(/\.| < /).at(settings[j]!.name.includes('<') ? 1 : 0)))
    ])
    expect(nodes.map(list => list.sort())).toEqual([['tone'], ['level', 'lfo'], ['echo'], ['bus']])
    expect(chainsIn(graph, settings).flat().length).toBe(settings.length)
  })
  it.each(['main', 'mix'])(
    'are one and no more where one source passes all, whatever the output is called: %s',
    name => {
      const b = builder('voice'),
        tone = b.node('tone', { type: 'bell' }),
        echo = b.node('echo', { type: 'delay' }),
        sum = b.node('sum', { type: 'mix' }),
        level = b.node('level', { type: 'gain' })
      b.wire(b.input('x', { channels: 1 }), tone)
      b.wire(tone, sum)
      b.wire(tone, echo, -12)
      b.wire(echo, sum)
      b.wire(sum, level)
      b.output(name, { channels: 2 }, level)
      expect(chainsIn(b.graph(), settingsIn(b.graph()))).toEqual([])
    }
  )
  it('are set one after the other, and those that bring nothing no more', async () => {
    const wet = (await render(graph, inputs, { kernels, sampleRate, tail: 0 })).main!,
      kind = waveResiduals(wet, 0, 4096),
      bench = createWorkbench(graph, problem, settings, kernels),
      truth = unitsOf(graph),
      start = unitsOf(mix({ bell: -9 })),
      chains = new Set(chainsIn(graph, settings)),
      { units, loss } = chainByChain(
        { graph, problem, settings, kernels, drawn: [unitsOf(mix({ bell: 4 }))], spend: () => true },
        bench,
        kind,
        start,
        chains,
        { ways: 2, rounds: 8, change: 1e-3, price: 1e-10 }
      )
    expect(squareOf(bench.residuals(kind, start))).toBeGreaterThan(0.03)
    expect(loss).toBeLessThan(1e-4)
    for (const [j, u] of units.entries())
      if (settings[j]!.name.startsWith('tone.')) expect(u, settings[j]!.name).toBeCloseTo(truth[j]!, 2)
    expect(chains.size).toBeLessThan(4)
  })
})

it('gives to faders what a send lets pass unchanged, and the sound stays', () => {
  const graph = mix({ share: 0.4, send: -8 }),
    settings = settingsIn(graph),
    bench = createWorkbench(graph, problem, settings, kernels),
    units = unitsOf(graph),
    before = bench.hear(units).map(channel => channel.slice()),
    all = dryByFaders(graph, settings, units),
    after = bench.hear(all)
  expect(all[settings.findIndex(({ name }) => name === 'echo.mix')]).toBe(1)
  // By single precision, of noise at 0.2.
  before.forEach((channel, c) => channel.forEach((v, i) => expect(Math.abs(v - after[c]![i]!)).toBeLessThan(1e-5)))
})
