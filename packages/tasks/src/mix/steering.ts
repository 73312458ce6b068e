/** What the user has settled before the rules begin: a rough mix, stems that stay as they are, and how much of all. */
import type { Kernels, Values } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import type { StemAnalysis } from './analysis.ts'
import { stemIds } from './console.ts'
import { partsOf } from './decide.ts'
import type { Decisions } from './decisions.ts'
import type { MixInput } from './mix.ts'
import type { mixOptions } from './options.ts'
import type { Relations } from './relations.ts'
import type { AssignedRole } from './role-signal.ts'
import { rulesOf } from './roles.ts'
import { readRough } from './rough.ts'
import type { Steering } from './settled.ts'
import { type Cast, subjectOf } from './subjects.ts'

/**
 * The stems that some names mean.
 * @param option which names the user gave, for messages
 * @throws TaskError where one means nobody, or several of whom only one can be meant
 */
export function namedStems(cast: Cast, names: readonly string[], option: string): Set<number> {
  const found = new Set<number>()
  for (const name of names) {
    const resolved = subjectOf(cast, name)
    if ('problem' in resolved) throw new TaskError(`${option}: ${resolved.problem}`)
    const { stems } = resolved.subject
    for (const i of stems === 'mix' ? cast.stems.keys() : stems) found.add(i)
  }
  return found
}

/** What the user has settled, found in the song. @throws TaskError where it cannot be */
export async function steeringOf(
  { stems, rough, lock = [] }: MixInput,
  analyses: readonly StemAnalysis[],
  roles: readonly AssignedRole[],
  relations: Relations,
  kernels: Kernels
): Promise<Steering> {
  const parts = partsOf(analyses, roles, relations),
    cast = analyses.map(({ name }, i) => ({ stem: name, role: roles[i]!.role, group: rulesOf(roles[i]!.role).group }))
  const locked = namedStems({ stems: cast }, lock, 'lock')
  if (!rough) return { locked }
  const clips = stems.map(stem => stem.clip)
  return { locked, rough: await readRough(rough, clips, parts, relations, kernels) }
}

/** Decisions with the stems that are also wanted by themselves. */
export function withApart(decisions: Decisions, names: readonly string[] = []): Decisions {
  if (names.length === 0) return decisions
  const ids = stemIds(names)
  const apart = names.map((name, n) => ({
    name: ids[n]!,
    stems: [...namedStems(decisions, [name], 'solo-out')].map(i => decisions.stems[i]!.stem)
  }))
  return { ...decisions, apart }
}

/** The options with `amount` in each of them that says how much. */
export function scaled(options: Values<typeof mixOptions>): Values<typeof mixOptions> {
  const { amount } = options,
    of = (share: number) => share * amount
  return {
    ...options,
    balance: of(options.balance),
    places: of(options.places),
    cleaning: of(options.cleaning),
    tone: of(options.tone),
    dynamics: of(options.dynamics),
    rides: of(options.rides),
    space: options.space + (amount > 0 ? 20 * Math.log10(amount) : Number.NEGATIVE_INFINITY)
  }
}
