import { describe, expect, it } from 'vitest'
import { rig, stereo } from '../../test/harness.ts'
import { adsr } from './adsr.ts'

const rate = 48000,
  frames = 48000
/** Left: a key from 100 ms to 500 ms. Right: the same, and again from 510 ms on. */
const played = (values: { attack: number; decay: number; sustain: number; release: number }) => {
  const gate = stereo(frames, (i, c) => ((i >= 4800 && i < 24000) || (c === 1 && i >= 24480) ? 1 : 0))
  const [left, right] = rig(adsr, { rate, frames, values }).run([gate])[0]!
  return { at: (ms: number) => left[Math.round(ms * 48) - 1]!, again: (ms: number) => right[Math.round(ms * 48) - 1]! }
}

describe('envelope generator', () => {
  const values = { attack: 20, decay: 100, sustain: 0.5, release: 50 }
  it('takes the times it is given', () => {
    const { at } = played(values)
    expect(at(100)).toBe(0)
    expect(at(110)).toBeCloseTo(0.5, 9)
    expect(at(120)).toBeCloseTo(1, 9)
    expect(at(170)).toBeCloseTo(0.5 + 0.5 * Math.sqrt(0.001), 9)
    expect(at(220)).toBeCloseTo(0.5 + 0.5 * 0.001, 9)
    expect(at(500)).toBeCloseTo(0.5, 9)
    expect(at(525)).toBeCloseTo(0.5 * Math.sqrt(0.001), 9)
    expect(at(550)).toBeCloseTo(0.5 * 0.001, 9)
  })
  it('turns between two samples: the decay begins where the attack ends, whatever the rate', () => {
    // 20.01 ms are 960.48 samples; the decay is 99.99 ms old at 220 ms.
    const { at } = played({ ...values, attack: 20.01 })
    expect(at(220)).toBeCloseTo(0.5 + 0.5 * 0.001 ** (99.99 / 100), 9)
  })
  it('begins a new note where the last one is', () => {
    const { again } = played(values),
      before = 0.5 * 0.001 ** (10 / 50)
    expect(again(510)).toBeCloseTo(before, 9)
    expect(again(515)).toBeCloseTo(before + 5 / 20, 9)
  })
})
