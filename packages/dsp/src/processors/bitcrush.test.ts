import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import { bitcrush } from './bitcrush.ts'

const n = 4001,
  ramp = stereo(n, i => (i - 2000) / 2000)

describe('bitcrush', () => {
  it.each([1, 3, 7.5, 16])(
    'of %f bits gives multiples of 2^(1 - bit), each the nearest, and silence for silence',
    bit => {
      const step = 2 ** (1 - bit),
        [y] = rig(bitcrush, { rate: 48000, frames: n, values: { bit } }).run([ramp])
      y![0].forEach((v, i) => {
        expect(Math.abs(v / step - Math.round(v / step))).toBeLessThan(1e-9)
        expect(Math.abs(v - ramp[0][i]!)).toBeLessThanOrEqual(step / 2 + 1e-12)
      })
      expect(y![0][2000]).toBe(0)
    }
  )
  it('has the noise of its steps: step^2 / 12', () => {
    const [y] = rig(bitcrush, { rate: 48000, frames: n, values: { bit: 6 } }).run([ramp]),
      power = y![0].reduce((sum, v, i) => sum + (v - ramp[0][i]!) ** 2, 0) / n
    expect(power / (2 ** -10 / 12)).toBeCloseTo(1, 1)
  })
  it('passes the gradient straight through', () => {
    const bench = rig(bitcrush, { rate: 48000, frames: n, values: { bit: 4 } })
    bench.run([ramp], { keep: true })
    const w = stereo(n, i => Math.sin(i))
    expect(bench.adjoint([w]).gx).toEqual([w])
  })
})
