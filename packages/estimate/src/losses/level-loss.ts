/** How far the levels of several signals stand from where they belong. */

export interface LevelTarget {
  /** Where the signal belongs, dB; only differences between signals count. */
  readonly level: number
  /** How much its error counts; 0: not at all. */
  readonly weight: number
}
export interface LevelLoss {
  /** Σ w (error - mean error)² / Σ w, dB². */
  readonly loss: number
  /** Level minus target minus the mean of that, dB; NaN for signals without weight. */
  readonly errors: readonly number[]
}

/** Below this power a signal has no level. */
const silence = 1e-12

/**
 * Levels are 10 lg of the power over all frames, bands weighted as loudness weighs them.
 * @param powers per signal, as `BarkPowers` gives them
 * @param weights of the bands (`loudnessWeights`)
 * @param gradients d loss / d power, added to
 * @throws RangeError if all weights are 0
 */
export function levelLoss(
  powers: readonly Float64Array[],
  targets: readonly LevelTarget[],
  weights: readonly number[],
  gradients: readonly Float64Array[],
  scale = 1
): LevelLoss {
  const sums = powers.map((power, s) => (targets[s]!.weight > 0 ? silence + loudPower(power, weights) : Number.NaN)),
    raw = sums.map((sum, s) => 10 * Math.log10(sum) - targets[s]!.level),
    total = targets.reduce((sum, target) => sum + target.weight, 0)
  if (!(total > 0)) throw new RangeError('no level has a weight; give one at least')
  const mean =
      raw.reduce((sum, error, s) => sum + (targets[s]!.weight > 0 ? targets[s]!.weight * error : 0), 0) / total,
    errors = raw.map(error => error - mean)
  let loss = 0
  errors.forEach((error, s) => {
    const { weight } = targets[s]!
    if (!(weight > 0)) return
    loss += (scale * weight * error * error) / total
    // The mean cancels: Σ w (error - mean) = 0.
    const slope = ((((scale * 2 * weight * error) / total) * 10) / Math.LN10) * (1 / sums[s]!),
      to = gradients[s]!
    for (let i = 0, b = 0; i < to.length; i++, b = b + 1 === weights.length ? 0 : b + 1) to[i]! += slope * weights[b]!
  })
  return { loss, errors }
}

/** Sum over frames and bands, weighted. */
export function loudPower(power: Float64Array, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0, b = 0; i < power.length; i++, b = b + 1 === weights.length ? 0 : b + 1) sum += power[i]! * weights[b]!
  return sum
}
