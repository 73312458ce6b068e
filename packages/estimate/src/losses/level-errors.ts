/** How far the levels of several signals stand from where they belong. */

export interface LevelTarget {
  /** Where the signal belongs, dB. */
  readonly level: number
  /** How much its error counts; 0: not at all. */
  readonly weight: number
  /** 1 for the frames that count. Default: all. */
  readonly when?: Uint8Array
}

/** Keeps the level of silence finite. */
const silence = 1e-12

/**
 * Level minus target, dB; NaN for signals without weight. Levels are 10 lg of the power over the frames that count, bands
 * weighted as loudness weighs them.
 * @param powers per signal, as `BarkPowers` gives them
 * @param weights of the bands (`loudnessWeights`)
 */
export const levelErrors = (
  powers: readonly Float64Array[],
  targets: readonly LevelTarget[],
  weights: readonly number[]
): number[] =>
  powers.map((power, s) =>
    targets[s]!.weight > 0
      ? 10 * Math.log10(loudPower(power, weights, targets[s]!.when) + silence) - targets[s]!.level
      : Number.NaN
  )

/** Sum over frames and bands, weighted. */
export function loudPower(power: Float64Array, weights: readonly number[], when?: Uint8Array): number {
  const bands = weights.length
  let sum = 0
  for (let frame = 0, at = 0; at < power.length; frame++, at += bands)
    if (!when || when[frame]) for (let b = 0; b < bands; b++) sum += power[at + b]! * weights[b]!
  return sum
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
