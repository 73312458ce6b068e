import { type Audio, clipOf, createRandom } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { type Console, consoleGraph, type Device } from './console.ts'
import { readStretches } from './excerpts.ts'
import { searchMix } from './mix-search.ts'

const rate = 16000,
  random = createRandom(5),
  /** Tones that swell and fade, and noise beside them. */
  inputs: Record<string, Audio> = {
    bent: [
      new Float32Array(5 * rate).map(
        (_, i) => 0.3 * (1 + Math.sin((2 * Math.PI * i) / rate)) * Math.sin((2 * Math.PI * 180 * i) / rate)
      )
    ],
    plain: [new Float32Array(5 * rate).map(() => 0.05 * random.normal())]
  },
  strip = (input: string, ...chain: Device[]) => ({ input, channels: 1 as const, chain, sends: {} }),
  gain = (id: string, dB: number): Device => ({ id, type: 'gain', params: { gain: dB } })

it('takes what a compressor can only follow wave by wave for a distortion', async () => {
  const truth: Console = {
      strips: [
        strip('bent', { id: 'd', type: 'distortion', params: { gain: 24, hardness: 0, asymmetry: 0 } }, gain('g', -12)),
        strip('plain', gain('h', -3))
      ],
      rooms: [],
      bus: [],
      channels: 1
    },
    wet = (await render(consoleGraph(truth), inputs, { kernels, sampleRate: rate, tail: 0 })).mix!,
    clips = Object.fromEntries(Object.entries(inputs).map(([name, audio]) => [name, clipOf(audio, rate)])),
    stretches = await readStretches(clips, clipOf(wet, rate), {
      starts: [rate, 3 * rate],
      warmup: rate / 2,
      judged: 1.5 * rate
    }),
    found = await searchMix(
      stretches,
      Object.keys(inputs).map(name => ({ name, channels: 1 })),
      { kernels }
    )
  const [first] = found.console.strips
  expect(first!.chain.map(({ type }) => type)).toEqual(['distortion', 'gain'])
  expect(first!.chain[0]!.params.gain).toBeCloseTo(24, 0)
  expect(found.loss).toBeLessThan(0.01)
})
