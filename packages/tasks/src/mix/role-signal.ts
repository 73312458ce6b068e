/** Roles from the sound, and how name, sound and the user's word are weighed. */
import { unknownName } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import type { StemAnalysis } from './analysis.ts'
import { type RoleGuess, rolesFromNames } from './role-names.ts'
import { withLeads } from './leads.ts'
import { type Group, type Role, roleNames, rulesOf, type Sound, type Wish, wishes, wishOf } from './roles.ts'

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

/** How well a sound fits a role's ranges, as odds. */
function odds(sound: Sound, features: StemAnalysis['features']): number {
  const parts = Object.entries(sound)
    .filter(([key]) => key !== 'pitch' || features.pitch > 0)
    .map(([key, range]) =>
      membership(features[key as keyof Sound], range as [number, number], soft[key as keyof Sound], onOctaves.has(key))
    )
  // Many ranges met say more than few: each counts as evidence against an even chance.
  return parts.reduce((product, part) => (product * (0.05 + 0.95 * part)) / 0.5, 1)
}

/** Belief per role from the sound alone, surest first; the beliefs sum to 1. Silent stems sound like nothing. */
export function roleFromSignal({ silent, features }: StemAnalysis): RoleGuess[] {
  if (silent) return []
  const heard = roleNames.flatMap(role => {
      const { sound } = rulesOf(role)
      return sound ? [{ role, odds: odds(sound, features) }] : []
    }),
    total = heard.reduce((sum, one) => sum + one.odds, 0)
  return heard
    .map(one => ({ role: one.role, confidence: one.odds / total }))
    .sort((a, b) => b.confidence - a.confidence)
}

export interface AssignedRole extends RoleGuess {
  readonly from: 'you' | 'name' | 'sound' | 'name and sound'
  /** What else it may be, surest first. */
  readonly alternatives: readonly RoleGuess[]
  /** The user's word on whether it leads. */
  readonly wish?: boolean
  /** Why it leads the song; absent: it does not. */
  readonly lead?: string
}

/**
 * A role for every stem. The user's word is final; then belief from the name, and what it leaves open goes to the
 * sound.
 * @param given stem name → role, `lead`, `backing` or both (`lead-brass`)
 * @throws TaskError if `given` names a stem or a role that does not exist
 */
export function assignRoles(
  analyses: readonly StemAnalysis[],
  given: Readonly<Record<string, string>> = {}
): AssignedRole[] {
  const names = analyses.map(a => a.name),
    stray = Object.keys(given).find(name => !names.includes(name))
  if (stray !== undefined) throw new TaskError(`roles: ${unknownName('stem', stray, names)}`)
  const fromNames = rolesFromNames(names),
    found = analyses.map((analysis, i): AssignedRole => {
      const { role, lead: wish } = wishIn(given, analysis.name) ?? {}
      return {
        ...(role
          ? { role, confidence: 1, from: 'you', alternatives: [] }
          : weigh(fromNames[i], roleFromSignal(analysis))),
        ...(wish !== undefined && { wish })
      }
    })
  return withLeads(withWholeKit(found), analyses)
}

/** The only drums of a song are the whole kit, if they may sound like one. */
function withWholeKit(found: readonly AssignedRole[]): readonly AssignedRole[] {
  const drums = found.filter(({ role }) => rulesOf(role).group === 'drums'),
    [only] = drums
  if (drums.length !== 1 || only!.from !== 'sound') return found
  const kit = only!.alternatives.find(({ role }) => role === 'drums')
  return kit
    ? found.map(one =>
        one === only ? { ...one, ...kit, alternatives: [{ role: one.role, confidence: one.confidence }] } : one
      )
    : found
}

function wishIn(given: Readonly<Record<string, string>>, name: string): Wish | undefined {
  const text = given[name],
    wish = text === undefined ? undefined : wishOf(text)
  if (text !== undefined && !wish) throw new TaskError(`roles.${name}: ${unknownName('role', text, wishes)}`)
  return wish
}

function weigh(named: RoleGuess | undefined, heard: readonly RoleGuess[]): AssignedRole {
  const open = 1 - (named?.confidence ?? 0),
    belief = new Map<Role, number>(heard.map(g => [g.role, g.confidence * open]))
  if (named) belief.set(named.role, (belief.get(named.role) ?? 0) + named.confidence)
  const ranked = [...belief]
      .map(([role, confidence]) => ({ role, confidence }))
      .sort((a, b) => b.confidence - a.confidence),
    best = likeliest(ranked) ?? { role: 'fx' as const, confidence: 0 },
    both = named?.role === best.role && heard[0]?.role === best.role
  return {
    ...best,
    from: both ? 'name and sound' : named?.role === best.role ? 'name' : 'sound',
    alternatives: ranked.filter(g => g !== best && g.confidence > 0.1).slice(0, 2)
  }
}

/**
 * 1: a group is as likely as its roles together, large: as its likeliest. Many roles that may each be are little proof: music
 * has six, and a voice taken for one of them costs a song its lead.
 */
const between = 3
/** Voices that speak and that sing sound much alike. */
const kindOf = (role: Role): Group => (role === 'speech' ? rulesOf('vocals').group : rulesOf(role).group)
/**
 * Of the likeliest group the likeliest role: a group's members stand and sound much alike, and a mistake within it does
 * little harm. @param belief surest first
 */
export function likeliest(belief: readonly RoleGuess[]): RoleGuess | undefined {
  const sums = new Map<Group, number>()
  for (const { role, confidence } of belief)
    sums.set(kindOf(role), (sums.get(kindOf(role)) ?? 0) + confidence ** between)
  const group = [...sums].sort((a, b) => b[1] - a[1])[0]?.[0]
  return belief.find(g => kindOf(g.role) === group)
}
