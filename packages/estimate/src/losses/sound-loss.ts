/** What an estimation makes small: how far a sound is from a target, with the gradient at every sample. */
import type { Samples } from '@mixwright/dsp'

/** Judges an excerpt of fixed length beside a fixed target. */
export interface SoundLoss {
  /**
   * The value at this sound; keeps what `gradient` needs.
   * @param audio one array per channel of the target, of its length
   */
  value(audio: readonly Samples[]): number
  /** Adds `scale` times d value / d sample of the last call to `into`. */
  gradient(into: readonly Samples[], scale?: number): void
}

/** The weighted sum of several. */
export const weightedLoss = (parts: readonly { readonly loss: SoundLoss; readonly weight: number }[]): SoundLoss => ({
  value: audio => parts.reduce((sum, { loss, weight }) => sum + weight * loss.value(audio), 0),
  gradient(into, scale = 1) {
    for (const { loss, weight } of parts) loss.gradient(into, scale * weight)
  }
})

/** The sign, 0 for 0, without a branch: those of noise are dear. */
export const signOf = (e: number): number => e / (Math.abs(e) + 1e-300)

/** @throws RangeError unless a target has one or two channels of one length */
export function requireTarget(target: readonly Samples[]): void {
  if (target.length < 1 || target.length > 2)
    throw new RangeError(`a target of ${target.length} channels cannot be judged; give 1 or 2`)
  requireShape(target, target)
}
/** @throws RangeError unless `audio` has the target's channels and length */
export function requireShape(audio: readonly Samples[], target: readonly Samples[]): void {
  const length = target[0]!.length
  if (audio.length !== target.length || audio.some(channel => channel.length !== length))
    throw new RangeError(
      `audio of ${audio.map(channel => channel.length).join(' and ')} samples beside a target of ${target.length} × ${length}; give as many channels and samples`
    )
}
