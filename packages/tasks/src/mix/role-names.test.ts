import { describe, expect, it } from 'vitest'
import { roleFromName, rolesFromNames, sideFromName } from './role-names.ts'
import { groups, type Role, roleNames, rulesOf } from './roles.ts'

const table: readonly [string, Role][] = [
  ['01_Kick In.wav', 'kick'],
  ['Kik', 'kick'],
  ['BD', 'kick'],
  ['Bass Drum', 'kick'],
  ['KickOut', 'kick'],
  ['Bombo', 'kick'],
  ['Grosse Caisse', 'kick'],
  ['drums_kick', 'kick'],
  ['SNR Top', 'snare'],
  ['02 Snare Btm', 'snare'],
  ['SD', 'snare'],
  ['Claps', 'snare'],
  ['Caja', 'snare'],
  ['SnareTop', 'snare'],
  ['HH', 'hihat'],
  ['Hi-Hat', 'hihat'],
  ['hihat_03', 'hihat'],
  ['Ride', 'hihat'],
  ['Tom1', 'tom'],
  ['Floor Tom', 'tom'],
  ['Rack Tom 2', 'tom'],
  ['OH L', 'overhead'],
  ['Overheads', 'overhead'],
  ['DrumsOHR', 'overhead'],
  ['OverheadL', 'overhead'],
  ['Drum Room', 'room'],
  ['Room Mic', 'room'],
  ['Shaker', 'percussion'],
  ['Perc 2', 'percussion'],
  ['Tamb', 'percussion'],
  ['DRUMS BREAK 1', 'drums'],
  ['MAIN DRUMS', 'drums'],
  ['Drums', 'drums'],
  ['Schlagzeug', 'drums'],
  ['Batería', 'drums'],
  ['drums_dry', 'drums'],
  ['Bass DI', 'bass'],
  ['bass_dry', 'bass'],
  ['Sub Bass', 'bass'],
  ['808', 'bass'],
  ['Bajo', 'bass'],
  ['SynthBass', 'bass'],
  ['EGtr1', 'guitar'],
  ['Gtr L', 'guitar'],
  ['guitar2', 'guitar'],
  ['Lead Gtr', 'guitar'],
  ['Guitarra', 'guitar'],
  ['Acoustic Guitar', 'guitar'],
  ['Piano', 'keys'],
  ['Rhodes', 'keys'],
  ['Hammond Organ', 'keys'],
  ['Wurli', 'keys'],
  ['MINILOGUE SYNTH', 'synth'],
  ['Synth Lead', 'synth'],
  ['Arp', 'synth'],
  ['Violins 1', 'strings'],
  ['Vc', 'strings'],
  ['Horns', 'brass'],
  ['Tenor Sax', 'brass'],
  ['Warm Pad', 'pad'],
  ['Synth Pad', 'pad'],
  ['other', 'music'],
  ['Instrumental', 'music'],
  ['Backing Track', 'music'],
  ['other1', 'music'],
  ['VOX LEAD', 'lead-vocal'],
  ['LeadVox', 'lead-vocal'],
  ['LV', 'lead-vocal'],
  ['Main Vocal', 'lead-vocal'],
  ['Gesang', 'lead-vocal'],
  ['singing', 'lead-vocal'],
  ['BGVOX AAHH', 'backing-vocal'],
  ['BV 3', 'backing-vocal'],
  ['Vox Dbl', 'backing-vocal'],
  ['BGVOX ECHO', 'backing-vocal'],
  ['BGVOX HARMONY', 'backing-vocal'],
  ['Harmony Vocals', 'backing-vocal'],
  ['Coros', 'backing-vocal'],
  ['vocals', 'vocals'],
  ['Vocals_dry.mp3', 'vocals'],
  ['VO', 'speech'],
  ['Dialogue', 'speech'],
  ['speech', 'speech'],
  ['SWEEPS', 'fx'],
  ['MICROCOSM EFFECT', 'fx'],
  ['SFX 2', 'fx'],
  ['Riser', 'fx']
]

describe('roles from names', () => {
  it.each(table)('%s is %s', (name, role) => expect(roleFromName(name)?.role).toBe(role))

  it('says nothing about names that say nothing', () => {
    for (const name of ['Audio 1', 'Track07', 'untitled', 'Song_v3_final']) expect(roleFromName(name)).toBeUndefined()
  })
  it('leaves out the words that all names of a song share', () => {
    expect(
      rolesFromNames(['Bass Nation - Vox', 'Bass Nation - Kick', 'Bass Nation - Audio 4']).map(g => g?.role)
    ).toEqual(['lead-vocal', 'kick', undefined])
  })
  it('is less sure of vague words', () => {
    expect(roleFromName('Lead')!.confidence).toBeLessThan(0.6)
    expect(roleFromName('Lead Vocal')!.confidence).toBeGreaterThan(0.9)
  })
  it('finds the halves of a pair', () => {
    expect(sideFromName('OH L')).toEqual({ side: 'left', pair: 'oh' })
    expect(sideFromName('Gtr_R.wav')).toEqual({ side: 'right', pair: 'gtr' })
    expect(sideFromName('OverheadR')).toEqual({ side: 'right', pair: 'overhead' })
    expect(sideFromName('Vocal')).toBeUndefined()
    expect(sideFromName('Floor')).toBeUndefined()
  })
})

describe('the role table', () => {
  it('gives no name to two roles', () => {
    const all = roleNames.flatMap(role => rulesOf(role).names)
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([])
  })
  it('keeps low and leading parts in the centre, and knows every group', () => {
    for (const role of ['kick', 'bass', 'lead-vocal', 'speech'] as const)
      expect(rulesOf(role)).toMatchObject({ place: 'centre', pan: 0 })
    expect(new Set(roleNames.map(role => rulesOf(role).group))).toEqual(new Set(groups))
  })
})
