import { clipOf, createRandom } from '@mixwright/dsp'
import { chain, render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { frontTypes, inFront } from './in-front.ts'
import type { Console } from './console.ts'
import { readLong } from './long-passage.ts'
import { isFilter, type Proposal, responseOf } from './proposals.ts'

const rate = 8000,
  random = createRandom(6),
  bursts = new Float32Array(3 * rate).map(
    (_, i) => 0.3 * random.normal() * 10 ** ((-36 * ((i / rate / 0.6) % 1)) / 20)
  ),
  level: Console = {
    strips: [{ input: 'dry', channels: 1, chain: [{ id: 'gain', type: 'gain', params: { gain: 0 } }], sends: {} }],
    rooms: [],
    bus: [],
    channels: 1
  }
/** In a room of 0.6 s, no softer than the direct sound: levels in 10 ms say little of what came before it. */
const inRoom = (x: ArrayLike<number>): Float32Array => {
  const out = Float32Array.from(x)
  for (let k = 40; k < 0.3 * rate; k++) {
    const h = 0.08 * random.normal() * 10 ** ((-3 * k) / rate / 0.6)
    for (let i = k; i < out.length; i++) out[i]! += h * x[i - k]!
  }
  return out
}
const found = async (wet: Float32Array, dry = bursts) => {
  const passage = await readLong('dry', clipOf([dry], rate), clipOf([wet], rate))
  return frontTypes.flatMap(type => inFront({ type, console: level, passage }, kernels))
}

describe('inFront', () => {
  it('finds a compressor whose output is heard in a room only', async () => {
    const truth = { threshold: -26, ratio: 5, attack: 4, release: 90, knee: 6, makeup: 0 },
      held = (
        await render(
          chain({ c: { type: 'compressor', params: truth } }),
          { main: [bursts] },
          { kernels, sampleRate: rate, tail: 0 }
        )
      ).main![0]!,
      [device, gain] = (await found(inRoom(held)))[0]!.console.strips[0]!.chain
    expect(device!.type).toBe('compressor')
    expect(Math.abs(device!.params.threshold! - truth.threshold)).toBeLessThan(2.5)
    expect(Math.abs(Math.log(device!.params.ratio! / truth.ratio))).toBeLessThan(Math.log(1.5))
    // What it takes is given back.
    expect(gain!.params.gain).toBeGreaterThan(3)
  })
  it('finds an equaliser in front of it, by how the compressor follows it', async () => {
    const shelf = { type: 'highshelf', params: { frequency: 1200, gain: 12, q: 0.7 } },
      held = { type: 'compressor', params: { threshold: -26, ratio: 5, attack: 4, release: 90, knee: 6, makeup: 0 } },
      // What is soft is bright, what is loud is dark: a compressor that hears the shelf takes something else.
      low = [0],
      sound = bursts.map((v, i) => {
        low[0] = 0.85 * low[0]! + 0.6 * v
        return Math.floor(i / rate / 0.6) % 2 === 0 ? low[0] : v
      }),
      wet = (await render(chain({ shelf, held }), { main: [sound] }, { kernels, sampleRate: rate, tail: 0 })).main![0]!,
      [alone, equalised] = await found(inRoom(wet), sound),
      levelOf = ({ console }: Proposal, frequency: number) =>
        console.strips[0]!.chain.filter(isFilter).reduce((sum, device) => sum + responseOf(device, frequency, rate), 0)
    expect(alone!.console.strips[0]!.chain.map(({ type }) => type)).toEqual(['compressor', 'gain'])
    expect(equalised!.name).toBe('equaliser, compressor in front')
    // Half of the shelf at least.
    expect(levelOf(equalised!, 3000) - levelOf(equalised!, 300)).toBeGreaterThan(6)
    expect(levelOf(equalised!, 3000) - levelOf(equalised!, 300)).toBeLessThan(18)
  })
  it('finds none in front of a room alone, or of what moves', async () => {
    expect(await found(inRoom(bursts))).toEqual([])
    const swelling = bursts.map((v, i) => v * (1 + 0.7 * Math.sin(4.3 * (i / rate))))
    expect(await found(swelling)).toEqual([])
  })
})
