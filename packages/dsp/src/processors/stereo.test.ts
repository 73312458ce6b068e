import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import { processors } from './index.ts'

const rate = 48000
describe('panning', () => {
  it.each([
    [-1, Math.SQRT2, 0],
    [-0.5, Math.SQRT2 * Math.cos(Math.PI / 8), Math.SQRT2 * Math.sin(Math.PI / 8)],
    [0, 1, 1],
    [1, 0, Math.SQRT2]
  ])('at %f has gains %f and %f: constant power', (pan, left, right) => {
    const [y] = rig(processors.panning, { rate, frames: 4, values: { pan } }).run([stereo(4, () => 1)])
    expect(y![0][2]).toBeCloseTo(left, 12)
    expect(y![1][2]).toBeCloseTo(right, 12)
    expect(y![0][2]! ** 2 + y![1][2]! ** 2).toBeCloseTo(2, 12)
  })
})

describe('mid and side', () => {
  it('split then merge gives the same bits for 24-bit samples', () => {
    let seed = 1
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.round((seed / 2 ** 31 - 1) * 2 ** 23) / 2 ** 23
    }
    const x = stereo(5000, random),
      [mid, side] = rig(processors['midside-split'], { rate, frames: 5000, real: 'f32' }).run([x])
    expect(rig(processors['midside-merge'], { rate, frames: 5000, real: 'f32' }).run([mid!, side!])[0]).toEqual(x)
    expect(mid![0]).toEqual(mid![1])
    expect(side![0]).toEqual(side![1].map(v => 0 - v))
  })
  it('the imager scales the side and leaves the middle', () => {
    const [y] = rig(processors.imager, { rate, frames: 2, values: { width: 2 } }).run([
      stereo(2, (_, c) => (c ? 0.2 : 0.6))
    ])
    expect([y![0][0], y![1][0]]).toEqual([expect.closeTo(0.4 + 2 * 0.2, 12), expect.closeTo(0.4 - 2 * 0.2, 12)])
  })
})
