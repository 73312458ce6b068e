import { createRandom } from '@mixwright/dsp'
import { chain, render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { directColour, directSound, filtersOfDirect } from './direct-sound.ts'

const rate = 44100,
  random = createRandom(3),
  impulse = Float32Array.of(1, ...new Array<number>(rate / 2 - 1).fill(0)),
  through = async (gain: number) =>
    (
      await render(
        chain({ bell: { type: 'bell', params: { frequency: 1200, gain, q: 1 } } }),
        { main: [impulse] },
        { kernels, sampleRate: rate, tail: 0 }
      )
    ).main![0]!,
  first = 0.012 * rate,
  /** Reflections from 12 ms on, louder than the direct sound together. */
  inRoom = (direct: Float32Array) =>
    direct.map((v, i) => (i < first ? v : v + 0.06 * random.normal() * 10 ** ((-3 * i) / rate / 0.4)))

describe('the direct sound of a response', () => {
  it('ends where the first reflection arrives, and is coloured as by the filter in front of the room', async () => {
    const response = inRoom(await through(8)),
      [low, centre, high] = directColour(response, [200, 1200, 8000], rate)
    expect(Math.abs(directSound(response, rate) - first)).toBeLessThan(0.0006 * rate)
    // In thirds of an octave the top of a bell is a little lower.
    expect(Math.abs(centre! - low! - 8)).toBeLessThan(1)
    expect(Math.abs(high! - low!)).toBeLessThan(0.5)
  })
  it('tells that filter, and none where it is not coloured', async () => {
    const { filters, offset } = filtersOfDirect([inRoom(await through(8))], rate)
    expect(filters.map(({ type }) => type)).toEqual(['bell'])
    expect(Math.abs(filters[0]!.gain - 8)).toBeLessThan(0.6)
    expect(Math.abs(Math.log2(filters[0]!.frequency / 1200))).toBeLessThan(0.05)
    expect(Math.abs(offset)).toBeLessThan(0.3)
    expect(filtersOfDirect([inRoom(await through(0))], rate).filters).toEqual([])
  })
})
