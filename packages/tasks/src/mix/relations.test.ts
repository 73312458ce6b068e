import { describe, expect, it } from 'vitest'
import { analyse, bass, chords, clip, delayed, kick, noise, scaled, snare, sum, voice } from '../../test/stems.ts'
import { compareStems } from './relations.ts'
import type { Role } from './roles.ts'

async function compare(stems: Record<string, Float32Array>, roles: Role[]) {
  const clips = Object.values(stems).map(x => clip(x)),
    analyses = await Promise.all(Object.keys(stems).map((name, i) => analyse(clips[i]!, name)))
  return compareStems(clips, analyses, roles)
}

describe('compareStems', () => {
  it.each([
    [23, 1],
    [-41, -1],
    [0, -1],
    [112, 1]
  ] as const)('finds a microphone %i samples later, polarity %i', async (delay, polarity) => {
    const source = sum(snare(8), scaled(noise(8, 0.02, 5), 0)),
      near = delay < 0 ? delayed(source, -delay) : source,
      far = delay > 0 ? delayed(source, delay) : source
    const { coherent } = await compare(
      {
        top: sum(near, noise(8, 0.01, 6)),
        bottom: sum(
          scaled(far, -5).map(v => v * polarity),
          noise(8, 0.01, 7)
        )
      },
      ['snare', 'snare']
    )
    expect(coherent).toHaveLength(1)
    expect(Math.abs(coherent[0]!.delay - delay)).toBeLessThanOrEqual(1)
    expect(coherent[0]!.polarity).toBe(polarity)
    expect(coherent[0]!.strength).toBeGreaterThan(0.8)
  })
  it('tells late and filtered copies from second microphones, whatever the roles', async () => {
    const source = sum(voice(8), noise(8, 1e-3, 4)),
      smoothed = (x: Float32Array) => x.map((v, i) => 0.6 * v + 0.4 * (x[i - 1] ?? 0)),
      mic = sum(smoothed(delayed(source, 400)), scaled(delayed(source, 2111), -9), noise(8, 2e-3, 9)),
      { duplicates, coherent } = await compare(
        { source, late: scaled(delayed(source, 300), -6), filtered: smoothed(source), mic },
        ['lead-vocal', 'keys', 'fx', 'pad']
      )
    expect(duplicates.filter(d => d.original === 0)).toEqual([
      { original: 0, copy: 1, gain: expect.closeTo(-6, 0) as number, delay: 300, filtered: false },
      { original: 0, copy: 2, gain: expect.any(Number) as number, delay: 0, filtered: true }
    ])
    const { a, b, delay, polarity } = coherent.find(one => one.a === 0)!
    expect({ a, b, delay, polarity }).toEqual({ a: 0, b: 3, delay: 400, polarity: 1 })
  })
  it('finds nothing in common between unrelated microphones', async () => {
    expect((await compare({ a: snare(8, 31), b: kick(8, 32) }, ['snare', 'kick'])).coherent).toEqual([])
  })
  it.each([-12, -20, -28])('measures bleed of %i dB within 2 dB, in one direction only', async dB => {
    const k = kick(10),
      { bleed, own } = await compare({ kick: k, snare: sum(snare(10), scaled(delayed(k, 60), dB)) }, ['kick', 'snare'])
    expect(bleed).toHaveLength(1)
    expect(bleed[0]).toMatchObject({ from: 0, into: 1 })
    expect(Math.abs(bleed[0]!.ratio - dB)).toBeLessThan(2)
    expect(own[0]!.share).toBe(1)
    expect(own[1]!.share).toBeLessThan(0.9)
  })
  it('finds bleed under a player who never pauses, 25 dB down', async () => {
    const s = snare(10),
      { bleed } = await compare({ snare: s, organ: sum(chords(10), scaled(delayed(s, 130), -25)) }, ['snare', 'keys'])
    expect(bleed).toHaveLength(1)
    expect(bleed[0]).toMatchObject({ from: 0, into: 1 })
    expect(Math.abs(bleed[0]!.ratio + 25)).toBeLessThan(2)
  })
  it('hears nothing of a source whose channels cancel', async () => {
    const s = snare(10),
      clips = [
        clip(
          s,
          s.map(v => -v)
        ),
        clip(sum(chords(10), snare(10, 3)))
      ],
      analyses = await Promise.all(clips.map(c => analyse(c, 'x')))
    expect((await compareStems(clips, analyses, ['snare', 'keys'])).bleed.filter(b => b.certain)).toEqual([])
  })
  it('finds no bleed between stems that were recorded apart', async () => {
    expect(
      (
        await compare({ kick: kick(10), snare: snare(10), bass: bass(10), voice: voice(10) }, [
          'kick',
          'snare',
          'bass',
          'lead-vocal'
        ])
      ).bleed
    ).toEqual([])
  })
  it('finds copies at any level, but not both halves of a pair', async () => {
    const v = voice(6),
      { duplicates } = await compare({ vox: v, 'vox copy': scaled(v, -7), bass: bass(6) }, [
        'lead-vocal',
        'lead-vocal',
        'bass'
      ])
    expect(duplicates).toHaveLength(1)
    expect(duplicates[0]).toMatchObject({ original: 0, copy: 1 })
    expect(duplicates[0]!.gain).toBeCloseTo(-7, 0)
    expect((await compare({ 'oh L': v, 'oh R': v }, ['overhead', 'overhead'])).duplicates).toEqual([])
    expect((await compare({ a: v, b: sum(v, noise(6, 0.01, 8)) }, ['lead-vocal', 'lead-vocal'])).duplicates).toEqual([])
  })
})
