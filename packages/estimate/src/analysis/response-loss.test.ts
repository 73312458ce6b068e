import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { responseLoss } from './response-loss.ts'

const random = createRandom(31),
  noise = (length: number) => new Float64Array(length).map(() => random.normal()),
  /** Dark, so that what flattens it has something to do. */
  dark = (length: number) => {
    let last = 0
    return noise(length).map(v => (last = 0.8 * last + v))
  },
  convolved = (x: Float64Array, h: Float64Array) =>
    x.map((_, i) => h.reduce((sum, v, k) => sum + (i < k ? 0 : v * x[i - k]!), 0)),
  frames = 2000,
  response = noise(40).map((v, k) => v * 0.9 ** k),
  sound = dark(frames)

describe('responseLoss', () => {
  it('is nothing for what only a response is missing to, however loud', () => {
    const loss = responseLoss(convolved(sound, response), sound, 60, 0)
    expect(loss.value([sound])).toBeLessThan(1e-6)
    expect(loss.value([sound.map(v => 0.1 * v)])).toBeLessThan(1e-6)
  })
  it('has the gradient of central differences where the response has settled, scaled and added to what is there', () => {
    const bent = sound.map(v => Math.tanh(v)),
      loss = responseLoss(convolved(bent, response), sound, 60, 0),
      settled = (x: Float64Array) => {
        let value = loss.value([x])
        for (let again = 0; again < 60; again++) value = loss.value([x])
        return value
      },
      direction = noise(frames),
      at = (step: number) => settled(sound.map((v, i) => v + step * direction[i]!)),
      measured = (at(1e-4) - at(-1e-4)) / 2e-4,
      into = new Float64Array(frames).fill(1)
    expect(settled(sound)).toBeGreaterThan(0.01)
    loss.gradient([into], -2)
    const slope = into.reduce((sum, v, i) => sum + (v - 1) * direction[i]!, 0) / -2
    // A response of 60 numbers moves by the step: the square of it is left.
    expect(slope / measured).toBeCloseTo(1, 4)
  })
  it('judges nothing before it may, predictions of 64 samples aside', () => {
    const wet = convolved(sound, response),
      late = wet.map((v, i) => (i < 430 ? v + 5 * random.normal() : v))
    expect(responseLoss(late, sound, 60, 500).value([sound])).toBeLessThan(1e-6)
    expect(responseLoss(late, sound, 60, 0).value([sound])).toBeGreaterThan(0.1)
  })
})
