/**
 * What was probably done to the tone of a song, given what is expected of it: the mean of all hypotheses, each with its
 * probability. Nothing is one of them, and the likeliest, so that small surprises move next to nothing.
 */
import { cholesky, forward } from '@mixwright/estimate'
import { inBark, type Plant, plants } from './plants.ts'

export interface Prior {
  /** Odds against anything having been done. */
  readonly nothing: number
  /** Degrees of freedom: songs surprise more often than normal distributions do. */
  readonly freedom: number
}
export interface Belief {
  /** dB per band that was probably added. */
  readonly added: readonly number[]
  /** Probability per kind; what is missing to 1 is that of nothing. */
  readonly kinds: ReadonlyMap<Plant['kind'], number>
}

/** dB²: how little is known of the level as a whole. */
const anyLevel = 1e4

/** Ready to weigh residuals of covariance `sigma` (dB², per band). */
export function createBelief(sigma: readonly (readonly number[])[], prior: Prior) {
  const bands = sigma.length,
    factor = cholesky(sigma.map(row => row.map(v => v + anyLevel))),
    curves = plants.map(({ response }) => inBark(response, bands)),
    whitened = curves.map(curve => forward(factor, curve)),
    kinds = new Set(plants.map(({ kind }) => kind))
  /**
   * @param residual dB by which the song stands above what is expected, per band
   * @param witness other evidence, as logarithms of likelihoods: of nothing, and of each of `plants`
   */
  return (residual: readonly number[], witness: readonly number[] = [0, ...plants.map(() => 0)]): Belief => {
    const at = forward(factor, residual),
      none = Math.log(prior.nothing) + likelihood(at, undefined, prior) + witness[0]!,
      logs = plants.map((_, h) => likelihood(at, whitened[h], prior) + witness[h + 1]! - Math.log(plants.length)),
      top = Math.max(none, ...logs),
      weights = logs.map(log => Math.exp(log - top)),
      total = weights.reduce((a, b) => a + b, 0) + Math.exp(none - top),
      sumOf = (value: (plant: Plant, h: number) => number) =>
        plants.reduce((sum, plant, h) => sum + (weights[h]! / total) * value(plant, h), 0)
    return {
      added: residual.map((_, b) => sumOf((_, h) => curves[h]![b]!)),
      kinds: new Map([...kinds].map(kind => [kind, sumOf(plant => (plant.kind === kind ? 1 : 0))]))
    }
  }
}

/** Student's t, but for what is alike for all. */
function likelihood(at: Float64Array, plant: Float64Array | undefined, { freedom }: Prior): number {
  let square = 0
  for (let i = 0; i < at.length; i++) square += (at[i]! - (plant ? plant[i]! : 0)) ** 2
  return -((freedom + at.length) / 2) * Math.log1p(square / freedom)
}
