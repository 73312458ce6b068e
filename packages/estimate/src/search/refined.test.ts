import { type Audio, clipOf, createRandom } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { completed, exchanged } from './completed.ts'
import { deepened, pruned } from './deepened.ts'
import { type Console, consoleGraph, type Device, devicesOf, startOf } from './console.ts'
import { problemOf, readStretches } from './excerpts.ts'
import { readLong } from './long-passage.ts'
import { refined } from './refined.ts'
import { createTrial } from './trial.ts'

const rate = 8000,
  seconds = 5,
  random = createRandom(8),
  bursts = Float32Array.from(
    { length: seconds * rate },
    (_, i) => 0.5 * random.normal() * 10 ** ((-36 * ((i / rate / 0.5) % 1)) / 20)
  ),
  device = (type: string, params: Device['params']): Device => ({ id: type, type, params: startOf(type, params) }),
  chained = (...chain: readonly Device[]): Console => ({
    strips: [{ input: 'drum', channels: 1, chain, sends: {} }],
    rooms: [],
    bus: [],
    channels: 1
  }),
  bent = (frequency: number, gain: number, threshold: number, attack: number, drive: number) =>
    chained(
      device('bell', { frequency, q: 1.5, gain }),
      device('compressor', { threshold, ratio: 4, attack, release: 80, knee: 3 }),
      device('distortion', { gain: drive, hardness: 0.4 }),
      device('gain', { gain: -3 })
    ),
  wetOf = async (console: Console) =>
    (await render(consoleGraph(console), { drum: [bursts] }, { kernels, sampleRate: rate, frames: seconds * rate }))
      .mix!

const listening = async (sound: Audio) => {
  const [dry, wet] = [clipOf([bursts], rate), clipOf(sound, rate)],
    stretches = await readStretches({ drum: dry }, wet, { starts: [rate, 3 * rate], warmup: rate / 2, judged: rate }),
    options = { kernels, effort: { trial: 4, joint: 6, last: 10 } }
  return {
    options,
    trial: createTrial(stretches, problemOf(stretches, kernels), options.effort, 0.04, true, options),
    passage: await readLong('drum', dry, wet)
  }
}

describe('refined', () => {
  it('turns all numbers to the true ones, of a passage whose past is not known', async () => {
    const truth = bent(1500, -9, -24, 5, 16),
      wet = await wetOf(truth),
      from = 0.7 * rate,
      passage = {
        ...(await readLong('drum', clipOf([bursts], rate), clipOf(wet, rate))),
        dry: [bursts.subarray(from)],
        wet: wet.map(channel => channel.subarray(from)),
        start: from
      },
      found = devicesOf(refined({ console: bent(1000, -3, -15, 12, 8), passage }, kernels).console),
      shouldBe = devicesOf(truth)
    // Of attacks and thresholds the samples, at -60 dB of error, tell a few thousandths.
    for (const [k, name] of [
      [0, 'frequency'],
      [0, 'gain'],
      [1, 'threshold'],
      [1, 'attack'],
      [2, 'gain']
    ] as const)
      expect(Math.abs(found[k]!.params[name]! / shouldBe[k]!.params[name]! - 1), name).toBeLessThan(0.02)
  })
})

describe('completed', () => {
  it('puts what a usual chain has in front of what bends, then rarer things behind the compressor; of one compressor makes two', () => {
    const types = (rare: boolean, ...chain: readonly Device[]) =>
      [...completed(chained(...chain), rare)].map(({ console }) => devicesOf(console).map(({ type }) => type))
    const [bell, bend, gain] = devicesOf(bent(1500, -9, -24, 5, 16)).filter(({ type }) => type !== 'compressor'),
      front = ['bell', 'highpass', 'lowshelf', 'bell', 'highshelf', 'compressor']
    expect(types(false, bell!, bend!, gain!)).toEqual([[...front, 'distortion', 'gain']])
    expect(types(true, bell!, bend!, gain!)).toEqual([
      [...front, 'distortion', 'gain'],
      [...front, 'transient-shaper', 'distortion', 'gain'],
      [...front, 'distortion', 'stereo-reverb', 'gain'],
      [...front, 'distortion', 'delay', 'gain']
    ])
    const compressor = device('compressor', { threshold: -30, ratio: 9, attack: 10, release: 100 }),
      two = [...completed(chained(bell!, compressor, gain!), false)]
        .slice(1)
        .map(({ console }) => devicesOf(console).filter(({ type }) => type === 'compressor'))
    expect(
      two.map(both => both.map(({ params }) => [params.threshold, params.ratio, params.attack, params.release]))
    ).toEqual([
      [
        [-30, 3, 20, 200],
        [-30, 3, 5, 50]
      ],
      [
        [-30, 3, 5, 50],
        [-30, 3, 20, 200]
      ]
    ])
  })
})

describe('exchanged', () => {
  it('turns the order of each two that bend or hold the level, whatever is linear between them', () => {
    const [bell, compressor, bend, gain] = devicesOf(bent(1500, -9, -24, 5, 16)),
      shaper = device('transient-shaper', {})
    expect(
      [...exchanged(chained(compressor!, bell!, bend!, shaper, gain!))].map(({ console }) =>
        devicesOf(console).map(({ type }) => type)
      )
    ).toEqual([
      ['distortion', 'bell', 'compressor', 'transient-shaper', 'gain'],
      ['compressor', 'bell', 'transient-shaper', 'distortion', 'gain']
    ])
  })
})

describe('pruned', () => {
  // Phases of what is not heard.
  const deep = (id: string): Device => ({ ...device('highpass', { frequency: 20, q: 0.7 }), id }),
    gain = device('gain', { gain: -3 }),
    left = async (wet: Console) => {
      const { trial, options } = await listening(await wetOf(wet)),
        start = await trial.fit(chained(deep('one'), gain), 0)
      return devicesOf((await pruned(start, trial, options)).console).map(({ type }) => type)
    }
  it('leaves out what nobody would miss', async () =>
    expect(await left(chained(deep('one'), deep('two'), gain))).toEqual(['gain']))
  it('keeps it where it is known to have been there', async () =>
    expect(await left(chained(deep('one'), gain))).toEqual(['highpass', 'gain']))
})

/** What all numbers at once make of a console, where another one gave the wet. */
async function deeper(truth: Console, found: Console) {
  const { trial, options, passage } = await listening(await wetOf(truth)),
    start = await trial.fit(found, options.effort.joint)
  return { start, ...(await deepened(start, passage, trial, options))! }
}
describe('deepened', () => {
  it('finds a filter and a compressor in front of a bend, which hides them, and nothing else that bends', async () => {
    const { console, loss } = await deeper(
      bent(1500, -9, -24, 5, 16),
      chained(device('distortion', { gain: 10 }), device('gain', { gain: -6 }))
    )
    expect(loss).toBeLessThan(0.01)
    // Which filters make up the curve hangs on the last bit, in some orders of tests.
    const types = devicesOf(console).map(({ type }) => type)
    expect(types).toContain('bell')
    expect(types.slice(types.indexOf('compressor'))).toEqual(['compressor', 'distortion', 'gain'])
  })
  it('finds and keeps a second compressor, though one alone leaves nothing that is heard', async () => {
    const compressor = (id: string, params: Device['params']) => ({ ...device('compressor', params), id }),
      truth = chained(
        compressor('slow', { threshold: -26, ratio: 3, attack: 20, release: 90 }),
        compressor('fast', { threshold: -26, ratio: 2.5, attack: 4, release: 45 }),
        device('gain', { gain: 3 })
      ),
      { start, console } = await deeper(
        truth,
        chained(compressor('one', { threshold: -26, ratio: 7, attack: 5, release: 60 }), device('gain', { gain: 3 }))
      ),
      both = devicesOf(console).filter(({ type }) => type === 'compressor')
    // No more than `alike`.
    expect(start.loss).toBeLessThan(0.01)
    expect(both.length).toBe(2)
    for (const [k, { params }] of both.entries())
      for (const name of ['ratio', 'attack', 'release'])
        expect(Math.abs(params[name]! / devicesOf(truth)[k]!.params[name]! - 1), `${k} ${name}`).toBeLessThan(0.02)
  })
})
