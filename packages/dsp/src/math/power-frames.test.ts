import { expect, it } from 'vitest'
import { kernels } from '../../test/kernels.ts'
import { createFft } from './fft.ts'
import { createPowerFrames } from './power-frames.ts'
import { createRandom } from './random.ts'
import { hann } from './window.ts'

const size = 64,
  hop = 24,
  window = hann(size)

/** Frame by frame in double precision, straight from the definition. */
function truth(channels: readonly Float32Array[], frame: number): number[] {
  const sum = new Array<number>(size / 2 + 1).fill(0)
  for (const x of channels) {
    const re = new Float64Array(size).map((_, i) => window[i]! * (x[frame * hop + i] ?? 0)),
      im = new Float64Array(size)
    createFft(size).forward(re, im)
    sum.forEach((_, k) => {
      sum[k]! += re[k]! ** 2 + im[k]! ** 2
    })
  }
  return sum
}

it.each([
  [1, [500]],
  [2, [500]],
  [2, [7, 64, 1, 200, 128, 100]],
  [1, [64]],
  [1, [64 + 24]],
  [2, [3]]
])('gives every frame of %i channels once, in portions %j, and the last followed by silence', (channels, portions) => {
  const random = createRandom(1),
    frames = portions.reduce((a, b) => a + b),
    // Frames within this stretch are digital silence.
    quiet = frames === 500 ? [200, 400] : [0, 0],
    audio = Array.from({ length: channels }, () =>
      new Float32Array(frames).map((_, i) => (i >= quiet[0]! && i < quiet[1]! ? 0 : random.between(-1, 1)))
    ),
    found: (number[] | undefined)[] = [],
    meter = createPowerFrames(kernels, channels, window, hop, 2, power => found.push(power && [...power]))
  portions.reduce((at, count) => {
    meter.push(audio.map(c => c.subarray(at, at + count)))
    return at + count
  }, 0)
  meter.end()
  expect(found.length).toBe(Math.max(0, Math.floor((frames - size) / hop) + 1) + 1)
  found.forEach((power, frame) => {
    const expected = truth(audio, frame)
    if (expected.every(p => p === 0)) expect(power).toBeUndefined()
    // Single precision: 2^-24 per operation, six stages, of at most `size` in amplitude.
    else expected.forEach((p, k) => expect(Math.abs(power![k]! - 2 * p)).toBeLessThan(2e-6 * size))
  })
})
