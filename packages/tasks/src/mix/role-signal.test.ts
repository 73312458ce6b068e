import { expect, it } from 'vitest'
import { presetRules } from './presets.ts'
import { type AssignedRole, likeliest } from './role-signal.ts'
import type { Role } from './roles.ts'
import { castFor } from './speech.ts'

const believed = (belief: Partial<Record<Role, number>>): Role | undefined =>
  likeliest(
    Object.entries(belief)
      .map(([role, confidence]) => ({ role: role as Role, confidence }))
      .sort((a, b) => b.confidence - a.confidence)
  )?.role

it('a stem is of the likeliest group, and its likeliest role', () => {
  // Two drums together are likelier than a bass that is a little likelier than each.
  expect(believed({ bass: 0.3, kick: 0.29, tom: 0.28 })).toBe('kick')
  // Five instruments that may each be are no proof against a voice, which speech supports.
  expect(believed({ 'lead-vocal': 0.24, guitar: 0.19, strings: 0.12, brass: 0.12, synth: 0.09, speech: 0.05 })).toBe(
    'lead-vocal'
  )
  expect(believed({ guitar: 0.4, 'lead-vocal': 0.3, speech: 0.29 })).toBe('guitar')
  expect(believed({ guitar: 0.35, speech: 0.34, 'lead-vocal': 0.31 })).toBe('speech')
  expect(believed({})).toBeUndefined()
})

it('a song is sung unless a name says that somebody speaks; what is spoken has no singers', () => {
  const cast = (role: Role, from: AssignedRole['from'], preset: 'song' | 'podcast') =>
    castFor([{ role, from, confidence: 0.5, alternatives: [] }], presetRules(preset))[0]!.role
  expect(cast('speech', 'sound', 'song')).toBe('lead-vocal')
  expect(cast('speech', 'name', 'song')).toBe('speech')
  expect(cast('lead-vocal', 'sound', 'podcast')).toBe('speech')
  expect(cast('lead-vocal', 'you', 'podcast')).toBe('lead-vocal')
})
