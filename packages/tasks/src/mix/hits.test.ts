import { defaultsOf } from '@mixwright/dsp'
import { beforeAll, describe, expect, it } from 'vitest'
import { analyse, clip, delayed, kick, type Mono, rate, scaled, snare, sum } from '../../test/stems.ts'
import type { StemAnalysis } from './analysis.ts'
import { decide } from './decide.ts'
import { hitSpread, ownHits } from './hits.ts'
import { mixOptions } from './options.ts'
import { compareStems } from './relations.ts'
import { assignRoles } from './role-signal.ts'

const seconds = 8,
  roles = ['kick', 'snare'] as const,
  /** Between the hits of the snare. */
  beaten = delayed(kick(seconds), rate / 4),
  /** Every second hit softer; they come every second from 0.5 s on. */
  accented = (x: Mono, dB: number) => x.map((v, i) => v * (Math.floor(i / rate) % 2 ? 10 ** (-dB / 20) : 1)),
  heard = async (kickMic: Mono, snareMic: Mono) => [
    await analyse(clip(kickMic), 'Kick'),
    await analyse(clip(snareMic), 'Snare')
  ]

describe('hits', () => {
  const struck = accented(snare(seconds), 10)
  let stems: StemAnalysis[]
  beforeAll(async () => {
    stems = await heard(sum(beaten, scaled(struck, -20)), sum(struck, scaled(beaten, -12)))
  })
  it('are those of the own drum, soft ones too, though the louder one beside it is heard', () => {
    const times = ownHits(stems, roles, 1).map(f => f * stems[1]!.tracks.hop)
    expect(times).toHaveLength(seconds)
    for (const [i, time] of times.entries()) expect(Math.abs(time - 0.5 - i)).toBeLessThan(0.06)
  })
  it('spread as far as they were played, not as the bleed between them', () => {
    const { tracks } = stems[1]!,
      spread = hitSpread(tracks, ownHits(stems, roles, 1))
    // The fixture's own hits differ by up to 4 dB beside the 10 of the accents.
    expect(spread).toBeGreaterThan(8)
    expect(spread).toBeLessThan(14)
    expect(hitSpread(tracks, [])).toBeNaN()
  })
  it.each([
    ['far apart are compressed for that', 13, ['hits']],
    ['alike are not, whatever is heard between them', 0, []]
  ] as const)('%s', async (_, accents, cited) => {
    const mics = [
        sum(beaten, scaled(snare(seconds), -20)),
        sum(accented(snare(seconds), accents), scaled(beaten, -12))
      ],
      clips = mics.map(x => clip(x)),
      analyses = await heard(mics[0]!, mics[1]!),
      assigned = assignRoles(analyses),
      relations = await compareStems(clips, analyses, roles),
      { chain } = decide(analyses, assigned, relations, defaultsOf(mixOptions)).stems[1]!
    expect(chain.flatMap(({ slot, cites }) => (slot === 'comp' ? [cites!.measure] : []))).toEqual(cited)
  })
})
