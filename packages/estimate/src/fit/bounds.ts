/** Ranges of what an optimiser turns. */

export interface Bounds {
  readonly lower: ArrayLike<number>
  readonly upper: ArrayLike<number>
}

/** @throws RangeError where a range does not fit the start or is empty */
export function requireBounds(bounds: Bounds | undefined, count: number): void {
  if (!bounds) return
  const { lower, upper } = bounds
  if (lower.length !== count || upper.length !== count)
    throw new RangeError(`bounds of ${lower.length} and ${upper.length} numbers for ${count}; give one pair for each`)
  for (let i = 0; i < count; i++)
    if (!(lower[i]! <= upper[i]!)) throw new RangeError(`bounds ${i}: ${lower[i]} is not at most ${upper[i]}`)
}

/** The nearest point inside. */
export const projected = (x: Float64Array, bounds: Bounds | undefined): Float64Array =>
  bounds ? x.map((v, i) => Math.max(bounds.lower[i]!, Math.min(bounds.upper[i]!, v))) : x

/** Where x stands at a bound and the loss falls beyond it: what a step may not turn. */
export const heldAt = (x: Float64Array, gradient: Float64Array, bounds: Bounds | undefined): boolean[] =>
  Array.from(
    x,
    (v, i) =>
      bounds !== undefined &&
      ((v <= bounds.lower[i]! && gradient[i]! > 0) || (v >= bounds.upper[i]! && gradient[i]! < 0))
  )
