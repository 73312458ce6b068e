import { type Audio, clipOf, createRandom, measureAudio } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { rate } from '../../test/stems.ts'
import { excerptsOf } from './excerpts.ts'
import { masterMix } from './master.ts'
import type { RenderService } from './services.ts'

const random = createRandom(5)
/** Noise with hits ten times as high every half second. */
const song = new Float32Array(6 * rate).map((_, i) => 0.05 * random.normal() * (i % (rate / 2) < 400 ? 10 : 1))
const mix = [song, song]

/** Gain and a clipper at the ceiling, as the graph says, in place of the engine. */
function machine() {
  const gains: number[] = [],
    kept: Audio[] = []
  const render: RenderService = async (graph, { mix }, { master }, { progress }) => {
    const gain = graph.nodes['master/gain']!.params!.gain as number,
      top = 10 ** ((graph.nodes['master/limiter']!.params!.ceiling as number) / 20) * 0.9
    gains.push(gain)
    await master!(
      (await mix!.read(0, mix!.frames)).map(channel =>
        channel.map(v => Math.max(-top, Math.min(top, v * 10 ** (gain / 20))))
      )
    )
    progress?.(1)
    return { frames: mix!.frames }
  }
  return {
    gains,
    kept,
    services: {
      render,
      open: () => ({
        write(audio: Audio) {
          kept.push(audio)
        },
        close: async () => clipOf(kept[0]!, rate)
      })
    }
  }
}

describe('masterMix', () => {
  it('finds the gain by what comes out of the limiter, in four renders at most', async () => {
    const { gains, kept, services } = machine(),
      measured = measureAudio(mix, rate),
      master = await masterMix(clipOf(mix, rate), measured, { loudness: -12, ceiling: -1 }, services)
    expect(Math.abs(measureAudio(kept[0]!, rate).integrated! + 12)).toBeLessThan(0.1)
    expect(master.measured.integrated).toBeCloseTo(measureAudio(kept[0]!, rate).integrated!, 6)
    expect(master.limiting).toBeGreaterThan(0.5)
    expect(master.gain).toBeGreaterThan(-12 - measured.integrated! + 0.5)
    expect(gains.length).toBeLessThanOrEqual(4)
    expect(kept).toHaveLength(1)
    expect(master.graph.nodes['master/gain']!.params!.gain).toBe(gains.at(-1))
  })
  it('renders once where no peak comes near the ceiling', async () => {
    const { gains, services } = machine(),
      measured = measureAudio(mix, rate),
      master = await masterMix(clipOf(mix, rate), measured, { loudness: -30, ceiling: -1 }, services)
    expect(gains).toHaveLength(1)
    expect(master.measured.integrated).toBeCloseTo(-30, 3)
    expect(master.limiting).toBeLessThan(0.001)
  })
})

describe('excerptsOf', () => {
  const long = clipOf([new Float32Array(100 * 1000).map((_, i) => i)], 1000)
  it('joins evenly spaced pieces, from the first sample to the last', async () => {
    const short = excerptsOf(long, 5, 2),
      [all] = await short.read(0, short.frames)
    expect(short.frames).toBe(10000)
    expect([0, 1999, 2000, 9999].map(i => all![i])).toEqual([0, 1999, 24500, 99999])
    const [part] = await short.read(1990, 20)
    expect([...part!]).toEqual([...all!.subarray(1990, 2010)])
    expect([...(await short.read(9995, 10))[0]!]).toEqual([99995, 99996, 99997, 99998, 99999, 0, 0, 0, 0, 0])
  })
  it('takes short clips whole', () => {
    expect(excerptsOf(long, 50, 1.5)).toBe(long)
  })
})
