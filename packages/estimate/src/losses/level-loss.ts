/** How far the levels of several signals stand from where they belong. */

export interface LevelTarget {
  /** Where the signal belongs, dB; only differences between signals count. */
  readonly level: number
  /** How much its error counts; 0: not at all. */
  readonly weight: number
  /** 1 for the frames that count. Default: all. */
  readonly when?: Uint8Array
}
export interface LevelLoss {
  /** Σ w (error - mean error)² / Σ w, dB². */
  readonly loss: number
  /** Level minus target minus the mean of that, dB; NaN for signals without weight. */
  readonly errors: readonly number[]
}

/** Keeps the level of silence finite. */
const silence = 1e-12

/**
 * Levels are 10 lg of the power over the frames that count, bands weighted as loudness weighs them.
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
  const errors = levelErrors(powers, targets, weights),
    total = targets.reduce((sum, target) => sum + target.weight, 0)
  let loss = 0
  errors.forEach((error, s) => {
    const { weight, when } = targets[s]!
    if (!(weight > 0)) return
    loss += (scale * weight * error * error) / total
    // The mean cancels: Σ w (error - mean) = 0.
    const slope = (scale * 20 * weight * error) / (Math.LN10 * total * loudPower(powers[s]!, weights, when)),
      to = gradients[s]!
    eachCell(to.length, weights, when, (i, w) => {
      to[i]! += slope * w
    })
  })
  return { loss, errors }
}

/** The errors alone. @throws RangeError if all weights are 0 */
export function levelErrors(
  powers: readonly Float64Array[],
  targets: readonly LevelTarget[],
  weights: readonly number[]
): number[] {
  const total = targets.reduce((sum, target) => sum + target.weight, 0)
  if (!(total > 0)) throw new RangeError('no level has a weight; give one at least')
  const raw = powers.map((power, s) =>
      targets[s]!.weight > 0
        ? 10 * Math.log10(loudPower(power, weights, targets[s]!.when) + silence) - targets[s]!.level
        : Number.NaN
    ),
    mean = raw.reduce((sum, error, s) => sum + (targets[s]!.weight > 0 ? targets[s]!.weight * error : 0), 0) / total
  return raw.map(error => error - mean)
}

/** Sum over frames and bands, weighted. */
export function loudPower(power: Float64Array, weights: readonly number[], when?: Uint8Array): number {
  let sum = 0
  eachCell(power.length, weights, when, (i, w) => {
    sum += power[i]! * w
  })
  return sum
}

function eachCell(
  cells: number,
  weights: readonly number[],
  when: Uint8Array | undefined,
  visit: (cell: number, weight: number) => void
): void {
  for (let frame = 0, at = 0; at < cells; frame++, at += weights.length)
    if (!when || when[frame]) for (let b = 0; b < weights.length; b++) visit(at + b, weights[b]!)
}

/** Frames within `range` dB of the loudest, 1 each. */
export function loudFrames(power: Float64Array, weights: readonly number[], range: number): Uint8Array {
  const bands = weights.length,
    levels = Float64Array.from({ length: power.length / bands }, (_, frame) =>
      loudPower(power.subarray(frame * bands, (frame + 1) * bands), weights)
    ),
    least = levels.reduce((most, level) => Math.max(most, level), 0) * 10 ** (-range / 10)
  return Uint8Array.from(levels, level => (level > least ? 1 : 0))
}
