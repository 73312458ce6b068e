import { describe, expect, it } from 'vitest'
import { rig, type Settings, stereo } from '../../test/harness.ts'
import { phaser } from './phaser.ts'

const rate = 48000,
  frames = 24000
/** |DFT| of the answer to an impulse while the modulation stands still. */
function magnitude(values: Settings, f: number, modulation = 0): number {
  const [y] = rig(phaser, { rate, frames, values }).run([
    stereo(frames, i => (i === 0 ? 1 : 0)),
    stereo(frames, () => modulation)
  ])[0]!
  let re = 0,
    im = 0
  y.forEach((v, i) => {
    re += v * Math.cos((2 * Math.PI * f * i) / rate)
    im -= v * Math.sin((2 * Math.PI * f * i) / rate)
  })
  return Math.hypot(re, im)
}
const warped = (f: number) => Math.tan((Math.PI * f) / rate)
/** |cos φ + sin φ e/(1 - feedback e)| with e = A(jΩ)⁴ = e^(-8 i atan Ω) */
function theory({ frequency, feedback, mix }: { frequency: number; feedback: number; mix: number }, f: number): number {
  const w = 8 * Math.atan(warped(f) / warped(frequency)),
    [er, ei] = [Math.cos(w), -Math.sin(w)],
    [nr, ni] = [1 - feedback * er, -feedback * ei],
    size = nr * nr + ni * ni,
    angle = (mix * Math.PI) / 2
  return Math.hypot(
    Math.cos(angle) + (Math.sin(angle) * (er * nr + ei * ni)) / size,
    (Math.sin(angle) * (ei * nr - er * ni)) / size
  )
}

describe('phaser', () => {
  it.each([
    [700, 0, 0.5],
    [700, 0.8, 0.5],
    [2500, -0.8, 0.3],
    [7000, 0.5, 1]
  ])('has the magnitude of its formula: %i Hz, feedback %f, mix %f', (frequency, feedback, mix) => {
    const values = { frequency, feedback, mix }
    for (const f of [90, 290, 700, 1690, 5000, 15000])
      expect(20 * Math.log10(magnitude(values, f) / theory(values, f)), `${f} Hz`).toBeCloseTo(0, 6)
  })
  it('without feedback has notches where four all-passes turn by 180° and 540°, and a peak at the centre', () => {
    const values = { frequency: 1000, feedback: 0, mix: 0.5 },
      at = (turn: number) => (rate / Math.PI) * Math.atan(warped(1000) * Math.tan(turn))
    expect(magnitude(values, at(Math.PI / 8))).toBeLessThan(1e-9)
    expect(magnitude(values, at((3 * Math.PI) / 8))).toBeLessThan(1e-9)
    expect(magnitude(values, 1000)).toBeCloseTo(Math.SQRT2, 9)
  })
  it('is moved by the modulation in octaves', () => {
    const values = { frequency: 1000, feedback: 0.4, mix: 0.5 }
    for (const f of [300, 1000, 4000])
      expect(magnitude(values, f, 1.5)).toBeCloseTo(theory({ ...values, frequency: 1000 * 2 ** 1.5 }, f), 9)
  })
})
