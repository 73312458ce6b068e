import { createRandom, processors } from '@mixwright/dsp'
import { builder, render } from '@mixwright/graph'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { sampleLoss } from '../losses/sample-loss.ts'
import { knobsIn } from './graph-knobs.ts'
import { createGraphRig, latencyMargin } from './graph-rig.ts'

const rate = 8000,
  random = createRandom(4),
  // Dark, so that a delay that is a little off is a little loss.
  dry = new Float32Array(3 * rate)
for (let i = 1; i < dry.length; i++) dry[i] = 0.98 * dry[i - 1]! + 0.05 * random.normal()
function swinging(frequency: number) {
  const b = builder('swinging'),
    voice = b.node('voice', { type: 'chorus', params: { delay: 12, mix: 0.5 } })
  b.wire(b.input('dry', { channels: 1 }), voice)
  b.wire([b.node('swing', { type: 'lfo', params: { frequency, phase: 40 } })[0], 'lfo'], ['voice', 'modulation'], -12)
  b.output('mix', { channels: 1 }, voice)
  return b.graph()
}

it('has an oscillator where the song has it, wherever a passage begins', async () => {
  const whole = (await render(swinging(0.7), { dry: [dry] }, { kernels, sampleRate: rate, frames: dry.length })).mix!,
    begin = rate,
    [warmup, judged] = [rate / 2, rate],
    input = new Float32Array(warmup + judged + latencyMargin),
    wet = whole.map(channel => channel.subarray(begin + warmup, begin + warmup + judged))
  input.set(dry.subarray(begin, begin + input.length))
  const problem = {
      sampleRate: rate,
      warmup,
      judged,
      output: 'mix',
      passages: [{ inputs: { dry: [input] }, begin, loss: sampleLoss(wet) }]
    },
    rigOf = (frequency: number) => {
      const graph = swinging(frequency),
        knobs = knobsIn(graph, place => 'node' in place && place.param === 'frequency', processors)
      return createGraphRig(graph, problem, knobs, kernels)
    }
  // What rounds in single precision.
  expect(rigOf(0.7).hear(new Float64Array(1))).toBeLessThan(1e-6)
  // Its slope over the frequency is that of the whole song too.
  const rig = rigOf(0.72),
    at = (x: number) => rig.hear(Float64Array.of(x)),
    step = 1e-3,
    { gradient } = rig.evaluate(new Float64Array(1)),
    slope = gradient[0]!
  expect(slope / ((at(step) - at(-step)) / (2 * step))).toBeCloseTo(1, 2)
})
