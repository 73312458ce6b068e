import { clipOf, convolution, createRandom } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { type Console, consoleGraph, registryOf } from './console.ts'
import { readWhole, withSharedRoom } from './shared-room.ts'
import { createSearchWork } from './work.ts'

const rate = 8000,
  work = createSearchWork(kernels),
  frames = 5 * rate,
  random = createRandom(7),
  source = () => new Float32Array(frames).map(() => 0.2 * random.normal()),
  inputs = { near: [source()], far: [source()] },
  /** Of each side, falling by 60 dB in 0.4 s; one before the other, as a wide room has it. */
  sides = [0.01, 0.02].map(begin =>
    new Float32Array(0.5 * rate).map((_, i) =>
      i < begin * rate ? 0 : 0.05 * random.normal() * 10 ** ((-3 * i) / rate / 0.4)
    )
  ),
  hall = convolution('hall', sides, rate),
  strip = (input: string, pan: number, sends: Record<string, number>): Console['strips'][number] => ({
    input,
    channels: 1,
    chain: [{ id: `${input}/panning`, type: 'panning', params: { pan } }],
    sends
  }),
  truth: Console = {
    // What the room hears is the middle of both, as far apart as they stand.
    strips: [strip('near', -0.6, { hall: -6 }), strip('far', 0.6, { hall: 0 })],
    rooms: [
      {
        id: 'hall',
        chain: [
          { id: 'hall/middle', type: 'imager', params: { width: 0 } },
          { id: 'hall/convolution', type: hall.id, params: {} }
        ]
      }
    ],
    bus: [],
    channels: 2,
    responses: { [hall.id]: hall }
  },
  heard = async (console: Console) =>
    (await render(consoleGraph(console), inputs, { kernels, registry: registryOf(console), sampleRate: rate, frames }))
      .mix!,
  clips = Object.fromEntries(Object.entries(inputs).map(([name, audio]) => [name, clipOf(audio, rate)])),
  energy = (x: ArrayLike<number>) => Array.from(x).reduce((sum, v) => sum + v * v, 0)

describe('a shared room', () => {
  it('is what the mix holds beyond its dry sum, as the console sends to it', async () => {
    const wet = await heard(truth),
      without: Console = {
        channels: 2,
        bus: [],
        rooms: [{ id: 'other', chain: [] }],
        strips: [strip('near', -0.6, { other: -6 }), strip('far', 0.6, { other: 0 })]
      },
      found = (await withSharedRoom(without, await readWhole(clips, clipOf(wet, rate)), kernels, work))!,
      [level, other] = found.strips.map(({ sends }) => Object.values(sends)[0]!),
      response = Object.values(found.responses!)[0]!.response,
      again = await heard(found)
    expect(other! - level!).toBeCloseTo(6, 9)
    response.forEach((side, c) => {
      const gain = 10 ** (other! / 20),
        off = sides[c]!.map((v, i) => v - gain * (side[i] ?? 0))
      expect(10 * Math.log10(energy(off) / energy(sides[c]!))).toBeLessThan(-20)
    })
    const dry = await heard({ ...truth, rooms: [], strips: truth.strips.map(one => ({ ...one, sends: {} })) }),
      part = (a: Float32Array, b: Float32Array) => a.map((v, i) => v - b[i]!)
    wet.forEach((side, c) => {
      expect(10 * Math.log10(energy(part(side, again[c]!)) / energy(part(side, dry[c]!)))).toBeLessThan(-20)
    })
  })
  it('is none where nothing is left', async () => {
    const dry: Console = {
      ...truth,
      rooms: [],
      responses: {},
      strips: truth.strips.map(one => ({ ...one, sends: {} }))
    }
    expect(
      await withSharedRoom(dry, await readWhole(clips, clipOf(await heard(dry), rate)), kernels, work)
    ).toBeUndefined()
  })
})
