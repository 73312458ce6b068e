import { createRandom, kCoefficients, measureBarkFrames, powerOfKWeighting } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { leadOf, maskingOf, standingFrames } from './masking.ts'

const rate = 44100,
  random = createRandom(4),
  noise = () => new Float32Array(rate).map(() => 0.1 * random.normal()),
  frames = (x: Float32Array) => measureBarkFrames([x], rate),
  tone = (f: number, level: number) => noise().map((_, i) => level * Math.sin((2 * Math.PI * f * i) / rate))

describe('K weights', () =>
  it('are those of BS.1770: + 4 dB at the top, 0.691 dB at 997 Hz', () => {
    const at = (f: number) => 10 * Math.log10(powerOfKWeighting(kCoefficients(48000), f / 48000))
    expect(at(997)).toBeCloseTo(0.691, 2)
    expect(at(15000)).toBeCloseTo(4, 1)
    // The table's high-pass alone: -3 dB (its Q is 0.5: -6) at 38 Hz.
    expect(Math.abs(at(38.135) + 6)).toBeLessThan(0.1)
  }))

describe('lead', () => {
  it('stands as loud as its gain says against noise of the same kind, while it sounds', () => {
    const lead = noise().map((v, i) => (i < rate / 2 ? 2 * v : 0)),
      { ratio } = leadOf({ lead: frames(lead), a: frames(noise()), b: frames(noise()) }, 'lead')
    // 6.02 dB above each of two. Of 24 frames two hold mostly the pause: 10 lg 24/22 = 0.38 dB.
    expect(Math.abs(ratio! - 3.01)).toBeLessThan(0.45)
  })
  it('is glimpsed everywhere when alone, nowhere when 20 dB below, in half of the time when the rest pauses', () => {
    const lead = frames(noise()),
      rest = noise()
    expect(leadOf({ lead }, 'lead').glimpses).toBe(1)
    expect(leadOf({ lead, rest: frames(rest.map(v => 10 * v)) }, 'lead').glimpses).toBeLessThan(0.01)
    const half = leadOf({ lead, rest: frames(rest.map((v, i) => (i < rate / 2 ? 10 * v : 0))) }, 'lead').glimpses!
    expect(Math.abs(half - 0.5)).toBeLessThan(0.06)
  })
  it('counts the cells of the recording, where treatments are compared', () => {
    // The recording pauses 60 dB down; a treatment lifts its pauses to where they count, and nothing else.
    const x = noise(),
      recorded = frames(x.map((v, i) => (i < rate / 2 ? v : v / 1000))),
      lifted = frames(x.map((v, i) => (i < rate / 2 ? v : v / 30))),
      rest = frames(x.map(v => v / 5))
    expect(leadOf({ lead: lifted, rest }, 'lead').glimpses).toBeLessThan(0.8)
    expect(leadOf({ lead: lifted, rest }, 'lead', recorded).glimpses).toBeGreaterThan(0.95)
  })
  it('is null when silent, and refused when unknown', () => {
    const rest = frames(noise())
    expect(leadOf({ lead: frames(new Float32Array(rate)), rest }, 'lead')).toEqual({ ratio: null, glimpses: null })
    expect(() => leadOf({ rest }, 'vox' as never)).toThrow('no role "vox"; there are rest')
  })
})

describe('masking', () => {
  it('of a tone by noise follows its level: 6 dB up are 6 dB', () => {
    const rest = frames(noise()),
      of = (level: number) => maskingOf({ tone: frames(tone(1000, level)), rest }).tone.signalToMask
    const soft = of(0.01),
      loud = of(0.02)
    const at = soft.reduce<number>((best, v, b) => ((v ?? -99) > (soft[best] ?? -99) ? b : best), 0)
    expect(loud[at]! - soft[at]!).toBeCloseTo(6.02, 1)
    expect(loud.filter(v => v !== null).length).toBeLessThan(16)
  })
  it('reaches farther up than down', () => {
    const masker = frames(tone(1000, 0.5)),
      below = maskingOf({ x: frames(tone(600, 0.02)), masker }).x,
      above = maskingOf({ x: frames(tone(1600, 0.02)), masker }).x
    // 28 dB below a tone some 3 Bark away: 10 dB per Bark leave 30 dB, 25 leave 75.
    expect(below.audible).toBeGreaterThan(above.audible!)
  })
  it('takes a role as it stands in the mix', () => {
    const rest = frames(noise()),
      dry = frames(noise()),
      quiet = maskingOf({ x: standingFrames(dry, new Float64Array(24).fill(0.01)), rest }).x
    expect(quiet.audible!).toBeLessThan(0.05)
    expect(maskingOf({ x: dry, rest }).x.audible!).toBeGreaterThan(0.5)
  })
})
