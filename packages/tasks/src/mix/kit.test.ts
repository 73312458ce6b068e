import { expect, it } from 'vitest'
import type { StemAnalysis } from './analysis.ts'
import type { Bleed } from './bleed.ts'
import { kitRoles } from './kit.ts'
import type { AssignedRole } from './role-signal.ts'

const stem = (centroid: number, voiced = 0.1, hiss = 0): StemAnalysis =>
  ({ silent: false, features: { centroid, voiced, hiss, low: centroid < 150 ? 0.8 : 0.1 } }) as StemAnalysis
const heard = (role: AssignedRole['role'], from: AssignedRole['from'] = 'sound'): AssignedRole => ({
  role,
  confidence: 0.4,
  from,
  alternatives: []
})
const link = (from: number, into: number, ratio = -15): Bleed => ({ from, into, ratio, perBand: [] })
const stems = [stem(90), stem(900), stem(9000, 0, 0.7), stem(300), stem(700)],
  /** The last hears all others as they are; the others hear each other faintly. */
  bleed = [link(0, 1), link(1, 2), link(0, 3), link(2, 3), ...[0, 1, 2, 3].map(from => link(from, 4, -2))]

it('unnamed stems that hear each other are the microphones of a kit', () => {
  const roles = kitRoles(
    stems,
    (['bass', 'music', 'percussion', 'keys', 'drums'] as const).map(role => heard(role)),
    { bleed }
  )
  expect(roles.map(one => one.role)).toEqual(['kick', 'snare', 'hihat', 'tom', 'overhead'])
})
it('leaves what was named, sings, or stands alone', () => {
  const named = stems.map(() => heard('keys', 'name'))
  expect(kitRoles(stems, named, { bleed })).toBe(named)
  const sung = stems.map(one => ({ ...one, features: { ...one.features, voiced: 0.8 } })),
    roles = stems.map(() => heard('music'))
  expect(kitRoles(sung, roles, { bleed })).toBe(roles)
  expect(kitRoles(stems, roles, { bleed: bleed.slice(0, 2) })).toBe(roles)
})
