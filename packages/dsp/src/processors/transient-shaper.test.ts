import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import { transientShaper } from './transient-shaper.ts'

const rate = 48000,
  frames = 48000
const gains = (values: { attack: number; sustain: number }, level: (i: number) => number, amplitude = 1) => {
  // A square wave: its level is its envelope at every sample.
  const x = stereo(frames, i => amplitude * level(i) * (i % 40 < 20 ? 1 : -1))
  const y = rig(transientShaper, { rate, frames, values }).run([x])[0]!
  return (ms: number) => 20 * Math.log10(Math.abs(y[0][ms * 48]! / x[0][ms * 48]!))
}
const share = (d: number) => d / (Math.abs(d) + 6)

describe('transient shaper', () => {
  // 40 dB up at 300 ms, held for 200 ms, then down by 60 dB per second.
  const hit = (i: number) => (i < 14400 ? 0.005 : i < 24000 ? 0.5 : 0.5 * 10 ** ((-60 * (i - 24000)) / rate / 20))
  it('raises an attack as the difference of two one-pole envelopes says, and then lets go', () => {
    const gain = gains({ attack: 12, sustain: 0 }, hit)
    for (const ms of [1, 5, 20, 60]) {
      const d = 40 * (Math.exp(-ms / 10) - Math.exp(-ms / 0.5))
      // The envelopes are those of the continuous equations but for one sample of 21 us in 0.5 ms: 4 % of d while it moves.
      expect(gain(300 + ms), `${ms} ms`).toBeCloseTo(12 * share(d), 0)
    }
    expect(Math.abs(gain(290)), 'at rest before').toBeLessThan(0.05)
    expect(Math.abs(gain(480)), 'at rest after').toBeLessThan(0.05)
  })
  it('turns down a decay as far as the slow envelope stays behind: slope times the difference of the time constants', () => {
    const gain = gains({ attack: 0, sustain: -12 }, hit)
    // After t of 60 dB/s both lag by 60 tau (1 - exp(-t/tau)).
    for (const ms of [100, 300]) {
      const lag = (tau: number) => 0.06 * tau * (1 - Math.exp(-(ms - 21) / tau))
      expect(gain(500 + ms), `${ms} ms`).toBeCloseTo(12 * share(lag(25) - lag(250)), 0)
    }
    expect(Math.abs(gain(301)), 'the attack').toBeLessThan(0.01)
  })
  it('does the same at any level', () => {
    const loud = gains({ attack: 12, sustain: -12 }, hit),
      soft = gains({ attack: 12, sustain: -12 }, hit, 0.1)
    for (const ms of [301, 310, 700]) expect(soft(ms)).toBeCloseTo(loud(ms), 3)
  })
})
