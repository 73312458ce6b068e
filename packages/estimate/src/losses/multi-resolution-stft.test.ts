import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { coloured, judgesSound, mixed, stereo } from '../../test/sound-losses.ts'
import { multiResolutionStftLoss } from './multi-resolution-stft.ts'
import { stftDistance } from './stft-distance.ts'

const length = 17000,
  sum = ([l, r]: Float64Array[]) => l!.map((v, i) => v + r![i]!),
  difference = ([l, r]: Float64Array[]) => l!.map((v, i) => v - r![i]!)

describe('multiResolutionStftLoss of left and right', () => {
  judgesSound((target, real) => multiResolutionStftLoss(kernels, target, { real }), length)
  it('is the mean of the measure of both', () => {
    const [a, b] = [stereo(length), stereo(length)]
    expect(multiResolutionStftLoss(kernels, a, { real: 'f64' }).value(b)).toBeCloseTo(
      (stftDistance(b[0]!, a[0]!) + stftDistance(b[1]!, a[1]!)) / 2,
      9
    )
  })
})
describe('multiResolutionStftLoss of sum and difference', () => {
  judgesSound((target, real) => multiResolutionStftLoss(kernels, target, { real, of: 'sum and difference' }), length)
  it('is the measure of the difference, floored by the target’s sum, where the sums are equal', () => {
    const a = stereo(length),
      other = coloured(length),
      b = [a[0]!.map((v, i) => v + other[i]!), a[1]!.map((v, i) => v - other[i]!)],
      loss = multiResolutionStftLoss(kernels, a, { real: 'f64', of: 'sum and difference' })
    // The sums differ by rounding only.
    expect(loss.value(b)).toBeCloseTo(stftDistance(difference(b), difference(a), [sum(a), sum(a)]) / 2, 9)
  })
})
describe('multiResolutionStftLoss', () => {
  it('takes its terms and sizes apart', () => {
    const [a, b] = [stereo(length), stereo(length)],
      sizes = [512],
      value = (options: object) => multiResolutionStftLoss(kernels, a, { sizes, ...options }).value(b),
      double = mixed(a, a, 1, 1)
    expect(value({ log: 0 }) + value({ linear: 0 })).toBeCloseTo(value({}), 9)
    expect(value({ log: 0, linear: 3 })).toBeCloseTo(3 * value({ log: 0 }), 9)
    expect(multiResolutionStftLoss(kernels, a, { sizes, linear: 0 }).value(double)).toBeCloseTo(Math.LN2, 2)
  })
})
