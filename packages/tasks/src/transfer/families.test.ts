import { builder, render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { families, type FamilyName, type Setting } from './families.ts'

const rate = 44100
/** A device whose knobs stand against -20 dBFS, and what it makes of a sound. */
async function through(family: FamilyName, setting: Setting, sound: Float32Array): Promise<Float32Array> {
  const b = builder('device')
  b.output('out', { channels: 1 }, families[family].wire(b, family, b.input('in', { channels: 1 }), setting, -20, ''))
  return (await render(b.graph(), { in: [sound] }, { kernels, sampleRate: rate, tail: 0 })).out![0]!
}
const frequency = 1000,
  sine = (peak: number) => new Float32Array(rate).map((_, i) => peak * Math.sin((2 * Math.PI * frequency * i) / rate)),
  /** Amplitude of a partial of the last half second, which holds whole periods. */
  partial = (x: Float32Array, of: number) => {
    const last = x.slice(rate / 2),
      turn = (i: number) => (2 * Math.PI * of * frequency * i) / rate,
      [re, im] = [Math.cos, Math.sin].map(wave => last.reduce((sum, v, i) => sum + v * wave(turn(i)), 0)) as [
        number,
        number
      ]
    return (2 * Math.hypot(re, im)) / last.length
  },
  /** dB that a steady tone is turned by. */
  turned = (peak: number) => (x: Float32Array) => 20 * Math.log10(partial(x, 1) / peak)
const impulse = new Float32Array(rate).map((_, i) => (i === 0 ? 0.5 : 0))

describe('half of a device', () => {
  it.each<[FamilyName, Setting, Float32Array, (x: Float32Array) => number, number]>([
    // A level detector reads a tone a little lower the more it is turned down between two crests.
    ['compressor', [-10, 1.5, 2, 6], sine(0.5), turned(0.5), 0.02],
    ['expander', [10, 0.6, 2, 6], sine(0.02), turned(0.02), 0.02],
    // The third harmonic against the tone: u²/12 of a tanh, and u⁴/60 of the tone less, u = 0.25.
    ['saturation', [8], sine(0.1), x => partial(x, 3) / partial(x, 1), 0.03],
    // Two digits of a mix of 0.38.
    ['room', [0.3, 0.6, 0.5], impulse, x => Math.sqrt(x.slice(20).reduce((s, v) => s + v * v, 0)) / x[0]!, 0.01]
  ])('is half of what a %s does', async (family, setting, sound, done, tolerance) => {
    const of = async (amount: number) => done(await through(family, families[family].scaled(setting, amount), sound)),
      [whole, half, none] = [await of(1), await of(0.5), await of(0)]
    expect(Math.abs(whole)).toBeGreaterThan(0.004)
    expect(Math.abs(half / whole - 0.5)).toBeLessThan(tolerance)
    expect(Math.abs(none / whole)).toBeLessThan(0.01)
  })
})
