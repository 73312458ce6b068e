import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../test/harness.ts'
import { convolution } from './convolution.ts'
import { createRandom } from './math/random.ts'

const random = createRandom(11),
  rate = 48000
const noise = (frames: number) => new Float32Array(frames).map(() => random.normal())

describe('convolution', () => {
  it.each([1, 31, 32, 33, 700, 5000])('with a response of %i samples is the sum of products', frames => {
    const response = [noise(frames), noise(frames)],
      def = convolution('test', response, rate),
      late = def.latency!({ sampleRate: rate }),
      n = 1500
    const x = stereo(n, () => random.normal())
    const y = rig(def, { rate, frames: n, values: {} }).run([x])[0]!
    for (const c of [0, 1] as const)
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let k = 0; k < frames && k <= i - late; k++) sum += response[c]![k]! * x[c][i - late - k]!
        // Transforms of some thousand points in double precision: 10 roundings of the size of the sum, below 1e3.
        expect(Math.abs(y[c][i]! - sum)).toBeLessThan(1e-10)
      }
  })
  it('gives both channels the one there is', () => {
    const response = noise(100),
      x = stereo(300, i => (i === 0 ? 1 : 0))
    const [left, right] = rig(convolution('mono', [response], rate), { rate, frames: 300, values: {} }).run([x])[0]!
    left.forEach((v, i) => expect(v).toBeCloseTo(right[i]!, 12))
    expect(left[32]).toBeCloseTo(response[0]!, 9)
  })
  it('is named after what is in it, and refuses what it cannot take', () => {
    const a = noise(50),
      b = a.slice()
    expect(convolution('hall', [a], rate).id).toBe(convolution('hall', [b], rate).id)
    b[49]! += 1e-6
    expect(convolution('hall', [a], rate).id).not.toBe(convolution('hall', [b], rate).id)
    expect(convolution('hall', [a], rate).id).toMatch(/^convolution-hall-[0-9a-f]{16}$/)
    expect(() => convolution('hall', [], rate)).toThrow('response "hall": 0 channels')
    expect(() => convolution('hall', [a, b.subarray(1)], rate)).toThrow('50 and 49 samples')
    expect(() => rig(convolution('hall', [a], 44100), { rate, frames: 9, values: {} })).toThrow(
      'response "hall" has 44100 Hz, the graph 48000 Hz; resample it first'
    )
  })
})
