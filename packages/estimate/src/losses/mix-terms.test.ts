import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { glimpseLoss, soundingCells } from './glimpse-loss.ts'
import { levelErrors, loudFrames, loudPower } from './level-errors.ts'

const random = createRandom(1),
  cells = (count: number) => new Float64Array(count).map(() => 10 ** random.between(-6, -1))

describe('levelErrors', () => {
  const weights = [1, 2, 0.5],
    powers = [cells(30), cells(30), cells(30)],
    targets = [
      { level: -20, weight: 1, when: Uint8Array.from({ length: 10 }, (_, i) => i % 2) },
      { level: -12, weight: 3 },
      { level: 0, weight: 0 }
    ]
  it('counts the frames that it is told to', () => {
    expect([...loudFrames(Float64Array.from([1, 0, 0, 0.011, 0, 0, 0.009, 0, 0]), [1, 1, 1], 20)]).toEqual([1, 1, 0])
    const changed = powers.map((p, s) => (s === 0 ? p.map((v, i) => (Math.floor(i / 3) % 2 ? v : 9)) : p))
    expect(levelErrors(changed, targets, weights)).toEqual(levelErrors(powers, targets, weights))
  })
  it('is in dB against the target', () => {
    const before = levelErrors(powers, targets, weights),
      one = levelErrors([powers[0]!.map(v => 10 * v), powers[1]!, powers[2]!], targets, weights)
    expect(one[0]! - before[0]!).toBeCloseTo(10, 6)
    expect(one[1]).toBe(before[1])
    expect(one[2]).toBeNaN()
    const level = 10 * Math.log10(loudPower(powers[1]!, weights))
    expect(before[1]).toBeCloseTo(level + 12, 6)
  })
})

describe('glimpseLoss', () => {
  const lead = cells(200),
    rest = cells(200),
    mask = soundingCells(lead)
  it('has the gradient of central differences', () => {
    const d = [lead.map(v => v * random.normal()), rest.map(v => v * random.normal())] as const,
      at = (e: number) =>
        -3 *
        glimpseLoss(
          lead.map((v, i) => v + e * d[0][i]!),
          rest.map((v, i) => v + e * d[1][i]!),
          mask,
          new Float64Array(200),
          new Float64Array(200)
        ),
      g = [new Float64Array(200), new Float64Array(200)] as const
    glimpseLoss(lead, rest, mask, g[0], g[1], 3)
    const exact = g[0].reduce((sum, v, i) => sum + v * d[0][i]! + g[1][i]! * d[1][i]!, 0)
    expect(Math.abs(exact / ((at(1e-5) - at(-1e-5)) / 2e-5) - 1)).toBeLessThan(1e-6)
  })
  it('is 1/2 at the edge, and near 0 and 1 ten dB beyond', () => {
    const one = (ratio: number) =>
      glimpseLoss(
        new Float64Array(4).fill(10 ** (ratio / 10)),
        new Float64Array(4).fill(1),
        new Uint8Array(4).fill(1),
        new Float64Array(4),
        new Float64Array(4)
      )
    expect(one(-3)).toBeCloseTo(0.5, 9)
    expect(one(7)).toBeGreaterThan(0.99)
    expect(one(-13)).toBeLessThan(0.01)
  })
})
