import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { bandSums, peakiness, sidesOf, toneDifference, toneLoss, widthLoss } from './sum-losses.ts'

const random = createRandom(5),
  bands = 6,
  cells = () => new Float64Array(10 * bands).map(() => 10 ** random.between(-6, -2)),
  along = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0),
  moved = (x: Float64Array, d: Float64Array, e: number) => x.map((v, i) => v + e * d[i]!),
  none = () => new Float64Array(10 * bands)
const aim = { levels: [0, -3, -6, -9, -12, -40], weights: [1, 2, 1, 1, 0.5, 0], tolerance: 1 }

describe('toneLoss', () => {
  const power = cells()
  it('has the gradient of central differences', () => {
    const d = power.map(v => v * random.normal()),
      g = none()
    toneLoss(power, aim, g, 3)
    const at = (e: number) => 3 * toneLoss(moved(power, d, e), aim, none())
    expect(Math.abs(along(g, d) / ((at(1e-4) - at(-1e-4)) / 2e-4) - 1)).toBeLessThan(1e-6)
  })
  it('is 0 at the aim, at any level, and within the tolerance; a band without weight does not count', () => {
    const at = (offsets: readonly number[], level: number) =>
      toneLoss(
        new Float64Array(10 * bands).map((_, i) => {
          const b = i % bands
          return 10 ** ((aim.levels[b]! + offsets[b]! + level) / 10)
        }),
        aim,
        none()
      )
    expect(at([0, 0, 0, 0, 0, 30], -20)).toBeCloseTo(0, 9)
    expect(at([0, 0.5, -0.5, 0.5, 0, 0], 7)).toBe(0)
    // One band of weight 1 in 5.5 is 11 dB up: 11 · 4.5/5.5 = 9 dB above the mean, 8 beyond; the others 2 below, 1 beyond.
    expect(at([11, 0, 0, 0, 0, 0], 0)).toBeCloseTo((64 + 4.5 * 1) / 5.5, 6)
  })
  it('is about the differences that it shows', () =>
    expect(toneDifference(bandSums(power, bands), aim).reduce((sum, d, b) => sum + aim.weights[b]! * d, 0)).toBeCloseTo(
      0,
      9
    ))
})

describe('widthLoss', () => {
  const side = cells(),
    both = side.map(v => v * random.between(2, 9)),
    regions = [
      [0, 2],
      [2, 6]
    ] as const
  it('has the gradient of central differences', () => {
    const d = [side.map(v => 0.1 * v * random.normal()), both.map(v => 0.1 * v * random.normal())] as const,
      g = [none(), none()] as const,
      aims = [-10, -3]
    widthLoss(side, both, bands, regions, aims, g[0], g[1], 2)
    const at = (e: number) =>
      2 * widthLoss(moved(side, d[0], e), moved(both, d[1], e), bands, regions, aims, none(), none())
    const exact = along(g[0], d[0]) + along(g[1], d[1])
    expect(Math.abs(exact / ((at(1e-4) - at(-1e-4)) / 2e-4) - 1)).toBeLessThan(1e-6)
  })
  it('is the square of the difference in dB, of the regions that are asked for', () => {
    const flat = (v: number) => new Float64Array(10 * bands).fill(v)
    expect(sidesOf(bandSums(flat(1), bands), bandSums(flat(11), bands), regions)[0]).toBeCloseTo(-10, 6)
    expect(widthLoss(flat(1), flat(11), bands, regions, [undefined, -8], none(), none())).toBeCloseTo(4, 5)
  })
})

describe('peakiness', () => {
  it('of a sine is that of its eighth power: mean of sin⁸ is 35/128', () => {
    const sine = new Float64Array(1000).map((_, i) => Math.sin((2 * Math.PI * i) / 100))
    expect(peakiness([sine])).toBeCloseTo(20 * Math.log10((35 / 128) ** (1 / 8) / Math.SQRT1_2), 9)
  })
  it('has the gradient of central differences', () => {
    const audio = [cells(), cells()].map(x => x.map(v => v * random.normal())),
      d = audio.map(x => x.map(() => 1e-3 * random.normal())),
      g = audio.map(none)
    peakiness(audio, g, 2)
    const at = (e: number) => 2 * peakiness(audio.map((x, c) => moved(x, d[c]!, e)))
    const exact = g.reduce((sum, one, c) => sum + along(one, d[c]!), 0)
    expect(Math.abs(exact / ((at(1e-5) - at(-1e-5)) / 2e-5) - 1)).toBeLessThan(1e-5)
  })
})
