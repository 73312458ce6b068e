/** A drum kit that nobody has named: stems that hear each other. */
import type { Clip } from '@mixwright/dsp'
import type { StemAnalysis } from './analysis.ts'
import type { Bleed } from './bleed.ts'
import { withLeads } from './leads.ts'
import { compareStems, type Relations } from './relations.ts'
import type { AssignedRole } from './role-signal.ts'
import { rulesOf } from './roles.ts'

/** Microphones that a kit has at least, and how many others each of them hears or is heard by. */
const fewest = 4,
  linksEach = 2
/** Share of its frames in which a drum has a pitch, at most: singers and basses in the same room have more. */
const pitched = 0.6

/**
 * Roles as they are, but microphones of one kit where only their sound has said what they are: in each the other drums are
 * heard too, so that it sounds like none of them.
 */
export function kitRoles(
  analyses: readonly StemAnalysis[],
  roles: readonly AssignedRole[],
  { bleed }: Pick<Relations, 'bleed'>
): readonly AssignedRole[] {
  const isMic = (i: number) => rulesOf(roles[i]!.role).kitMic === true,
    open = roles.map(
      ({ from }, i) => from === 'sound' && !analyses[i]!.silent && analyses[i]!.features.voiced < pitched
    )
  let members = new Set(analyses.flatMap(({ silent }, i) => (open[i] || (isMic(i) && !silent) ? [i] : [])))
  for (;;) {
    const kept = new Set([...members].filter(i => linksOf(i, bleed, members) >= linksEach))
    if (kept.size === members.size) break
    members = kept
  }
  if (members.size < fewest) return roles
  const found = roles.map((assigned, i) =>
    !members.has(i) || !open[i] || isMic(i)
      ? assigned
      : { ...assigned, role: likeliest(analyses[i]!, i, bleed, members), alternatives: [] }
  )
  return withLeads(found, analyses)
}

const linksOf = (i: number, bleed: readonly Bleed[], members: ReadonlySet<number>): number =>
  new Set(
    bleed.flatMap(({ into, from }) => (into === i ? [from] : from === i ? [into] : [])).filter(j => members.has(j))
  ).size

/** What hears half of the others as loud as their own microphones do stands above them; a drum's own is told by its height. */
function likeliest(
  { features }: StemAnalysis,
  index: number,
  bleed: readonly Bleed[],
  members: ReadonlySet<number>
): AssignedRole['role'] {
  const heard = bleed.filter(b => b.into === index && members.has(b.from) && b.ratio > whole)
  if (heard.length >= (members.size - 1) / 2) return 'overhead'
  if (features.hiss > 0.4 || features.centroid > 4000) return 'hihat'
  if (features.low > 0.6 || features.centroid < 150) return 'kick'
  return features.centroid > 500 ? 'snare' : 'tom'
}
/** dB */
const whole = -6

/**
 * How stems relate, and what they are where that tells. @param clips, analyses in the same order; as `compareStems`
 */
export async function relate(
  clips: readonly Clip[],
  analyses: readonly StemAnalysis[],
  assigned: readonly AssignedRole[],
  signal?: AbortSignal
): Promise<{ readonly roles: readonly AssignedRole[]; readonly relations: Relations }> {
  const compare = (roles: readonly AssignedRole[], known?: readonly Bleed[]) =>
      compareStems(
        clips,
        analyses,
        roles.map(r => r.role),
        signal,
        known
      ),
    relations = await compare(assigned),
    roles = kitRoles(analyses, assigned, relations)
  return { roles, relations: roles === assigned ? relations : await compare(roles, relations.bleed) }
}
