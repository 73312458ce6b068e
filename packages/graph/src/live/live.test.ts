import { fromUnit, inletsOf, type NumberParam, outletsOf, type Params } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../test/kernels.ts'
import { randomGraph, registry, seeded } from '../../test/random-graph.ts'
import type { Graph } from '../graph.ts'
import { render } from '../render.ts'
import { compile } from '../compile.ts'
import { changesBetween } from './changes.ts'
import { type Block, createLive, liveEdit, livePlan, quantum } from './live.ts'
import { type LiveMeter, meterMemory, meterReader, meterWriter } from './meters.ts'

const rate = 48000
type Sound = readonly Float32Array[]

/** Everything that comes out while `act` is told the time, in quanta. */
function play(
  graph: Graph,
  inputs: Readonly<Record<string, Sound>>,
  frames: number,
  act?: (live: ReturnType<typeof createLive>, at: number) => void
) {
  const live = createLive(livePlan(graph, rate, registry), kernels, registry),
    out = Object.fromEntries(
      Object.keys(graph.outputs).map(name => [name, [new Float32Array(frames), new Float32Array(frames)]])
    )
  for (let at = 0; at < frames; at += quantum) {
    act?.(live, at)
    const part = (block: Readonly<Record<string, Sound>>): Block =>
      Object.fromEntries(
        Object.entries(block).map(([name, audio]) => [name, audio.map(c => c.subarray(at, at + quantum))])
      )
    live.process(part(inputs), part(out), Math.min(quantum, frames - at))
  }
  return out
}
const noise = (seed: number, frames: number, channels = 2): Float32Array[] => {
  const random = seeded(seed)
  return Array.from({ length: channels }, () => new Float32Array(frames).map(() => random() - 0.5))
}
const sine = (frequency: number, frames: number) => [
  new Float32Array(frames).map((_, i) => 0.25 * Math.sin((2 * Math.PI * frequency * i) / rate))
]
/** One processor, the first of its outlets heard. */
const chain = (type: string, params: Graph['nodes'][string]['params'] = {}): Graph => ({
  version: 1,
  inputs: { song: { channels: 2 } },
  outputs: { main: { channels: 2 } },
  nodes: { one: { type, params } },
  edges: [
    ...inletsOf(registry[type]!)
      .filter(inlet => !inlet.optional)
      .map(inlet => ({ from: ['input', 'song'] as const, to: ['one', inlet.name] as const })),
    { from: ['one', outletsOf(registry[type]!)[0]!.name], to: ['output', 'main'] }
  ]
})

/**
 * Largest fourth difference: of a steady 200-Hz sine 10^-7 of it, of a step twelve times its height and more. What leaves a
 * processor in a steady state, before and after, is the measure of what may come out between.
 */
const roughness = (audio: Float32Array, from: number, to: number) => {
  let most = 0
  for (let i = from; i < to; i++)
    most = Math.max(
      most,
      Math.abs(audio[i - 2]! - 4 * audio[i - 1]! + 6 * audio[i]! - 4 * audio[i + 1]! + audio[i + 2]!)
    )
  return most
}

describe('live', () => {
  it.each(Array.from({ length: 12 }, (_, i) => i + 1))(
    'random graph %i: what is heard is what is rendered, late by its latency, bit for bit',
    async seed => {
      const seconds = 0.1,
        graph = randomGraph(seed, { registry, nodes: 10, seconds }),
        { latency } = compile(graph, { sampleRate: rate, registry }),
        frames = quantum * Math.ceil((latency + seconds * rate) / quantum),
        inputs = Object.fromEntries(
          Object.entries(graph.inputs).map(([name, port], i) => [name, noise(i + 1, frames, port.channels)])
        ),
        offline = await render(graph, inputs, { sampleRate: rate, kernels, registry, frames: frames - latency }),
        heard = play(graph, inputs, frames, (live, at) => {
          if (at % (5 * quantum) === 0) live.rehearse()
        })
      for (const name in heard)
        for (let c = 0; c < 2; c++)
          expect(heard[name]![c]!.subarray(latency)).toEqual(offline[name]![c] ?? offline[name]![0])
    }
  )

  const knobs = Object.values(registry).flatMap(def =>
    Object.entries(def.params as Params)
      .filter(([name, param]) => param.kind === 'number' && !def.kernel?.shape?.includes(name))
      .map(([name]) => [def.id, name] as const)
  )
  /** What jumps inside a loop goes round in it: 44 dB and more below the sine. */
  const loops: Readonly<Record<string, number>> = {
    'delay delay': 9e-3,
    'pingpong delay': 9e-3,
    'reverb size': 2e-3,
    'stereo-reverb size': 2e-3,
    'vibrato feedback': 2e-4
  }
  it.each(knobs)('%s: a jump of %s does not click', (type, name) => {
    const params = registry[type]!.params as Params,
      param = params[name] as NumberParam,
      frames = 3 * 24000,
      graph = chain(type, { [name]: fromUnit(param, 0.3) }),
      changes = changesBetween(graph, chain(type, { [name]: fromUnit(param, 0.7) }), registry)!,
      { main } = play(graph, { song: sine(200, frames) }, frames, (live, at) => {
        if (at === 24064) live.turn(changes)
      }),
      steady = Math.max(roughness(main![0]!, 12000, 24000), roughness(main![0]!, 60000, frames - 2))
    expect(roughness(main![0]!, 24000, 36000)).toBeLessThan(3 * steady + (loops[`${type} ${name}`] ?? 3e-5))
  })
})

describe('edits', () => {
  const frames = 48000,
    at = 24064,
    wet: Graph['nodes'] = { room: { type: 'stereo-reverb', params: { mix: 0.5 } } },
    graphOf = (nodes: Graph['nodes'], gain?: number): Graph => {
      const ids = Object.keys(nodes)
      return {
        ...chain('gain'),
        nodes,
        edges: [...ids, 'output'].map((id, i) => ({
          from: i ? ([ids[i - 1]!, 'main'] as const) : (['input', 'song'] as const),
          to: [id, 'main'] as const,
          ...(gain !== undefined && { gain })
        }))
      }
    },
    bell = { type: 'bell', params: { frequency: 200, gain: -9, q: 2 } },
    late = { type: 'limiter', params: { ceiling: -18 } }
  /** How much rougher it gets by an edit than it is before and after. */
  const edited = (before: Graph['nodes'], after: Graph['nodes'], gain?: number) => {
    const { main } = play(graphOf(before), { song: sine(200, frames) }, frames, (live, now) => {
      if (now === at) live.edit(liveEdit(graphOf(before), graphOf(after, gain), rate))
    })
    const steady = Math.max(roughness(main![0]!, 12000, at - 2), roughness(main![0]!, 40000, frames - 2))
    return roughness(main![0]!, at, 40000) - 3 * steady
  }
  const comp = { type: 'compressor', params: { threshold: -24 } },
    shelf = { type: 'highshelf', params: { gain: 6 } }
  it.each([
    ['a node comes', { comp }, { bell, comp }],
    ['a node goes', { bell, comp }, { comp }],
    ['one of another kind in its place', { bell, comp }, { bell: shelf, comp }],
    ['one that is late comes', { bell }, { bell, late }],
    ['one comes before a reverb', wet, { bell, ...wet }],
    ['one goes before a reverb', { bell, ...wet }, wet],
    ['one comes over an edge with a gain', wet, { bell, ...wet }, -6],
    ['a reverb comes', { bell }, { bell, ...wet }],
    ['a reverb goes', { bell, ...wet }, { bell }]
  ])('%s: no click', (_, before, after, gain?: number) => {
    expect(edited(before, after, gain)).toBeLessThan(3e-5)
  })
  it('the tail of a reverb goes on when another node comes', () => {
    const burst = noise(1, frames).map(c => c.fill(0, 12000)),
      untouched = play(graphOf(wet), { song: burst }, frames).main!,
      changed = play(graphOf(wet), { song: burst }, frames, (live, now) => {
        if (now === at) live.edit(liveEdit(graphOf(wet), graphOf({ ...wet, unity: { type: 'gain' } }), rate))
      }).main!
    for (let c = 0; c < 2; c++) {
      expect(Math.max(...untouched[c]!.subarray(at, at + 4800).map(Math.abs))).toBeGreaterThan(1e-3)
      expect(changed[c]!.subarray(at + 4800)).toEqual(untouched[c]!.subarray(at + 4800))
    }
  })
  it('what is asked for during a fade comes after it, the last of each; a turned knob ends where it was turned to', async () => {
    const to = (gain: number) =>
        changesBetween(graphOf({ one: { type: 'gain' } }), graphOf({ one: { type: 'gain', params: { gain } } }))!,
      song = sine(200, frames),
      { main } = play(graphOf({ one: { type: 'gain' } }), { song }, frames, (live, now) => {
        live.rehearse()
        if (now >= at && now < at + 6400) live.turn(to(-(now - at) / 640))
        if (now === at + 6400) live.turn(to(-12))
        if (now > at + 12800) expect(live.settled()).toBe(true)
      }),
      offline = await render(
        graphOf({ one: { type: 'gain', params: { gain: -12 } } }),
        { song },
        { sampleRate: rate, kernels, frames }
      )
    expect(main![0]!.subarray(at + 12800)).toEqual(offline.main![0]!.subarray(at + 12800))
  })
  it('another graph that differs in numbers alone needs no new plan, any other does', () => {
    const graph = graphOf({ bell, ...wet })
    expect(changesBetween(graph, graph)).toEqual([])
    expect(changesBetween(graph, graphOf({ bell: { ...bell, params: { ...bell.params, gain: 3 } }, ...wet }))).toEqual([
      { node: 'bell', param: 'gain', value: 3, glides: true }
    ])
    expect(changesBetween(graph, graphOf({ bell: { ...bell, bypass: true }, ...wet }))).toBeUndefined()
    expect(
      changesBetween(graph, graphOf({ bell: { ...bell, params: { gain: { lane: [[0, 1]] } } }, ...wet }))
    ).toBeUndefined()
    expect(changesBetween(graph, graphOf(wet))).toBeUndefined()
    expect(changesBetween(graph, { ...graph, edges: graph.edges.map(edge => ({ ...edge, gain: -3 })) })).toBeUndefined()
  })
})

describe('meters', () => {
  it('give levels since the last look and the spectrum, whatever passes by, over the end of the memory', () => {
    const memory = meterMemory(2),
      write = meterWriter(memory, 2),
      [first, second] = [0, 1].map(output => meterReader(memory, 2, output, rate)) as [LiveMeter, LiveMeter],
      frames = 390 * quantum,
      [tone] = sine(1000, frames) as [Float32Array]
    for (let at = 0; at < frames; at += quantum) {
      const part = tone.subarray(at, at + quantum)
      write(1, [part, part.map(x => x / 2)], quantum)
      if (at === 200 * quantum) second.levels()
    }
    const { peak, rms } = second.levels()
    // A quarter of full scale: −12.04 dB, the sine's mean square 3.01 dB below, the right channel at half 6.02 dB below.
    expect(peak[0]).toBeCloseTo(-12.04, 2)
    expect(rms[0]).toBeCloseTo(-15.05, 1)
    expect(rms[1]).toBeCloseTo(-21.07, 1)
    const { bands, levels } = second.spectrum(),
      loudest = levels.indexOf(Math.max(...levels))
    expect(bands[loudest]!.centre).toBeCloseTo(1000, 6)
    // Mean of both channels' power: (1 + 1/4)/2 of the left one's.
    expect(levels[loudest]).toBeCloseTo(-15.05 - 2.04, 1)
    expect(first.levels().peak).toEqual([-Infinity, -Infinity])
  })
})
