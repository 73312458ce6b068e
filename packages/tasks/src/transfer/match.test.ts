import { createRandom, powerResponse } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import type { ToneFrames } from './frames.ts'
import { toneChange } from './match.ts'
import { toneCentres } from '../master/sound.ts'
import { likeliest, smoothed } from './smooth.ts'

const bands = 28,
  /** Two sounds as unlike as a bass and a cymbal, dB per band. */
  low = Array.from({ length: bands }, (_, b) => -1.5 * b),
  high = Array.from({ length: bands }, (_, b) => -60 + 2 * b),
  /** A shelf of 6 dB from the middle on. */
  curve = Array.from({ length: bands }, (_, b) => 6 / (1 + Math.exp(-(b - 14) / 2)))
/** Frames of which `share` are low, at levels that vary, each band 1 dB off by chance. */
function frames(share: number, seed: number, change: readonly number[] = []): ToneFrames {
  const random = createRandom(seed)
  return Array.from({ length: 120 }, () => {
    const shape = random.uniform() < share ? low : high,
      level = random.between(-6, 6)
    return shape.map((dB, b) => dB + level + random.normal() + (change[b] ?? 0))
  })
}
const levelled = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return values.map(v => v - mean)
}
const most = (values: readonly number[]) => Math.max(...values.map(Math.abs))

describe('toneChange', () => {
  it('tells a change of tone from other proportions of the same sounds', () => {
    const [own, theirs] = [frames(0.8, 1), frames(0.3, 2, curve)],
      found = levelled(toneChange(own, theirs)),
      error = found.map((dB, b) => dB - levelled(curve)[b]!),
      means = [own, theirs].map(all => low.map((_, b) => all.reduce((sum, f) => sum + f[b]!, 0) / all.length)),
      plain = levelled(means[1]!.map((dB, b) => dB - means[0]![b]!)).map((dB, b) => dB - levelled(curve)[b]!)
    // Means move by half of what lies between the sounds, up to 25 dB; moments that are alike leave 1 dB of chance and its smoothing.
    expect(most(plain)).toBeGreaterThan(15)
    expect(most(error)).toBeLessThan(1.2)
  })
  it('finds nothing between a sound and itself', () => {
    expect(most(toneChange(frames(0.5, 3), frames(0.5, 3)))).toBeLessThan(1e-9)
  })
})

describe('smoothed', () => {
  it('keeps a tilt, and spreads what one band has by itself', () => {
    const tilt = levelled(Array.from({ length: bands }, (_, b) => b / 3)),
      one = tilt.map((_, b) => (b === 14 ? 6 : 0))
    expect(most(smoothed(tilt, 4).map((dB, b) => dB - tilt[b]!))).toBeLessThan(0.5)
    expect(most(smoothed(one, 4))).toBeLessThan(3)
  })
})

describe('likeliest', () => {
  const random = createRandom(5),
    rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length),
    white = () => Array.from({ length: bands + 2 }, () => random.normal()),
    /** Of 3 dB: a fifth of its power is each band's own, the rest is shared by three. */
    chance = Array.from({ length: 8 }, () => {
      const [own, shared] = [white(), white()]
      return levelled(
        Array.from(
          { length: bands },
          (_, b) => 3 * (Math.sqrt(0.2) * own[b]! + Math.sqrt(0.8 / 3) * (shared[b]! + shared[b + 1]! + shared[b + 2]!))
        )
      )
    }),
    bell = powerResponse({ type: 'bell', frequency: 800, q: 1, gain: 9 }, 48000),
    equaliser = levelled(toneCentres(48000).map(f => 10 * Math.log10(bell(f)))).slice(0, bands),
    off = (found: readonly number[]) => rms(levelled(found).map((dB, b) => dB - equaliser[b]!)),
    mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length
  it('takes for chance what no filters make', () => {
    expect(mean(chance.map(noise => rms(levelled(likeliest(noise)))))).toBeLessThan(0.3 * mean(chance.map(rms)))
  })
  it('leaves an equaliser, and takes chance off it', () => {
    expect(off(likeliest(equaliser))).toBeLessThan(0.1)
    const found = chance.map(noise => off(likeliest(equaliser.map((dB, b) => dB + noise[b]!))))
    expect(mean(found)).toBeLessThan(0.85 * mean(chance.map(rms)))
  })
})
