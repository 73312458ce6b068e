import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { waveResiduals } from './residuals.ts'
import { dot } from './descend.ts'

const random = createRandom(9),
  frames = 50000,
  rows = 4096,
  noise = () => [0, 1].map(() => Float32Array.from({ length: frames }, () => random.normal())),
  /** The same tone all along: what falls on one row would add up, were signs and places not drawn. */
  tone = () => [0, 1].map(() => Float32Array.from({ length: frames }, (_, i) => Math.sin((2 * Math.PI * i) / 64)))

describe('the sketch of samples', () => {
  const target = noise(),
    kind = waveResiduals(target, 0, rows),
    of = (error: Float32Array[]) => {
      const found = new Float64Array(rows)
      kind.write(
        target.map((x, c) => x.map((v, i) => v + error[c]![i]!)),
        found
      )
      return found
    }
  it('is nothing where nothing is wrong', () => {
    expect(of(target.map(x => x.map(() => 0))).every(v => v === 0)).toBe(true)
  })
  it.each([
    ['noise', noise, 1],
    ['a tone', tone, 0.5]
  ])('keeps the power of %s', (_, error, power) => {
    const r = of(error())
    // A sum of squares of 4096 numbers spreads by √(2/4096) = 2.2 %.
    expect(dot(r, r) / power).toBeGreaterThan(0.9)
    expect(dot(r, r) / power).toBeLessThan(1.1)
  })
  it('keeps right angles', () => {
    expect(Math.abs(dot(of(noise()), of(tone())))).toBeLessThan(0.07)
  })
})
