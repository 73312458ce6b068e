import { describe, expect, it } from 'vitest'
import type { SoundFeatures, StemAnalysis } from './analysis.ts'
import { type Candidate, leadsOf } from './leads.ts'
import { faders, type Part } from './levels.ts'
import { pans, widths } from './places.ts'
import { type Role, wishOf } from './roles.ts'
import { subjectOf } from './subjects.ts'

const frames = 400,
  hop = 0.025
/** As much of an analysis as these rules read: a stem of -20 LUFS all the time. */
const stem = (name: string, features: Partial<SoundFeatures>, regions: [number, number][] = [[0, 10]]): StemAnalysis =>
  ({
    name,
    silent: false,
    loudness: -20,
    peak: -6,
    activity: { regions, share: regions.reduce((sum, [a, b]) => sum + b - a, 0) / 10, threshold: -60 },
    stereo: { kind: 'mono', correlation: 1, balance: 0, side: undefined },
    features: { centroid: 600, voiced: 0, pitch: 0, movement: 0, ...features },
    // (-20 LUFS + 120) · 2
    tracks: { hop, level: new Uint8Array(frames).fill(200), bands: [] }
  }) as unknown as StemAnalysis
const tune = { voiced: 0.9, pitch: 440, movement: 2 },
  chords = { voiced: 0.1, pitch: 110, movement: 0.2 }
const candidate = (analysis: StemAnalysis, role: Role, more: Partial<Candidate> = {}): Candidate => ({
  analysis,
  role,
  from: 'name',
  ...more
})
const who = (stems: readonly Candidate[]) =>
  leadsOf(stems).flatMap((reason, i) => (reason ? [stems[i]!.analysis.name] : []))

describe('leadsOf', () => {
  const band = [
    candidate(stem('Drums', {}), 'drums'),
    candidate(stem('Bass', { ...tune, pitch: 60 }), 'bass'),
    candidate(stem('Piano', chords), 'keys'),
    candidate(stem('Trumpet', tune), 'brass')
  ]
  it('is the voice where somebody sings', () => {
    expect(who([...band, candidate(stem('Vox', tune), 'lead-vocal')])).toEqual(['Vox'])
  })
  it('is the instrument that carries a tune where nobody sings, with what was measured', () => {
    expect(who(band)).toEqual(['Trumpet'])
    expect(leadsOf(band)[3]).toMatch(/one note at a time in 90 % .* 2\.0 changes a second about 440 Hz/)
  })
  it('is several that play much the same tune, and nobody where there is none', () => {
    expect(who([...band, candidate(stem('Sax', { ...tune, voiced: 0.85 }), 'brass')])).toEqual(['Trumpet', 'Sax'])
    expect(who([candidate(stem('Pad', chords), 'pad'), candidate(stem('Piano', chords), 'keys')])).toEqual([])
  })
  it('is never in an accompaniment that a name calls music', () => {
    expect(who([candidate(stem('other', tune), 'music')])).toEqual([])
  })
  it('follows the name: among instruments, and beside a voice only where the voice rests', () => {
    expect(who([...band, candidate(stem('Synth Lead', chords), 'synth')])).toEqual(['Synth Lead'])
    const sung = candidate(stem('Vox', tune, [[0, 6]]), 'lead-vocal')
    expect(who([sung, candidate(stem('Sax Solo', tune, [[6, 10]]), 'brass')])).toEqual(['Vox', 'Sax Solo'])
    expect(who([sung, candidate(stem('Sax Solo', tune, [[1, 7]]), 'brass')])).toEqual(['Vox'])
  })
  it("takes the user's word before all else", () => {
    const [drums, bass, piano, trumpet] = band as [Candidate, Candidate, Candidate, Candidate]
    expect(who([drums, bass, { ...piano, wish: true }, trumpet])).toEqual(['Piano'])
    expect(who([drums, bass, piano, { ...trumpet, wish: false }])).not.toContain('Trumpet')
  })
})

describe('wishOf', () => {
  it('reads a role, whether it leads, or both', () => {
    expect(wishOf('brass')).toEqual({ role: 'brass' })
    expect(wishOf('lead')).toEqual({ lead: true })
    expect(wishOf('backing-brass')).toEqual({ role: 'brass', lead: false })
    expect(wishOf('lead-vocal')).toEqual({ role: 'lead-vocal' })
    expect(wishOf('lead-kazoo')).toBeUndefined()
  })
})

describe('an instrument that leads', () => {
  const parts = (lead: boolean): Part[] => [
      { analysis: stem('Drums', {}), role: 'drums', muted: false },
      { analysis: stem('Synth A', {}), role: 'synth', muted: false, lead },
      { analysis: stem('Synth B', {}), role: 'synth', muted: false }
    ],
    none = { duplicates: [], bleed: [], coherent: [], own: [] },
    gains = (lead: boolean) => faders(parts(lead), none).map(f => f.gain)
  it('stands 2 LU above its fellows, and the music as a whole where it stood', () => {
    const [drums, a, b] = gains(true) as [number, number, number],
      power = (...list: number[]) => 10 * Math.log10(list.reduce((sum, gain) => sum + 10 ** (gain / 10), 0)),
      [drumsBefore, ...before] = gains(false) as [number, number, number]
    // Faders are set to tenths of a decibel.
    expect(Math.abs(a - b - 2)).toBeLessThan(0.11)
    expect(Math.abs(power(a, b) - drums - (power(...before) - drumsBefore))).toBeLessThan(0.2)
  })
  it('stays in the centre, and is not widened', () => {
    const led = parts(true),
      placed = pans(led, [0, 0, 0])
    expect(placed[1]).toBeUndefined()
    expect(placed[2]!.pan).not.toBe(0)
    expect(widths(led, placed, 0)[1]).toBeUndefined()
    expect(widths(parts(false), [undefined, undefined, undefined], 0)[1]).toBeDefined()
  })
  it('is whom a request for the lead means', () => {
    const cast = [
      { stem: 'Vox', role: 'backing-vocal', group: 'vocals' },
      { stem: 'Sax', role: 'brass', group: 'music', lead: { reason: 'a tune' } }
    ] as const
    expect(subjectOf({ stems: cast }, 'lead')).toEqual({ subject: { label: 'Sax', stems: [1] } })
    expect(subjectOf({ stems: cast }, 'melody')).toEqual({ subject: { label: 'Sax', stems: [1] } })
  })
})
