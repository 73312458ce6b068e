import { type Audio, clipOf, convolution, createRandom, processors } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { type Console, consoleGraph, type Device, devicesOf, registryOf, withoutDevice } from './console.ts'
import { directSound } from './direct-sound.ts'
import { readStretches } from './excerpts.ts'
import { firstArrival, readLong } from './long-passage.ts'
import { decayOfResponse, roomsFor, unitResponse, withMeasuredRoom, withWholeResponse } from './measured-room.ts'
import type { Proposal } from './proposals.ts'
import { searchSource } from './search.ts'

const rate = 8000,
  seconds = 5,
  time = 0.4,
  random = createRandom(5),
  bursts = new Float32Array(seconds * rate).map(
    (_, i) => 0.4 * random.normal() * 10 ** ((-36 * ((i / rate / 0.6) % 1)) / 20)
  ),
  /** Reflections from 10 ms on that fall by 60 dB in `time`. */
  reflections = new Float32Array(0.5 * rate).map((_, i) =>
    i < 0.01 * rate ? 0 : 0.05 * random.normal() * 10 ** ((-3 * i) / rate / time)
  ),
  hall = convolution('hall', [reflections], rate),
  truth: Console = {
    strips: [
      {
        input: 'dry',
        channels: 1,
        chain: [
          { id: 'bell', type: 'bell', params: { frequency: 900, q: 1, gain: 9 } },
          { id: 'gain', type: 'gain', params: { gain: -4 } }
        ],
        sends: { hall: 0 }
      }
    ],
    rooms: [{ id: 'hall', chain: [{ id: 'hall/convolution', type: hall.id, params: {} }] }],
    bus: [],
    channels: 1,
    responses: { [hall.id]: hall }
  }
const wetOf = async (console = truth, sound = bursts): Promise<Audio> =>
  (
    await render(
      consoleGraph(console),
      { dry: [sound] },
      {
        kernels,
        registry: registryOf(console),
        sampleRate: rate,
        frames: seconds * rate
      }
    )
  ).mix!
const dry = clipOf([bursts], rate)

describe('a measured room', () => {
  it('is what the chain before it lacks, without the direct sound', async () => {
    const long = await readLong('dry', dry, clipOf(await wetOf(), rate)),
      // All that is wrong is that the room is missing.
      found = withMeasuredRoom({ ...truth, rooms: [], responses: {} }, long, kernels)!,
      [measured] = Object.values(found.responses!),
      level = 10 ** (found.strips[0]!.sends.room! / 20),
      error = reflections.reduce((sum, v, i) => sum + (v - level * (measured!.response[0]![i] ?? 0)) ** 2, 0)
    // The engine's filters run in single precision: 60 dB below the room is far above that.
    expect(10 * Math.log10(error / reflections.reduce((sum, v) => sum + v * v, 0))).toBeLessThan(-40)
    expect(withoutDevice(found, 'room/convolution')).toMatchObject({ rooms: [], strips: [{ sends: {} }] })
  })
  it('is found together with the filter and the level in front of it', async () => {
    const wet = clipOf(await wetOf(), rate),
      stretches = {
        ...(await readStretches({ dry }, wet, { starts: [2 * rate], warmup: rate, judged: 1.5 * rate })),
        long: await readLong('dry', dry, wet)
      },
      { console, loss } = await searchSource(stretches, 'dry', 1, {
        kernels,
        effort: { trial: 4, joint: 6, last: 10 }
      }),
      [bell, gain, room] = devicesOf(console)
    expect(devicesOf(console).map(({ type }) => type.split('-')[0])).toEqual(['bell', 'gain', 'convolution'])
    // The direct sound, 10 ms of it, tells them to a tenth of a dB, and the room that is measured behind holds the rest of them.
    expect(Math.abs(bell!.params.gain! - 9)).toBeLessThan(0.1)
    expect(Math.abs(gain!.params.gain! + 4)).toBeLessThan(0.1)
    expect(loss).toBeLessThan(0.03)
    // T20 of 0.4 s, all octaves together: 3 standard deviations as in the test of decays.
    expect(
      Math.abs(decayOfResponse(console.responses![room!.type]!.response, rate).broadband! / time - 1)
    ).toBeLessThan(0.12)
    expect(registryOf(console)).toMatchObject({ [room!.type]: { sampleRate: rate }, gain: processors.gain })
  }, 120_000)
  it('is none where all is one echo', async () => {
    const echoed = bursts.map((v, i) => v + 0.4 * (bursts[i - 1000] ?? 0)),
      long = await readLong('dry', dry, clipOf([echoed], rate))
    expect(withMeasuredRoom({ ...truth, rooms: [], responses: {} }, long, kernels)).toBeUndefined()
  })
  it('may begin with reflections that are louder than all that follows', async () => {
    // 6 ms behind the direct sound; what is that strong after 30 ms is an echo.
    const reflected = (at: number) =>
        bursts.map((v, i) => v + 0.3 * (bursts[i - at] ?? 0) + 0.1 * (bursts[i - at - 0.08 * rate] ?? 0)),
      roomOf = async (at: number) =>
        withMeasuredRoom(
          { ...truth, rooms: [], responses: {} },
          await readLong('dry', dry, clipOf([reflected(at)], rate)),
          kernels
        )
    expect(await roomOf(0.006 * rate)).toBeDefined()
    expect(await roomOf(0.05 * rate)).toBeUndefined()
  })
  it('is none where a response is only what least squares make of noise', async () => {
    const noisy = bursts.map(v => v + 0.05 * random.normal()),
      long = await readLong('dry', dry, clipOf([noisy], rate)),
      bare: Console = { ...truth, strips: [{ ...truth.strips[0]!, chain: [] }], rooms: [], responses: {} }
    expect(long.between[0]!.explained).toBeLessThan(0.97)
    expect(roomsFor({ console: bare, passage: long }, kernels)).toEqual([])
  })
  it('is what comes after an echo, where there is one', async () => {
    const delay = { delay: 210, mix: 0.25, feedback: 0.3, q: 0.1 },
      [strip] = truth.strips,
      bare: Console = { ...truth, rooms: [], responses: {} },
      echoing: Console = {
        ...truth,
        strips: [{ ...strip!, chain: [...strip!.chain, { id: 'echo', type: 'delay', params: delay }] }]
      },
      long = await readLong('dry', dry, clipOf(await wetOf(echoing), rate)),
      [measured, turnable] = roomsFor({ console: bare, passage: long }, kernels).map(({ name, console }) => ({
        name,
        console
      })),
      found = (console: Console) => devicesOf(console).find(({ type }) => type === 'delay')!.params
    expect([measured!.name, turnable!.name]).toEqual(['delay + measured room', 'delay + reverb'])
    for (const { console } of [measured!, turnable!]) {
      expect(found(console).delay).toBeCloseTo(delay.delay, 1)
      expect(Math.abs(found(console).mix! - delay.mix)).toBeLessThan(0.003)
      expect(Math.abs(found(console).feedback! - delay.feedback)).toBeLessThan(0.005)
    }
    // The echoes have gone from the room: T20 of what is left, 3 standard deviations as in the test of decays.
    const { response } = Object.values(measured!.console.responses!)[0]!
    expect(Math.abs(decayOfResponse(response, rate).broadband! / time - 1)).toBeLessThan(0.12)
    // And they stay a delay's where all the rest is one response.
    expect(
      devicesOf(withWholeResponse(measured!.console, long, kernels)!).map(({ type }) => type.split('-')[0])
    ).toEqual(['bell', 'delay', 'convolution', 'gain'])
  })
  it('is what comes after an echo that passes no filter, as digital ones do not', async () => {
    const echo = { delay: 210, mix: 0.4, feedback: 0.5 },
      ring = new Float32Array((echo.delay / 1000) * rate),
      echoing = bursts.map((x, n) => {
        const at = n % ring.length,
          late = ring[at]!
        ring[at] = x + echo.feedback * late
        return Math.cos((echo.mix * Math.PI) / 2) * x + Math.sin((echo.mix * Math.PI) / 2) * late
      }),
      passage = await readLong('dry', dry, clipOf(await wetOf(truth, echoing), rate)),
      [{ console }] = roomsFor({ console: { ...truth, rooms: [], responses: {} }, passage }, kernels) as [Proposal],
      found = devicesOf(console).find(({ type }) => type === 'delay')!.params,
      decayOf = ({ responses }: Console) => decayOfResponse(Object.values(responses!)[0]!.response, rate).time!
    expect(Math.abs(found.mix! - echo.mix)).toBeLessThan(0.01)
    expect(Math.abs(found.feedback! - echo.feedback)).toBeLessThan(0.02)
    // Nothing of the echoes is left, as above: neither here nor where it is measured once more.
    for (const one of [console, withMeasuredRoom(console, passage, kernels)!])
      expect(Math.abs(decayOf(one) / time - 1)).toBeLessThan(0.12)
  })
  it('is one response where reflections arrive around the direct sound and before its strongest part', async () => {
    // 40 samples of reflections that rise, the strongest, and a decay without a gap behind it.
    const response = new Float64Array(0.1 * rate).map((_, i) =>
        i < 40
          ? 0.01 * i * random.normal()
          : i === 40
            ? 1
            : 0.1 * random.normal() * 10 ** ((-3 * (i - 40)) / rate / time)
      ),
      wet = bursts.map((_, n) => {
        let sum = 0
        for (let k = 0; k <= Math.min(n, response.length - 1); k++) sum += response[k]! * bursts[n - k]!
        return sum
      }),
      byStrongest = await readLong('dry', dry, clipOf([wet.slice(40)], rate)),
      long = await readLong('dry', dry, clipOf([wet], rate)),
      found = withWholeResponse({ ...truth, rooms: [], responses: {} }, long, kernels)!,
      [measured] = Object.values(found.responses!),
      level = 10 ** (devicesOf(found)[1]!.params.gain! / 20),
      error = response.reduce((sum, v, i) => sum + (v - level * (measured!.response[0]![i] ?? 0)) ** 2, 0)
    // Energies of the first samples are below what counts as an arrival.
    expect(firstArrival(byStrongest)).toBeGreaterThan(30)
    expect(firstArrival(byStrongest)).toBeLessThanOrEqual(40)
    expect(firstArrival(long)).toBe(0)
    // The filter of the chain is in the response, and the level too.
    expect(devicesOf(found).map(({ type }) => type)).toEqual([measured!.id, 'gain'])
    expect(10 * Math.log10(error / response.reduce((sum, v) => sum + v * v, 0))).toBeLessThan(-30)
  })
  it('is one response behind a level that swings, too', async () => {
    const swung: Device = {
        id: 'dry/gain',
        type: 'gain',
        params: { gain: 0 },
        modulator: { inlet: 'gain', params: { shape: 'sine', frequency: 2, phase: 0 }, depth: 6 }
      },
      long = await readLong('dry', dry, clipOf(await wetOf(), rate)),
      [strip] = truth.strips,
      found = withWholeResponse({ ...truth, strips: [{ ...strip!, chain: [swung] }] }, long, kernels)!
    expect(devicesOf(found).map(({ id }) => id.split('-')[0])).toEqual(['dry/gain', 'room/convolution', 'dry/gain 2'])
    expect(consoleGraph(found).nodes).toHaveProperty('dry/gain 2')
  })
  it('is none that would have to be louder than any sender is', () => {
    const response = (gain: number) => unitResponse([Float64Array.of(0, 10 ** (gain / 20))], rate)
    expect(response(23)!.gain).toBeCloseTo(23, 6)
    expect(response(65)).toBeUndefined()
  })
  it('begins with the first reflection', () => {
    const response = new Float64Array(rate).map((_, i) => 0.9 * 0.2 ** i + (i >= 80 ? 0.1 * random.normal() : 0))
    expect(directSound(response, rate)).toBe(80)
  })
})
