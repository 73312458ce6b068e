/**
 * What was probably done to the tone of a song, given what is expected of it: the mean of all hypotheses, each with its
 * probability. Nothing is one of them, and the likeliest, so that small surprises move next to nothing.
 */
import { cholesky, forward } from './cholesky.ts'
import type { Plant } from './plants.ts'

export interface Prior {
  /** Odds against anything having been done. */
  readonly nothing: number
  /** Degrees of freedom: songs surprise more often than normal distributions do. */
  readonly freedom: number
}
export interface Belief {
  /** dB per band that was probably added. */
  readonly added: readonly number[]
  /** Probability per kind, and of nothing. */
  readonly kinds: ReadonlyMap<Plant['kind'] | 'nothing', number>
}

/** dB²: how little is known of the level as a whole. */
const anyLevel = 1e4

/** Ready to weigh residuals of covariance `sigma` (dB², per band). */
export function createBelief(sigma: readonly (readonly number[])[], plants: readonly Plant[], prior: Prior) {
  const factor = cholesky(sigma.map(row => row.map(v => v + anyLevel))),
    whitened = plants.map(({ curve }) => forward(factor, curve)),
    counts = new Map<Plant['kind'], number>()
  for (const { kind } of plants) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return (residual: readonly number[]): Belief => {
    const at = forward(factor, residual),
      none = Math.log(prior.nothing) + likelihood(at, undefined, prior),
      // All kinds are equally likely, whatever the number of their steps.
      logs = plants.map(
        ({ kind }, h) => likelihood(at, whitened[h], prior) - Math.log(counts.get(kind)! * counts.size)
      ),
      top = Math.max(none, ...logs),
      weights = logs.map(log => Math.exp(log - top)),
      total = weights.reduce((a, b) => a + b, 0) + Math.exp(none - top),
      kinds = new Map<Plant['kind'] | 'nothing', number>([['nothing', Math.exp(none - top) / total]])
    plants.forEach(({ kind }, h) => kinds.set(kind, (kinds.get(kind) ?? 0) + weights[h]! / total))
    return {
      added: residual.map((_, b) => plants.reduce((sum, { curve }, h) => sum + (weights[h]! / total) * curve[b]!, 0)),
      kinds
    }
  }
}

/** Student's t, but for what is alike for all. */
function likelihood(at: Float64Array, plant: Float64Array | undefined, { freedom }: Prior): number {
  let square = 0
  for (let i = 0; i < at.length; i++) square += (at[i]! - (plant ? plant[i]! : 0)) ** 2
  return -((freedom + at.length) / 2) * Math.log1p(square / freedom)
}
