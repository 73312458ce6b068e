/** How sure numbers are said to be, against what arithmetic says of a level. */
import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { latencyMargin } from '../fit/graph-rig.ts'
import { type Console, type Device, lfoOf } from './console.ts'
import { heardInFull } from './console-rig.ts'
import type { Stretches } from './excerpts.ts'
import { later } from './nearer.ts'
import { consoleRanges } from './ranges.ts'
import { createSearchWork } from './work.ts'

const sampleRate = 16000,
  warmup = 4000,
  judged = 16000,
  random = createRandom(5),
  noise = (length: number, level: number) => Float32Array.from({ length }, () => level * random.normal()),
  dry = noise(warmup + judged + latencyMargin, 0.05),
  consoleOf = (chain: readonly Device[]): Console => ({
    strips: [{ input: 'x', channels: 1, chain, sends: {} }],
    rooms: [],
    bus: [],
    channels: 1
  }),
  stretches = (wet: Float32Array): Stretches => ({
    sampleRate,
    starts: [warmup],
    warmup,
    judged,
    passages: [{ inputs: { x: [dry] }, wet: [wet] }]
  }),
  ask = (chain: readonly Device[], wet: Float32Array) =>
    consoleRanges(consoleOf(chain), stretches(wet), createSearchWork(kernels)),
  heard = dry.subarray(warmup, warmup + judged),
  gain: Device = { id: 'x/gain', type: 'gain', params: { gain: 0 } }

describe('consoleRanges', () => {
  it('lets a level go until the error is -60 dB, where all is explained', async () => {
    const { from, to, told } = (await ask([gain], heard))[gain.id]!.gain!
    expect(told).toBe(true)
    expect(to).toBeCloseTo(20 * Math.log10(1 + 1e-3), 4)
    expect(from).toBeCloseTo(-to, 4)
  })
  it('lets it go by two standard errors more, where something is not explained', async () => {
    // Independent noise of a tenth of the level, over N samples: 0.1 / √N. The emphasis y[n] = x[n] - 0.9 x[n - 1], under
    // which errors are told, correlates neighbours by -0.9 / 1.81, which takes √(1 + 2 (0.9 / 1.81)²) of it.
    const wet = noise(judged, 0.005).map((v, i) => v + heard[i]!),
      error = (0.1 / Math.sqrt(judged)) * Math.sqrt(1 + 2 * (0.9 / 1.81) ** 2),
      { from, to } = (await ask([gain], wet))[gain.id]!.gain!,
      wanted = 20 * Math.log10(1 + Math.hypot(1e-3, 2 * error))
    // A standard error from 32 parts is itself off by 1/√64 of it.
    expect((to - from) / 2 / wanted).toBeGreaterThan(0.7)
    expect((to - from) / 2 / wanted).toBeLessThan(1.3)
  })
  it('says what no sound tells: what never works, and two levels in a row', async () => {
    const second = { ...gain, id: 'x/gain 2' },
      compressor = { id: 'x/compressor', type: 'compressor', params: { threshold: 0, ratio: 2, knee: 0 } },
      ranges = await ask([compressor, gain, second], heard)
    expect(ranges[compressor.id]!.ratio!.told).toBe(false)
    expect(ranges[gain.id]!.gain!.told).toBe(false)
    expect(ranges[second.id]!.gain!.told).toBe(false)
  })
  it('says of a phase where it stands when the song begins', async () => {
    const swell: Device = {
        ...gain,
        modulator: { inlet: 'gain', params: { shape: 'sine', frequency: 2.2, phase: 70 }, depth: 14 }
      },
      console = consoleOf([swell]),
      begin = 3.3,
      wet = heardInFull(later(console, begin), { x: [dry] }, sampleRate, kernels)[0]!.slice(warmup, warmup + judged),
      ranges = await consoleRanges(
        console,
        { ...stretches(Float32Array.from(wet)), starts: [warmup + begin * sampleRate] },
        createSearchWork(kernels)
      ),
      { from, to, told } = ranges[lfoOf(swell.id)]!.phase!
    expect(told).toBe(true)
    expect(from).toBeLessThan(70)
    expect(to).toBeGreaterThan(70)
    expect(to - from).toBeLessThan(1)
  })
  it('asks for rooms and the bus apart from strips', async () => {
    const bus = { ...gain, id: 'bus/gain' },
      console = { ...consoleOf([gain]), bus: [bus] },
      ranges = await consoleRanges(console, stretches(heard), createSearchWork(kernels))
    expect(Object.keys(ranges).sort()).toEqual([bus.id, gain.id])
    expect(ranges[gain.id]!.gain!.told && ranges[bus.id]!.gain!.told).toBe(true)
  })
})
