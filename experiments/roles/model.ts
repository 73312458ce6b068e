/** Logistic regression of the role on the aspects of a sound, from stems whose roles are known. */
import type { StemAnalysis } from '../../packages/tasks/src/mix/analysis.ts'
import { type Group, type Role, rulesOf } from '../../packages/tasks/src/mix/roles.ts'
import { aspects, type Hearing, termsOf } from '../../packages/tasks/src/mix/sounds.ts'

export interface Example {
  readonly song: string
  readonly role: Role
  readonly analysis: StemAnalysis
}

/** Stems of each group that a song has, about: its roles share that chance. Recordings of speech are few. */
const chances: Readonly<Record<Group, number>> = { drums: 5, bass: 1.2, music: 4, vocals: 2, speech: 0.5, fx: 0.5 }
/** The price of a weight's square, and steps of Adam (Kingma & Ba 2015). */
const ridge = 0.003,
  iterations = 300,
  rate = 0.05

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

function scalesOf(examples: readonly Example[]): Hearing['scales'] {
  return aspects.map(aspect => {
    const values = examples.map(e => aspect.of(e.analysis.features)).filter(v => v !== undefined),
      mean = meanOf(values)
    return [mean, Math.sqrt(meanOf(values.map(v => (v - mean) ** 2))) || 1]
  })
}

export function learn(examples: readonly Example[]): Hearing {
  const roles = [...new Set(examples.map(e => e.role))].sort(),
    scales = scalesOf(examples),
    terms = examples.map(e => termsOf(e.analysis.features, scales)),
    count = terms[0]!.length,
    of = examples.map(e => roles.indexOf(e.role)),
    importance = importances(examples, roles),
    size = roles.length * count,
    weights = new Float64Array(size),
    first = new Float64Array(size),
    second = new Float64Array(size)
  for (let step = 1; step <= iterations; step++) {
    const gradient = weights.map((w, at) => (at % count === 0 ? 0 : ridge * w))
    terms.forEach((x, e) => {
      const belief = softmax(roles.map((_, r) => x.reduce((sum, v, k) => sum + v * weights[r * count + k]!, 0)))
      belief.forEach((p, r) => {
        const g = importance[e]! * (p - (of[e] === r ? 1 : 0))
        x.forEach((v, k) => {
          gradient[r * count + k]! += g * v
        })
      })
    })
    gradient.forEach((g, at) => {
      first[at] = 0.9 * first[at]! + 0.1 * g
      second[at] = 0.99 * second[at]! + 0.01 * g * g
      weights[at]! -= (rate * first[at]!) / (1 - 0.9 ** step) / (Math.sqrt(second[at]! / (1 - 0.99 ** step)) + 1e-8)
    })
  }
  return {
    scales,
    roles: roles.map((role, r) => ({ role, weights: [...weights.subarray(r * count, (r + 1) * count)] }))
  }
}

/** So that each role counts as often as it is met in songs, whatever the material holds; they add up to 1. */
function importances(examples: readonly Example[], roles: readonly Role[]): number[] {
  const inGroup = (group: Group) => roles.filter(role => rulesOf(role).group === group).length,
    chance = (role: Role) => chances[rulesOf(role).group] / inGroup(rulesOf(role).group),
    total = roles.reduce((sum, role) => sum + chance(role), 0)
  return examples.map(({ role }) => chance(role) / total / examples.filter(e => e.role === role).length)
}

function softmax(scores: readonly number[]): number[] {
  const best = Math.max(...scores),
    odds = scores.map(s => Math.exp(s - best)),
    total = odds.reduce((a, b) => a + b, 0)
  return odds.map(o => o / total)
}
