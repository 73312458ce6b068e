/** How well a loss tells the knobs of a fit apart: from its curvature where it is least. */
import type { Evaluation } from './adam.ts'
import { type Bounds, projected, requireBounds } from './bounds.ts'
import { symmetricEigen } from './eigen.ts'

/**
 * The Hessian at `x`, by central differences of the gradient: two evaluations per number. A loss of absolute values has
 * kinks, where the result falls with the steps: make those as large as a change that is of account.
 * @param steps how far each number is moved to either side, or all of them; less at a bound
 * @throws RangeError if a gradient is not finite or a number cannot move at all
 */
export function hessianAt(
  x: Float64Array,
  evaluate: (x: Float64Array) => Evaluation,
  steps: number | ArrayLike<number>,
  bounds?: Bounds
): Float64Array[] {
  requireBounds(bounds, x.length)
  const rows = Array.from(x, (_, i) => {
    const by = typeof steps === 'number' ? steps : steps[i]!,
      beside = (amount: number) => {
        const to = projected(
          x.map((v, j) => (j === i ? v + amount : v)),
          bounds
        )
        return { at: to[i]!, gradient: evaluate(to).gradient.slice() }
      },
      [up, down] = [beside(by), beside(-by)],
      width = up.at - down.at
    if (!(width > 0)) throw new RangeError(`number ${i} of the fit cannot move; leave it out`)
    const row = up.gradient.map((g, j) => (g - down.gradient[j]!) / width)
    if (!row.every(Number.isFinite)) throw new RangeError(`the gradient beside number ${i} is not finite`)
    return row
  })
  return rows.map((row, i) => row.map((v, j) => (v + rows[j]![i]!) / 2))
}

export interface Direction {
  /** Second derivative of the loss along it. */
  readonly curvature: number
  /** How far one can go along it, in units of x, until the loss has risen by the tolerance; Infinity where it falls. */
  readonly reach: number
  /** Which knobs take part by a tenth of the way or more, the largest first, and by how much and to which side. */
  readonly knobs: readonly { readonly name: string; readonly share: number }[]
}
export interface Identification {
  /**
   * Per knob: how far it may move, all others following, until the loss has risen by the tolerance, √(2 δ (H⁻¹)ᵢᵢ);
   * along directions that the loss does not tell no farther than `reach`.
   */
  readonly uncertainties: Float64Array
  /** Directions along which one can go `reach` and farther, the flattest first. */
  readonly unidentified: readonly Direction[]
}

/**
 * What the Hessian of a loss at its least says: loss ≈ least + ½ dᵀ H d.
 * @param tolerance δ: rise of the loss that is of no account
 * @param reach in units of x: what can move as far within the tolerance is not identified
 * @throws RangeError unless both are above 0 and there is a name for each row
 */
export function identificationOf(
  hessian: readonly Float64Array[],
  names: readonly string[],
  tolerance: number,
  reach: number
): Identification {
  if (!(tolerance > 0 && reach > 0))
    throw new RangeError(`a tolerance of ${tolerance} and a reach of ${reach}: give more than 0`)
  if (names.length !== hessian.length)
    throw new RangeError(`${names.length} names for ${hessian.length} knobs; give one for each`)
  const { values, vectors } = symmetricEigen(hessian),
    flat = (2 * tolerance) / reach ** 2
  return {
    uncertainties: Float64Array.from(hessian, (_, i) =>
      Math.sqrt(2 * tolerance * vectors.reduce((sum, v, k) => sum + v[i]! ** 2 / Math.max(flat, values[k]!), 0))
    ),
    unidentified: vectors.flatMap((vector, k) => {
      const curvature = values[k]!
      if (curvature > flat) return []
      return {
        curvature,
        reach: curvature > 0 ? Math.sqrt((2 * tolerance) / curvature) : Number.POSITIVE_INFINITY,
        knobs: names
          .map((name, i) => ({ name, share: vector[i]! }))
          .filter(({ share }) => Math.abs(share) >= 0.1)
          .sort((a, b) => Math.abs(b.share) - Math.abs(a.share))
      }
    })
  }
}
/** For a report: "fader.gain up 0.71, bus.gain down 0.71". */
export const directionText = ({ knobs }: Direction): string =>
  knobs.map(({ name, share }) => `${name} ${share > 0 ? 'up' : 'down'} ${Math.abs(share).toFixed(2)}`).join(', ')
