/** How far is a sound from a target sample by sample: for what keeps its phase. */
import type { Samples } from '@mixwright/dsp'
import { requireShape, requireTarget, type SoundLoss, signOf } from './sound-loss.ts'

/** Mean |e|; mean e²; Σ e² over Σ of the target's squares (error to signal). */
export type SampleLossKind = 'absolute' | 'squared' | 'error to signal'

/** Mean square of what counts as a silent target: -100 dBFS. */
const silence = 1e-10

/**
 * @param emphasis of high frequencies: of both sounds x[n] - emphasis · x[n - 1] is compared. Wright & Välimäki,
 *   "Perceptual loss function for neural modelling of audio systems", ICASSP 2020, have 0.85 to 0.95
 * @throws RangeError for other than 1 or 2 channels of one length, or an emphasis that is not from 0 to 1
 */
export function sampleLoss(
  target: readonly Samples[],
  { kind = 'squared', emphasis = 0 }: { readonly kind?: SampleLossKind; readonly emphasis?: number } = {}
): SoundLoss {
  requireTarget(target)
  if (!(emphasis >= 0 && emphasis <= 1)) throw new RangeError(`an emphasis of ${emphasis} is not allowed; give 0 to 1`)
  const wanted = target.map(channel => channel.slice()),
    length = target[0]!.length,
    count = target.length * length,
    emphasised = (x: (i: number) => number) => {
      const y = new Float64Array(length)
      let last = 0
      for (let i = 0; i < length; i++) {
        const v = x(i)
        y[i] = v - emphasis * last
        last = v
      }
      return y
    },
    squares = (channels: readonly Float64Array[]) =>
      channels.reduce((sum, y) => y.reduce((s, v) => s + v * v, sum), 0) / count,
    power = kind === 'error to signal' ? squares(target.map(x => emphasised(i => x[i]!))) + silence : 1
  let errors = target.map(() => new Float64Array(length))
  return {
    value(audio) {
      requireShape(audio, wanted)
      errors = audio.map((x, c) => emphasised(i => x[i]! - wanted[c]![i]!))
      return kind === 'absolute'
        ? errors.reduce((sum, y) => y.reduce((s, v) => s + Math.abs(v), sum), 0) / count
        : squares(errors) / power
    },
    gradient(into, scale = 1) {
      requireShape(into, wanted)
      into.forEach((to, c) => {
        const e = errors[c]!
        // Backwards: sample n counts in y[n] and, less, in y[n + 1].
        for (let i = length - 1, next = 0; i >= 0; i--) {
          const g = (scale / count) * (kind === 'absolute' ? signOf(e[i]!) : (2 * e[i]!) / power)
          to[i]! += g - emphasis * next
          next = g
        }
      })
    }
  }
}
