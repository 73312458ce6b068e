import { describe, expect, it } from 'vitest'
import { besselI0, hann, kaiser, kaiserBeta, sinc, sineWindow } from './window.ts'

describe('windows', () => {
  it('besselI0 has the tabulated values (Abramowitz & Stegun, table 9.8)', () => {
    expect(besselI0(0)).toBe(1)
    expect(besselI0(1)).toBeCloseTo(1.2660658777520084, 14)
    expect(besselI0(10) / 2815.716628466254).toBeCloseTo(1, 14)
  })
  it('kaiser is 1 in the middle, 1/I0(β) at the ends, 0 outside', () => {
    expect(kaiser(0, 8)).toBe(1)
    expect(kaiser(1, 8)).toBeCloseTo(1 / besselI0(8), 15)
    expect(kaiser(1.01, 8)).toBe(0)
    expect(kaiserBeta(60)).toBeCloseTo(5.653, 3)
    expect(kaiserBeta(20)).toBe(0)
  })
  it('hann overlaps to a constant, the squares of sine to 1', () => {
    const h = hann(64),
      s = sineWindow(64)
    for (let i = 0; i < 32; i++) {
      expect(h[i]! + h[i + 32]!).toBeCloseTo(1, 14)
      expect(s[i]! ** 2 + s[i + 32]! ** 2).toBeCloseTo(1, 14)
    }
  })
  it('sinc is 1 at 0 and 0 at other whole numbers', () => {
    expect(sinc(0)).toBe(1)
    expect(sinc(3)).toBeCloseTo(0, 15)
    expect(sinc(0.5)).toBeCloseTo(2 / Math.PI, 15)
  })
})
