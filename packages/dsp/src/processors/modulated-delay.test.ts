/** Chorus, flanger and vibrato against their formulas: combs where the delay stands still, pitch where it moves. */
import { describe, expect, it } from 'vitest'
import { rig, type Settings, stereo, type Stereo } from '../../test/harness.ts'
import type { Processor } from '../define.ts'
import { createRandom } from '../math/index.ts'
import { chorus } from './chorus.ts'
import { flanger } from './flanger.ts'
import { vibrato } from './vibrato.ts'

const rate = 48000
type Signal = (i: number, c: number) => number
const run = (def: Processor, values: Settings, frames: number, x: Signal, m: Signal): Stereo =>
  rig(def, { rate, frames, values }).run([stereo(frames, x), stereo(frames, m)])[0]!

/** |DFT| of the answer to an impulse while the modulation stands still. */
function magnitude(def: Processor, values: Settings, modulation: number, f: number): number {
  const [y] = run(def, values, 24000, i => (i === 0 ? 1 : 0), () => modulation) // biome-ignore format: one call
  let re = 0,
    im = 0
  y.forEach((v, i) => {
    re += v * Math.cos((2 * Math.PI * f * i) / rate)
    im -= v * Math.sin((2 * Math.PI * f * i) / rate)
  })
  return Math.hypot(re, im)
}
/** |cos φ + sin φ z / (1 - feedback z)| with z = e^(-2πi f D) */
function comb(f: number, ms: number, feedback: number, mix: number): number {
  const w = (2 * Math.PI * f * ms) / 1000,
    [zr, zi] = [Math.cos(w), -Math.sin(w)],
    [nr, ni] = [1 - feedback * zr, -feedback * zi],
    size = nr * nr + ni * ni,
    [dr, di] = [(zr * nr + zi * ni) / size, (zi * nr - zr * ni) / size],
    angle = (mix * Math.PI) / 2
  return Math.hypot(Math.cos(angle) + Math.sin(angle) * dr, Math.sin(angle) * di)
}

describe.each([
  [chorus, 12],
  [flanger, 1.5],
  [vibrato, 3]
] as const)('standing still, $id', (def, delay) => {
  it.each([
    [0, 0.5, 0],
    [0.6, 0.5, 0.5],
    [-0.6, 0.3, -0.4],
    [0.3, 1, 0.1234]
  ])('is a comb: feedback %f, mix %f, modulation %f', (feedback, mix, modulation) => {
    const ms = delay * (1 + modulation)
    // Below a tenth of the sample rate the quintic errs by less than 1 - (150 cos(π/10) - 25 cos(3π/10) + 3)/128 = 3e-4 half
    // way between samples, which feedback of 0.6 repeats to 1/(1 - 0.6) times that, and so in dB to 7e-3 of what is left.
    for (const f of [110, 1037, 3300])
      expect(magnitude(def, { delay, feedback, mix }, modulation, f)).toBeCloseTo(comb(f, ms, feedback, mix), 2)
  })
  it('at equal mix has notches at the odd multiples of 1/(2 D), and twice the level of each between them', () => {
    for (let k = 0; k < 3; k++) {
      const first = 1000 / (2 * delay)
      expect(magnitude(def, { delay, feedback: 0, mix: 0.5 }, 0, first * (2 * k + 1))).toBeLessThan(1e-3)
      expect(magnitude(def, { delay, feedback: 0, mix: 0.5 }, 0, first * 2 * k)).toBeCloseTo(Math.SQRT2, 3)
    }
  })
  it('holds the modulation within -1 to 1, and the delay above three samples', () => {
    const answer = (m: number) => run(def, { delay, mix: 1, feedback: 0 }, 4000, i => (i === 0 ? 1 : 0), () => m)[0] // biome-ignore format: one call
    expect(answer(7)).toEqual(answer(1))
    expect(answer(-7)).toEqual(answer(-1))
    expect(answer(-1).indexOf(1)).toBe(3)
    expect(answer(1).findIndex(v => Math.abs(v - 1) < 1e-12)).toBe((2 * delay * rate) / 1000)
  })
})

describe('moving', () => {
  it.each([chorus, flanger, vibrato])('$id is the tone of D samples ago, each channel by its own modulation', def => {
    const delay = { chorus: 12, flanger: 1.5, vibrato: 3 }[def.id as 'chorus']!,
      swing: Signal = (i, c) => 0.4 * Math.sin((2 * Math.PI * (3 + c) * i) / rate),
      tone = (t: number) => Math.sin((2 * Math.PI * 440 * t) / rate),
      y = run(def, { delay, feedback: 0, mix: 1 }, 24000, tone, swing)
    // At 440 Hz the quintic errs by 5/1024 · 2 · (ω/2)^6 ≈ 1e-10 and the tape of the position by nothing.
    for (const i of [5000, 9001, 17777, 23999])
      for (const c of [0, 1] as const)
        expect(y[c][i]).toBeCloseTo(tone(i - ((delay * rate) / 1000) * (1 + swing(i, c))), 8)
  })
  it('a delay that shrinks by 1 sample in 100 raises the pitch by 1 per cent', () => {
    // D from 768 to 384 samples: modulation falls from 1 to 0.
    const frames = 38400,
      [y] = run(vibrato, { delay: 8, feedback: 0, mix: 1 }, frames, i => Math.sin((2 * Math.PI * 1000 * i) / rate), i => 1 - i / frames) // biome-ignore format: one call
    let crossings = 0
    for (let i = 9600; i < 33600; i++) if (y[i]! < 0 && y[i + 1]! >= 0) crossings++
    expect(crossings / 0.5).toBeCloseTo(1000 * (1 + 384 / frames), -0.5)
  })
})

describe.each([chorus, flanger, vibrato])('$id', def => {
  // Shorter signals, as in the matrix, never come to the end of the ring.
  it('has its transpose as adjoint while the ring goes round, in blocks that split it anywhere', () => {
    const frames = 5000,
      random = createRandom(3),
      noise = () => stereo(frames, () => random.normal()),
      x = noise(),
      w = noise(),
      m = stereo(frames, (i, c) => 1.1 * Math.sin(0.01 * i + c)),
      bench = rig(def, { rate: 8000, frames, values: { feedback: 0.9, mix: 0.6 } }),
      [y] = bench.run([x, m], { keep: true, blocks: [997, 64] }),
      { gx } = bench.adjoint([w], { blocks: [1021, 3] })
    const dot = (a: Stereo, b: Stereo) => a.reduce((s, c, k) => s + c.reduce((t, v, i) => t + v * b[k]![i]!, 0), 0)
    expect(Math.abs(dot(y!, w) - dot(x, gx[0]!)) / Math.sqrt(dot(y!, y!) * dot(w, w))).toBeLessThan(1e-12)
  })
})
