import { clipOf, createRandom } from '@mixwright/dsp'
import { type Lane, render, trackOf, valueAt } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { brokenLine } from '../analysis/broken-line.ts'
import { type Console, consoleGraph, mixOutput, startOf } from './console.ts'
import { readStretches } from './excerpts.ts'
import { withRides } from './rides.ts'

const rate = 16000,
  seconds = 16,
  random = createRandom(9)
/** Noise through a wandering level: something that is always there and never alike. */
const source = () => {
  let level = 1
  return new Float32Array(seconds * rate).map((_, i) => {
    if (i % 1600 === 0) level = 0.05 + 0.2 * random.uniform()
    return level * random.normal()
  })
}
const names = ['a', 'b', 'c']
/** @param lanes by source: of the level and of the place */
const consoleOf = (lanes: Readonly<Record<string, { gain?: Lane; pan?: Lane }>> = {}): Console => ({
  strips: names.map((input, s) => {
    const { gain, pan } = lanes[input] ?? {}
    return {
      input,
      channels: 1,
      chain: [
        { id: `${input}/panning`, type: 'panning', params: { pan: 0.3 * (s - 1) }, ...(pan && { lanes: { pan } }) },
        { id: `${input}/gain`, type: 'gain', params: { gain: -3 * s }, ...(gain && { lanes: { gain } }) }
      ],
      sends: {}
    }
  }),
  rooms: [],
  // What follows the sum is told apart from what moves before it.
  bus: [{ id: 'bus/bell', type: 'bell', params: { frequency: 800, q: 0.7, gain: 5 } }],
  channels: 2
})
/** @param loss where it was listened, at 2 s */
async function found(truth: Console, loss = 1) {
  const audio = Object.fromEntries(names.map(name => [name, [source()]])),
    wet = (await render(consoleGraph(truth), audio, { kernels, sampleRate: rate, tail: 0 }))[mixOutput]!,
    song = {
      dry: Object.fromEntries(Object.entries(audio).map(([name, x]) => [name, clipOf(x, rate)])),
      wet: clipOf(wet, rate)
    },
    stretches = await readStretches(song.dry, song.wet, { starts: [2 * rate], warmup: rate / 2, judged: 2 * rate })
  return withRides({ console: consoleOf(), loss, steps: [] }, song, stretches, { kernels })
}
/** Around the level of a source. */
const shiftedBy = ({ lane }: Lane, name: string): Lane => ({
  lane: lane.map(([t, dB]) => [t, dB - 3 * names.indexOf(name)])
})
const at = (lane: Lane, time: number): number => valueAt(trackOf(lane, 1), time)

describe('withRides', () => {
  it('finds a fade, a step and a wandering place again, within what a window of half a second shows', async () => {
    const fade: Lane = {
        lane: [
          [4, -9],
          [12, 0]
        ]
      },
      step: Lane = {
        lane: [
          [7.9, -3],
          [8, 2]
        ]
      },
      place: Lane = {
        lane: [
          [3, -0.3],
          [13, 0.5]
        ]
      },
      { console } = await found(consoleOf({ a: { gain: fade, pan: place }, b: { gain: step } })),
      lanesOf = (s: number) => console.strips[s]!.chain.map(({ lanes }) => lanes)
    const [pan, , ride] = lanesOf(0)
    const level = (s: number) =>
      console.strips[s]!.chain.find(({ type, lanes }) => type === 'gain' && !lanes)!.params.gain!
    for (const time of [1, 3, 6, 8, 10, 14]) {
      expect(level(0) + at(ride!.gain!, time), `fade at ${time} s`).toBeCloseTo(at(fade, time), 0)
      expect(Math.abs(at(pan!.pan!, time) - at(place, time)), `place at ${time} s`).toBeLessThan(0.05)
    }
    const [, , jump] = lanesOf(1)
    for (const time of [2, 6, 10, 14])
      expect(level(1) + at(jump!.gain!, time), `step at ${time} s`).toBeCloseTo(at(step, time), 0)
    // The third stands still.
    expect(console.strips[2]!.chain.every(({ lanes }) => lanes === undefined)).toBe(true)
  }, 60_000)
  it('finds what only fades out, where it was not listened to', async () => {
    const fade: Lane = {
        lane: [
          [14, 0],
          [16, -24]
        ]
      },
      { console } = await found(
        consoleOf(Object.fromEntries(names.map(name => [name, { gain: shiftedBy(fade, name) }]))),
        0
      )
    for (const [s, { chain }] of console.strips.entries()) {
      const ride = chain.at(-1)!.lanes!.gain!
      // Corners stand in the middle of windows: a quarter of a second at most, at 12 dB a second half of that in the line between.
      for (const time of [2, 12, 15])
        expect(Math.abs(at(ride, time) - at(fade, time)), `${s} at ${time} s`).toBeLessThan(1.5)
    }
  }, 60_000)
  it('takes what was never heard so soft for no ride', async () => {
    const compressed = (threshold: number, gain: number): Console => ({
        strips: [
          {
            input: 'a',
            channels: 1,
            chain: [
              { id: 'c', type: 'compressor', params: startOf('compressor', { threshold, ratio: 4, knee: 0 }) },
              { id: 'a/gain', type: 'gain', params: { gain } }
            ],
            sends: {}
          }
        ],
        rooms: [],
        bus: [],
        channels: 1
      }),
      // Eight seconds that are soft, then eight that are 30 dB louder.
      dry = source().map((v, i) => (i < (seconds / 2) * rate ? 0.03 : 1) * v),
      wet = (await render(consoleGraph(compressed(-30, 0)), { a: [dry] }, { kernels, sampleRate: rate, tail: 0 })).mix!,
      song = { dry: { a: clipOf([dry], rate) }, wet: clipOf(wet, rate) },
      stretches = await readStretches(song.dry, song.wet, { starts: [12 * rate], warmup: rate / 2, judged: 2 * rate }),
      // At a ratio of 4, 8 dB lower and 6 dB louder is the same where all is above both.
      { console } = await withRides({ console: compressed(-38, 6), loss: 0, steps: [] }, song, stretches, { kernels }),
      [compressor, level] = console.strips[0]!.chain
    expect(console.strips[0]!.chain.map(({ lanes }) => lanes)).toEqual([undefined, undefined])
    // Turned by a few steps: most of the way.
    expect(Math.abs(compressor!.params.threshold! + 30)).toBeLessThan(2)
    expect(Math.abs(level!.params.gain!)).toBeLessThan(1.5)
  }, 60_000)
  it('moves nothing where nothing moves', async () => {
    expect((await found(consoleOf())).console).toEqual(consoleOf())
  })
})

describe('brokenLine', () => {
  const times = Array.from({ length: 100 }, (_, i) => i)
  it('has as many corners as there are', () => {
    const line = (t: number) => (t < 30 ? 0 : t < 60 ? (t - 30) / 5 : 6),
      { points, explained } = brokenLine({
        times,
        values: times.map(t => line(t) + 0.1 * random.normal()),
        weights: times.map(() => 100)
      })
    expect(points.length).toBeLessThanOrEqual(3)
    expect(explained).toBeGreaterThan(0.99)
    expect(points.at(-1)![1]).toBeCloseTo(6, 1)
  })
  it('finds corners that help only together', () => {
    // Heard from 19 to 43 alone, as of a source that plays for a while.
    const { points } = brokenLine({
      times,
      values: times.map(t => (t < 30 ? -1 : -1 + 0.25 * (t - 30))),
      weights: times.map(t => (t > 18 && t < 44 ? 10 : 1e-8))
    })
    expect(points).toHaveLength(2)
    expect(points[0]).toEqual([30, expect.closeTo(-1, 6)])
  })
  it('is constant through noise, and does not listen to what weighs nothing', () => {
    const noise = times.map(() => random.normal())
    expect(brokenLine({ times, values: noise, weights: times.map(() => 1) }).points).toHaveLength(1)
    const { points } = brokenLine({
      times,
      values: times.map(t => (t < 50 ? 2 + 0.01 * random.normal() : -40)),
      weights: times.map(t => (t < 50 ? 1e4 : 0))
    })
    expect(points).toHaveLength(1)
    expect(points[0]![1]).toBeCloseTo(2, 2)
  })
})
