/** Roles from the sound, and how name, sound and the user's word are weighed. */
import { unknownName } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import type { StemAnalysis } from './analysis.ts'
import { type RoleGuess, rolesFromNames } from './role-names.ts'
import { isRole, type Role, roleNames, rulesOf, type Sound } from './roles.ts'

/** How far outside its range a feature may lie before it halves the belief; frequencies in octaves. */
const soft: Readonly<Record<keyof Sound, number>> = {
  centroid: 0.7,
  low: 0.12,
  voiced: 0.15,
  pitch: 0.5,
  glide: 0.12,
  hiss: 0.06,
  onsets: 1.2,
  decay: 3.5,
  spread: 0.8
}
const onOctaves: ReadonlySet<string> = new Set(['centroid', 'pitch'])

/** 1 within the range, one half at `width` outside, towards 0 beyond. */
function membership(value: number, [from, to]: readonly [number, number], width: number, octaves: boolean): number {
  const map = octaves ? (v: number) => Math.log2(Math.max(v, 1)) : (v: number) => v
  const outside = Math.max(0, map(from) - map(value), map(value) - map(to)) / width
  return 2 ** -(outside * outside)
}

/** Belief per role from the sound alone, surest first; the beliefs sum to 1. Silent stems sound like nothing. */
export function roleFromSignal(analysis: StemAnalysis): RoleGuess[] {
  if (analysis.silent) return []
  const scores = roleNames.flatMap(role => {
    const { sound } = rulesOf(role)
    if (!sound) return []
    const parts = Object.entries(sound)
      .filter(([key]) => key !== 'pitch' || analysis.features.pitch > 0)
      .map(([key, range]) =>
        membership(
          analysis.features[key as keyof Sound],
          range as [number, number],
          soft[key as keyof Sound],
          onOctaves.has(key)
        )
      )
    // Many ranges met say more than few: each counts as evidence against an even chance.
    return [{ role, score: parts.reduce((product, part) => (product * (0.05 + 0.95 * part)) / 0.5, 1) }]
  })
  const total = scores.reduce((sum, s) => sum + s.score, 0)
  return scores
    .map(({ role, score }) => ({ role, confidence: score / total }))
    .sort((a, b) => b.confidence - a.confidence)
}

export interface AssignedRole extends RoleGuess {
  readonly from: 'you' | 'name' | 'sound' | 'name and sound'
  /** What else it may be, surest first. */
  readonly alternatives: readonly RoleGuess[]
}

/**
 * A role for every stem. The user's word is final; then belief from the name, and what it leaves open goes to the
 * sound.
 * @param given stem name → role
 * @throws TaskError if `given` names a stem or a role that does not exist
 */
export function assignRoles(
  analyses: readonly StemAnalysis[],
  given: Readonly<Record<string, string>> = {}
): AssignedRole[] {
  const names = analyses.map(a => a.name),
    stray = Object.keys(given).find(name => !names.includes(name))
  if (stray !== undefined) throw new TaskError(`roles: ${unknownName('stem', stray, names)}`)
  const fromNames = rolesFromNames(names)
  return analyses.map((analysis, i) => {
    const wanted = given[analysis.name]
    if (wanted !== undefined && !isRole(wanted))
      throw new TaskError(`roles.${analysis.name}: ${unknownName('role', wanted, roleNames)}`)
    if (wanted !== undefined) return { role: wanted, confidence: 1, from: 'you', alternatives: [] }
    return weigh(fromNames[i], roleFromSignal(analysis))
  })
}

function weigh(named: RoleGuess | undefined, heard: readonly RoleGuess[]): AssignedRole {
  const open = 1 - (named?.confidence ?? 0),
    belief = new Map<Role, number>(heard.map(g => [g.role, g.confidence * open]))
  if (named) belief.set(named.role, (belief.get(named.role) ?? 0) + named.confidence)
  const ranked = [...belief]
    .map(([role, confidence]) => ({ role, confidence }))
    .sort((a, b) => b.confidence - a.confidence)
  const best = ranked[0] ?? { role: 'fx' as const, confidence: 0 },
    both = named?.role === best.role && heard[0]?.role === best.role
  return {
    ...best,
    from: both ? 'name and sound' : named?.role === best.role ? 'name' : 'sound',
    alternatives: ranked.slice(1, 3).filter(g => g.confidence > 0.1)
  }
}
