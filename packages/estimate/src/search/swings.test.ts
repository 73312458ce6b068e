import { clipOf, createRandom } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { type Console, consoleGraph, startOf } from './console.ts'
import { readLong } from './long-passage.ts'
import { swings } from './swings.ts'

const rate = 16000,
  seconds = 5,
  random = createRandom(5),
  levels = Array.from({ length: 40 }, () => 0.3 * 10 ** random.between(-1, 0)),
  dry = Float32Array.from({ length: seconds * rate }, (_, i) => levels[Math.floor(i / rate / 0.19)]! * random.normal()),
  channel = (...chain: Console['strips'][number]['chain']): Console => ({
    strips: [{ input: 'x', channels: 1, chain, sends: {} }],
    rooms: [],
    bus: [],
    channels: 1
  })

it.each([
  // As FFmpeg's chorus is: down to no delay, and what of it is missing lies behind filters that nothing has told yet.
  ['down to none', 1.5, 0.98, 0.57],
  ['by little of its delay', 19, 0.1, 1.1]
])('finds a voice whose delay swings %s, behind filters', async (_, delay, depth, frequency) => {
  const filter = { id: 'a', type: 'bell', params: startOf('bell', { frequency: 2500, gain: 9, q: 1 }) },
    chorus = {
      id: 'b',
      type: delay < 4 ? 'flanger' : 'chorus',
      params: startOf(delay < 4 ? 'flanger' : 'chorus', { delay, feedback: 0, mix: 0.35 }),
      modulator: { inlet: 'modulation', params: { shape: 'sine', frequency, phase: 40 }, depth: 20 * Math.log10(depth) }
    },
    wet = (
      await render(
        consoleGraph(channel(filter, chorus)),
        { x: [dry] },
        { kernels, sampleRate: rate, frames: dry.length }
      )
    ).mix!,
    passage = await readLong('x', clipOf([dry], rate), clipOf(wet, rate)),
    found = swings({ console: channel(), passage }, kernels)
      .map(({ console }) => console.strips[0]!.chain[0]!)
      .find(({ type }) => type === chorus.type)!
  expect(found.params.delay).toBeCloseTo(delay, 0)
  expect(found.modulator!.params.frequency).toBeCloseTo(frequency, 1)
  expect(found.modulator!.depth).toBeCloseTo(20 * Math.log10(depth), -1)
})
