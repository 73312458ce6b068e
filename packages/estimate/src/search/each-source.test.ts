import { type Audio, clipOf, createRandom } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { type Console, consoleGraph, type Device } from './console.ts'
import { eachByItself } from './each-source.ts'
import { readStretches } from './excerpts.ts'
import { createListener } from './listener.ts'
import { createSearchWork } from './work.ts'

const rate = 16000,
  random = createRandom(21),
  /** Noise in the last second of four, and in all of them. */
  late = new Float32Array(4 * rate).map((_, i) => (i < 3 * rate ? 0 : 0.2 * random.normal())),
  always = new Float32Array(4 * rate).map(() => 0.1 * random.normal()),
  bell: Device = { id: 'late/bell', type: 'bell', params: { frequency: 1500, q: 1.5, gain: -9 } },
  consoleOf = (...chain: Device[]): Console => ({
    strips: [
      {
        input: 'late',
        channels: 1,
        chain: [...chain, { id: 'late/gain', type: 'gain', params: { gain: 0 } }],
        sends: {}
      },
      { input: 'always', channels: 1, chain: [{ id: 'always/gain', type: 'gain', params: { gain: 0 } }], sends: {} }
    ],
    rooms: [],
    bus: [],
    channels: 1
  })

it('finds what one source lacks, where it plays, and leaves the others as they are', async () => {
  const inputs: Record<string, Audio> = { late: [late], always: [always] },
    wet = (await render(consoleGraph(consoleOf(bell)), inputs, { kernels, sampleRate: rate, tail: 0 })).mix!,
    clips = Object.fromEntries(Object.entries(inputs).map(([name, audio]) => [name, clipOf(audio, rate)])),
    // The source sounds in the last only: more others than are listened to come before it.
    starts = [0, 0.5, 1, 1.5, 3].map(second => second * rate),
    stretches = await readStretches(clips, clipOf(wet, rate), { starts, warmup: 0, judged: 0.9 * rate }),
    work = createSearchWork(kernels),
    listener = createListener(stretches, work),
    start = consoleOf(),
    found = await eachByItself({ console: start, loss: await listener.loss(start) }, listener, work, {}),
    [first, second] = found.console.strips
  expect(second).toEqual(start.strips[1])
  expect(first!.chain.map(({ type }) => type)).toContain('bell')
  const { frequency, gain } = first!.chain.find(({ type }) => type === 'bell')!.params
  expect(frequency! / 1500).toBeCloseTo(1, 1)
  expect(gain).toBeCloseTo(-9, 0)
})
