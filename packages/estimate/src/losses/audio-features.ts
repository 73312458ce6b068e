/**
 * The audio-feature loss of Vanka et al., "Diff-MST", ISMIR 2024, with its gradient: squared differences of RMS, crest
 * factor, width, imbalance and the Bark spectra of sum and difference.
 */
import type { Kernels, Real, Samples } from '@mixwright/dsp'
import { barkSpectrumLoss } from './bark-spectrum-loss.ts'
import { requireShape, requireTarget, type SoundLoss, weightedLoss } from './sound-loss.ts'

/** How much each feature counts. */
export interface FeatureWeights {
  /** Squared difference of the root mean squares, full scale = 1; mean of the channels. */
  readonly rms: number
  /** dB²; mean of the channels. */
  readonly crest: number
  /** Of mean S² / mean M². Two channels only, as the next. */
  readonly width: number
  /** Of (R - L) / (R + L) of the energies. */
  readonly imbalance: number
  readonly bark: number
}
/** Those of Diff-MST. */
export const featureWeights: FeatureWeights = { rms: 0.1, crest: 0.001, width: 1, imbalance: 1, bark: 0.1 }

/**
 * It depends on level: give both at one loudness where that is not meant.
 * @throws RangeError for other than 1 or 2 channels of one length, or less than a frame of 0.74 s where `bark` counts
 */
export function audioFeatureLoss(
  kernels: Kernels,
  target: readonly Samples[],
  sampleRate: number,
  options: { readonly real?: Real; readonly weights?: Partial<FeatureWeights> } = {}
): SoundLoss {
  const weights = { ...featureWeights, ...options.weights },
    levels = { loss: levelFeatureLoss(target, weights), weight: 1 }
  return weights.bark === 0
    ? levels.loss
    : weightedLoss([
        levels,
        { loss: barkSpectrumLoss(kernels, target, sampleRate, { real: options.real ?? 'f32' }), weight: weights.bark }
      ])
}

/** What the silence of a channel or of the sum counts as, mean square. */
const silence = 1e-8
const perNeper = 10 / Math.LN10

/** The four that follow from peaks and mean squares. */
function levelFeatureLoss(target: readonly Samples[], weights: FeatureWeights): SoundLoss {
  requireTarget(target)
  const wanted = featuresOf(target),
    each = target.length,
    length = target[0]!.length
  let sound: readonly Samples[] = target,
    found = wanted
  return {
    value(audio) {
      requireShape(audio, target)
      sound = audio.map(channel => channel.slice())
      found = featuresOf(audio)
      const stereo =
        each === 2
          ? weights.width * (found.width - wanted.width) ** 2 +
            weights.imbalance * (found.imbalance - wanted.imbalance) ** 2
          : 0
      return found.channels.reduce((sum, { rms, crest }, c) => {
        const aim = wanted.channels[c]!
        return sum + (weights.rms * (rms - aim.rms) ** 2 + weights.crest * (crest - aim.crest) ** 2) / each
      }, stereo)
    },
    gradient(into, scale = 1) {
      requireShape(into, target)
      const width = each === 2 ? 2 * weights.width * (found.width - wanted.width) : 0,
        imbalance = each === 2 ? 2 * weights.imbalance * (found.imbalance - wanted.imbalance) : 0,
        { mid, both } = found,
        // width = (both - 2 product) / mid, mid = both + 2 product.
        perProduct = (-2 * width * (1 + found.width)) / mid
      found.channels.forEach((one, c) => {
        const aim = wanted.channels[c]!,
          crest = (2 * weights.crest * perNeper * (one.crest - aim.crest)) / each,
          perPower =
            (weights.rms * (one.rms - aim.rms)) / each / one.rms -
            crest / (one.rms * one.rms) +
            (width * (1 - found.width)) / mid +
            (imbalance * ((c === 1 ? 1 : -1) - found.imbalance)) / both,
          to = into[c]!,
          x = sound[c]!,
          other = sound[each - 1 - c]!
        for (let i = 0; i < length; i++)
          to[i]! += (scale * (2 * perPower * x[i]! + (each === 2 ? perProduct * other[i]! : 0))) / length
        const peak = x[one.at]!
        to[one.at]! += (scale * crest * 2 * peak) / (peak * peak + silence)
      })
    }
  }
}

function featuresOf(audio: readonly Samples[]) {
  const length = audio[0]!.length,
    [left, right] = audio as readonly [Samples, Samples | undefined],
    channels = audio.map(x => {
      let square = 0,
        at = 0
      for (let i = 0; i < length; i++) {
        square += x[i]! * x[i]!
        if (Math.abs(x[i]!) > Math.abs(x[at]!)) at = i
      }
      const power = square / length + silence
      return { at, rms: Math.sqrt(power), crest: 10 * Math.log10((x[at]! ** 2 + silence) / power), power }
    })
  let product = 0
  if (right) for (let i = 0; i < length; i++) product += left[i]! * right[i]!
  product /= length
  const [a, b] = [channels[0]!.power, channels.at(-1)!.power],
    both = a + b,
    mid = both + 2 * product
  return { channels, both, mid, width: (both - 2 * product) / mid, imbalance: (b - a) / both }
}
