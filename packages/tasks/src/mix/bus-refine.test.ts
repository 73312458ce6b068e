import { type Audio, createRandom, defaultsOf, measureAudio, processors } from '@mixwright/dsp'
import { builder, render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { clip, filtered, noise, rate } from '../../test/stems.ts'
import { likeRecords, likeReference } from './bus-aims.ts'
import { turnedBus } from './bus-refine.ts'
import { createBusRig } from './bus-rig.ts'
import { chain } from './chain.ts'
import type { Device } from './decisions.ts'
import { againstRecords, busFilters, toneErrors } from './tone-aims.ts'

const seconds = 4,
  recordAim = likeRecords(rate),
  limits = { gain: 6, width: 0.58, threshold: 8 },
  // One pole at 60 Hz: 6 dB per octave of density, 1 more than records, no more than 3 dB off anywhere.
  plain = (seed: number) => filtered(noise(seconds, 0.5, seed), 60, false),
  wide = (x: Float32Array, side: number): Audio => {
    const other = plain(9)
    return [x.map((v, i) => v + side * other[i]!), x.map((v, i) => v - side * other[i]!)]
  },
  compressor: Device = {
    slot: 'comp',
    type: 'compressor',
    params: { ...defaultsOf(processors.compressor!.params), threshold: -20, ratio: 2 },
    reason: 'Holds peaks.'
  }

async function through(devices: readonly Device[], audio: Audio): Promise<Audio> {
  const b = builder('bus'),
    source = b.input('in', { channels: 2 })
  b.output('out', { channels: 2 }, chain(b, 'mix-bus', source, devices))
  return (await render(b.graph(), { in: audio }, { kernels, sampleRate: rate, tail: 0 })).out!
}

/** With 12 dB more below 90 Hz. */
const boomy = () =>
  through(
    [{ slot: 'lows', type: 'lowshelf', params: { frequency: 90, q: Math.SQRT1_2, gain: 12 }, reason: '' }],
    wide(plain(1), 0.2)
  )

describe('createBusRig', () => {
  it('has the gradient of its loss in tone, width and density', async () => {
    const devices: Device[] = [
        compressor,
        { slot: 'width', type: 'imager', params: { width: 1 }, reason: '' },
        { slot: 'eq', type: 'bell', params: { frequency: 220, q: 0.8, gain: 0 }, reason: '' }
      ],
      knobs = [
        { slot: 'comp', param: 'threshold', step: 2, reach: 4, cost: 0.1 },
        { slot: 'width', param: 'width', step: 0.1, reach: 5, cost: 0.1 },
        { slot: 'eq', param: 'gain', step: 1, reach: 6, cost: 0.1 }
      ],
      aim = { ...recordAim, sides: [-8, -9, -10], peaks: 5 },
      rig = createBusRig(devices, knobs, await boomy(), aim, rate, kernels),
      random = createRandom(3),
      direction = Float64Array.from(knobs, () => random.between(-1, 1)),
      at = (t: number) => direction.map(d => 0.3 + t * d)
    // Single precision of the engine: steps of 2 %, 1 % of tolerance.
    const slope = (rig.evaluate(at(0.02)).loss - rig.evaluate(at(-0.02)).loss) / 0.04,
      { gradient } = rig.evaluate(at(0))
    expect(Math.abs(direction.reduce((sum, d, i) => sum + d * gradient[i]!, 0) / slope - 1)).toBeLessThan(0.01)
  })
})

describe('turnedBus', () => {
  it('leaves alone what stands within what records differ by', () =>
    expect(turnedBus([compressor], wide(plain(1), 0.2), rate, recordAim, limits, { kernels })).toEqual([compressor]))
  it('takes a little of what goes beyond, and says so', async () => {
    const sound = await boomy(),
      bus = turnedBus([compressor], sound, rate, recordAim, { ...limits, gain: recordAim.most }, { kernels }),
      [low] = bus.slice(1),
      away = (audio: Audio) => Math.abs(againstRecords(measureAudio(audio, rate))[0]!)
    expect(low).toMatchObject({ type: 'lowshelf', cites: { measure: 'records', from: busFilters[0].from } })
    expect(low!.params.gain).toBeLessThanOrEqual(-0.5)
    expect(low!.params.gain).toBeGreaterThanOrEqual(-1.5)
    expect(low!.reason).toMatch(/against what records have on average, without it \+/)
    expect(away(await through(bus, sound))).toBeLessThan(away(await through([compressor], sound)) - 0.3)
  })
  it('comes near to a reference in tone, width and density, by measures that it is not turned by', async () => {
    const lows = wide(plain(5), 0.5).map(c => filtered(c, 400, false)),
      reference = wide(plain(5), 0.5).map((c, k) => c.map((v, i) => 0.5 * (1.6 * v - lows[k]![i]!))),
      found = { clip: clip(...reference), measured: measureAudio(reference, rate), series: undefined as never },
      aim = await likeReference(found, kernels),
      source = wide(plain(1), 0.2),
      [before, after] = [
        measureAudio(source, rate),
        measureAudio(await through(turnedBus([], source, rate, aim, limits, { kernels }), source), rate)
      ],
      tone = (one: typeof before) => Math.hypot(...toneErrors(one, found.measured)),
      width = (one: typeof before) => Math.abs(10 * Math.log10(one.width! / found.measured.width!))
    expect(tone(after)).toBeLessThan(0.4 * tone(before))
    // 8 dB wider are asked for, 4 are the most.
    expect(width(before) - width(after)).toBeGreaterThan(3)
  })
  it('knows the bands of a low sample rate', async () => {
    // The same samples an octave lower, as records are: one pole at 30 Hz.
    const aim = likeRecords(rate / 2)
    expect(aim.tone.levels.length).toBeLessThan(recordAim.tone.levels.length)
    expect(turnedBus([compressor], wide(plain(1), 0.2), rate / 2, aim, limits, { kernels })).toEqual([compressor])
  })
  it('does nothing where nothing may be turned', async () =>
    expect(turnedBus([], await boomy(), rate, recordAim, { gain: 0, width: 0, threshold: 0 }, { kernels })).toEqual([]))
})
