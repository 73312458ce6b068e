import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { lowResiduals, waveResiduals } from './residuals.ts'
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

it('leads from farther away below 1.5 kHz', () => {
  // 12 samples late: half a turn at 1.8 kHz. Where lateness adds to the error all along the way, slopes lead back.
  const rate = 44100,
    [target] = noise(),
    left = (kind: ReturnType<typeof waveResiduals>, late: number) => {
      const found = new Float64Array(rows),
        shifted = Float32Array.from(target!, (_, i) => target![i - late] ?? 0)
      kind.write([shifted], found)
      return dot(found, found)
    },
    [low, all] = [lowResiduals([target!], rate, rows), waveResiduals([target!], 0, rows)]
  expect(left(low, 0)).toBe(0)
  for (let late = 1; late < 8; late++) expect(left(low, late + 1)).toBeGreaterThan(1.1 * left(low, late))
  // Of all frequencies one sample is as wrong as seven; the sketch is 2.2 % wide.
  expect(left(all, 7) / left(all, 1)).toBeLessThan(1.1)
})
