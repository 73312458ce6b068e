import { describe, expect, it } from 'vitest'
import { kernels } from '../../test/kernels.ts'
import { createLongConvolution } from './long-convolution.ts'
import { createRandom } from './random.ts'

const random = createRandom(12),
  noise = (frames: number) => new Float32Array(frames).map(() => random.normal()),
  zeros = (frames: number) => new Float32Array(frames),
  dot = (a: readonly Float32Array[], b: readonly Float32Array[]) =>
    a.reduce((sum, channel, c) => sum + channel.reduce((s, v, i) => s + v * b[c]![i]!, 0), 0)

describe('long convolution', () => {
  it.each([
    ['one channel in, two out', 1, 2, 70],
    ['two channels, one response', 2, 1, 150],
    ['two of each, a response longer than the sound', 2, 2, 400]
  ])('of %s is the sum of products, and its adjoint the transpose', (_, inputs, channels, length) => {
    const frames = 333,
      from = 200,
      response = Array.from({ length: channels }, () => noise(length)),
      { run, adjoint } = createLongConvolution(kernels, response, frames, 32),
      x = Array.from({ length: inputs }, () => noise(frames)),
      y = [zeros(frames), zeros(frames)],
      end = [zeros(frames), zeros(frames)]
    run(x, y)
    run(x, end, from)
    y.forEach((channel, c) => {
      const [h, own] = [response[Math.min(c, channels - 1)]!, x[Math.min(c, inputs - 1)]!]
      channel.forEach((v, n) => {
        let sum = 0
        for (let k = 0; k <= n && k < length; k++) sum += h[k]! * own[n - k]!
        // Some hundred products of noise in single precision.
        expect(Math.abs(v - sum)).toBeLessThan(1e-4)
        if (n >= from) expect(end[c]![n]).toBeCloseTo(v, 4)
      })
    })
    const gy = [noise(frames), noise(frames)].map(channel => channel.fill(0, 0, from)),
      gx = x.map(() => zeros(frames))
    adjoint(gy, gx, from)
    expect(dot(x, gx)).toBeCloseTo(dot(y, gy), 1)
  })
})
