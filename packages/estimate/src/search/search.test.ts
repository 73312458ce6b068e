import { type Audio, clipOf, createRandom, processors } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { type Console, consoleGraph, type Device, devicesOf, readBack, startOf } from './console.ts'
import { contributionsOf } from './contributions.ts'
import { readStretches, tellingStarts } from './excerpts.ts'
import { createListener } from './listener.ts'
import { isInverted } from './long-passage.ts'
import { searchMix } from './mix-search.ts'
import { nearer } from './nearer.ts'
import { searchSource } from './search.ts'
import { createSearchWork, type SearchPart, type SearchWork, searchWorkBy } from './work.ts'

const rate = 16000,
  seconds = 6,
  random = createRandom(8)
/** Bursts of noise at several levels: something to measure a compressor by. */
const bursts = (period: number): Float32Array =>
  new Float32Array(seconds * rate).map((_, i) => {
    const phase = (i / rate / period) % 1
    return 0.5 * random.normal() * 10 ** ((-36 * phase) / 20)
  })
const plain = (inputs: readonly string[], channels: 1 | 2, chains: readonly (readonly Device[])[]): Console => ({
  strips: inputs.map((input, s) => ({ input, channels: 1, chain: chains[s]!, sends: {} })),
  rooms: [],
  bus: [],
  channels
})
async function stretchesOf(truth: Console, dry: Readonly<Record<string, Float32Array>>, starts = [rate]) {
  const inputs = Object.fromEntries(Object.entries(dry).map(([name, samples]): [string, Audio] => [name, [samples]])),
    wet = (await render(consoleGraph(truth), inputs, { kernels, sampleRate: rate, frames: seconds * rate })).mix!
  return readStretches(
    Object.fromEntries(Object.entries(inputs).map(([name, audio]) => [name, clipOf(audio, rate)])),
    clipOf(wet, rate),
    { starts, warmup: rate / 2, judged: 1.5 * rate }
  )
}
const device = (id: string, type: string, params: Device['params']): Device => ({ id, type, params })

/** Others who do the same, whoever gets which job, and whatever is done first. */
function others(): SearchWork {
  const hands = [0, 1, 2].map(() => createSearchWork(kernels)),
    order = createRandom(3),
    pick = () => hands[Math.floor(3 * order.uniform())]!,
    elsewhere = async (what: SearchPart, job: object) => {
      for (let wait = Math.floor(5 * order.uniform()); wait > 0; wait--) await undefined
      const does = pick()[what] as (job: object) => Promise<unknown>
      return structuredClone(await does(structuredClone(job)))
    }
  return searchWorkBy(hands.length, elsewhere)
}

/** Enough for these. */
const effort = { trial: 5, joint: 10, last: 20 }

describe('searchSource', () => {
  it('finds a filter and a level again, and nothing else', async () => {
    const bell = { frequency: 1500, q: 1.5, gain: -9 },
      truth = plain(['voice'], 1, [[device('b', 'bell', bell), device('g', 'gain', { gain: 3 })]]),
      stretches = await stretchesOf(truth, { voice: bursts(0.7) }),
      found = await searchSource(stretches, 'voice', 1, { kernels, effort }),
      [filter, gain] = devicesOf(found.console)
    expect(devicesOf(found.console).map(({ type }) => type)).toEqual(['bell', 'gain'])
    expect(filter!.params.frequency! / bell.frequency).toBeCloseTo(1, 2)
    expect(filter!.params.gain).toBeCloseTo(bell.gain, 1)
    expect(gain!.params.gain).toBeCloseTo(3, 1)
    expect(found.loss).toBeLessThan(0.01)
    expect(await searchSource(stretches, 'voice', 1, { kernels, effort, work: others() })).toEqual(found)
  })
  it('finds a compressor by how the gain follows the level', async () => {
    const truth = plain(['drum'], 1, [
        [device('c', 'compressor', { threshold: -24, ratio: 4, attack: 5, release: 80, knee: 3 })]
      ]),
      found = await searchSource(await stretchesOf(truth, { drum: bursts(0.5) }), 'drum', 1, { kernels, effort }),
      compressor = devicesOf(found.console).find(({ type }) => type === 'compressor')
    expect(compressor!.params.threshold!).toBeGreaterThan(-27)
    expect(compressor!.params.threshold!).toBeLessThan(-21)
    expect(found.loss).toBeLessThan(0.05)
  })
})

describe('nearer', () => {
  it('finds a filter and what swings on the samples, in the time of the song', async () => {
    const through = (bell: Device['params'], frequency: number, phase: number) =>
        plain(['drum'], 1, [
          [
            device('b', 'bell', bell),
            {
              ...device('m', 'chorus', { delay: 12, feedback: 0, mix: 0.4 }),
              modulator: { inlet: 'modulation', params: { frequency, phase }, depth: -14 }
            }
          ]
        ]),
      truth = through({ frequency: 1500, q: 1.5, gain: -9 }, 0.8, 40),
      start = through({ frequency: 1000, q: 1, gain: -3 }, 0.801, 39),
      [bell, moved] = devicesOf(nearer(start, await stretchesOf(truth, { drum: bursts(0.5) }), 1, kernels, 12))
    expect(bell!.params.frequency! / 1500).toBeCloseTo(1, 3)
    expect(bell!.params.gain).toBeCloseTo(-9, 2)
    expect(moved!.modulator!.params.frequency).toBeCloseTo(0.8, 4)
    expect(moved!.modulator!.params.phase).toBeCloseTo(40, 1)
  })
})

describe('searchMix', () => {
  it('finds levels and places of many, prunes the rest, and says what each device is good for', async () => {
    const names = ['a', 'b', 'c'],
      settings = [
        { gain: -3, pan: -0.6 },
        { gain: -9, pan: 0.3 },
        { gain: 2, pan: 0 }
      ],
      truth = plain(
        names,
        2,
        settings.map(({ gain, pan }, s) => [device(`p${s}`, 'panning', { pan }), device(`g${s}`, 'gain', { gain })])
      ),
      stretches = await stretchesOf(truth, { a: bursts(0.9), b: bursts(0.4), c: bursts(1.3) }, [
        rate,
        2.5 * rate,
        4 * rate
      ]),
      sources = names.map(name => ({ name, channels: 1 as const })),
      found = await searchMix(stretches, sources, { kernels })
    found.console.strips.forEach(({ chain }, s) => {
      expect(chain.find(({ type }) => type === 'gain')!.params.gain).toBeCloseTo(settings[s]!.gain, 1)
      expect(chain.find(({ type }) => type === 'panning')?.params.pan ?? 0).toBeCloseTo(settings[s]!.pan, 2)
    })
    // The one in the middle needs no panning.
    expect(devicesOf(found.console)).toHaveLength(5)
    expect(await searchMix(stretches, sources, { kernels, work: others() })).toEqual(found)
    for (const { without } of await contributionsOf(
      found.console,
      createListener(stretches, createSearchWork(kernels))
    ))
      expect(without).toBeGreaterThan(found.loss + 0.01)
  })
})

describe('a console', () => {
  it('is read back from its graph, sends and oscillators too', () => {
    const console: Console = {
      strips: [
        {
          input: 'x',
          channels: 1,
          chain: [
            {
              ...device('x/chorus', 'chorus', { delay: 12, feedback: 0, mix: 0.4 }),
              modulator: { inlet: 'modulation', params: { frequency: 0.8 }, depth: -14 }
            },
            device('x/gain', 'gain', { gain: -2 })
          ],
          sends: { room: -20 }
        }
      ],
      rooms: [{ id: 'room', chain: [device('room/reverb', 'stereo-reverb', { size: 0.4, mix: 1 })] }],
      bus: [device('bus/bell', 'bell', { frequency: 900, q: 1, gain: 2 })],
      channels: 2
    }
    expect(readBack(console, consoleGraph(console))).toEqual(console)
  })
})

describe('isInverted', () => {
  it('hears the direct sound, not what comes later and louder on one side', () => {
    const between = (direct: number, later: number) => {
        const samples = new Float64Array(2000)
        samples[Math.round(0.005 * rate)] = direct
        samples[1500] = later
        return { samples, explained: 1 }
      },
      passage = (direct: number) => ({
        input: 'x',
        dry: [],
        wet: [],
        sampleRate: rate,
        start: 0,
        between: [between(direct, 1), between(direct, -3)]
      })
    expect(isInverted(passage(0.4))).toBe(false)
    expect(isInverted(passage(-0.4))).toBe(true)
  })
})

describe('startOf', () => {
  it('stays inside what a processor allows, with its defaults for the rest', () => {
    expect(startOf('gain', { gain: 26.9 })).toEqual({ gain: processors.gain.params.gain.max })
    expect(startOf('lowpass', { frequency: 5, gain: 3 })).toEqual({
      frequency: processors.lowpass.params.frequency.min,
      q: processors.lowpass.params.q.default
    })
  })
})

describe('tellingStarts', () => {
  it('hears every source at work', async () => {
    const only = (from: number) =>
        clipOf([new Float32Array(8 * rate).map((_, i) => (Math.floor(i / rate) === from ? 0.5 : 0))], rate),
      starts = await tellingStarts([only(2), only(6)], 2, rate)
    expect(starts).toEqual([2 * rate, 6 * rate])
    // One more than asked for, rather than not to hear the third.
    expect(await tellingStarts([only(2), only(6), only(7)], 2, rate)).toEqual([2 * rate, 6 * rate, 7 * rate])
  })
})
