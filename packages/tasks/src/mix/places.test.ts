import { expect, it } from 'vitest'
import { bands, type StemAnalysis } from './analysis.ts'
import type { Part } from './levels.ts'
import { pans } from './places.ts'
import type { Role } from './roles.ts'

const hop = 0.02,
  frames = 400
/** Levels in half decibels: a hit of 0.2 s every second, `from` frames in, at its level; silence between. */
const part = (name: string, role: Role, hits: readonly { readonly from: number; readonly level: number }[]): Part => {
  const level = new Uint8Array(frames)
  for (const hit of hits) for (let at = hit.from; at < frames; at += 50) level.fill(hit.level, at, at + 10)
  const analysis = {
    name,
    silent: false,
    channels: 1,
    loudness: -20,
    stereo: { kind: 'mono', correlation: 1, balance: 0, side: undefined },
    activity: { regions: [[0, frames * hop]], share: 1, threshold: -60 },
    features: { centroid: 500 },
    tracks: { hop, level, bands: Array.from({ length: bands }, () => level) }
  } as unknown as StemAnalysis
  return { analysis, role, muted: false }
}
/** A kick in the middle, a hi-hat and a floor tom; how much louder the right overhead hears each, dB. */
const kit = (right: { readonly kick: number; readonly hat: number; readonly tom: number }): Part[] => {
  const at = { kick: 0, hat: 15, tom: 30 } as const,
    over = (sign: 1 | -1) =>
      (['kick', 'hat', 'tom'] as const).map(drum => ({ from: at[drum], level: 180 + sign * right[drum] }))
  return [
    part('Kick', 'kick', [{ from: at.kick, level: 200 }]),
    part('Hihat', 'hihat', [{ from: at.hat, level: 190 }]),
    part('Floor Tom', 'tom', [{ from: at.tom, level: 195 }]),
    part('OH L', 'overhead', over(-1)),
    part('OH R', 'overhead', over(1))
  ]
}
const placed = (parts: readonly Part[]) =>
  pans(
    parts,
    parts.map(() => 0)
  ).map(found => found?.pan)

it('drums stand where the overheads hear them, full pan at 10 dB', () => {
  const [kick, hat, tom, left, right] = placed(kit({ kick: 0, hat: 5, tom: -4 }))
  expect(kick).toBeUndefined()
  expect(hat).toBeCloseTo(0.5, 9)
  expect(tom).toBeCloseTo(-0.4, 9)
  expect([left! < -0.7, right! > 0.7]).toEqual([true, true])
})
it('whatever the preamplifiers of the pair: the kick is in the middle', () => {
  const [, hat, tom] = placed(kit({ kick: 6, hat: 11, tom: 2 }))
  expect(hat).toBeCloseTo(0.5, 9)
  expect(tom).toBeCloseTo(-0.4, 9)
})
