/** What of a wet no response of a sound explains, and how that changes with the sound. */
import type { Samples } from '@mixwright/dsp'
import type { SoundLoss } from '../losses/sound-loss.ts'
import { createResponseFit, predictor, spectrumOf, timesConjugate } from './system-response.ts'

/** Conjugate gradients: of the first sound, and of each that comes after, near to it; none takes less than the share of the error. */
const rounds = { first: 30, later: 8 } as const,
  worth = 1e-3

/**
 * min over h of |w * (wet - sound * h)|² / |w * wet|², as `systemResponse` finds it: what a sound lacks to be, behind anything
 * linear, the wet. As h is the best of each sound, the loss changes with the sound alone: variable projection (G. Golub,
 * V. Pereyra, SIAM J. Numer. Anal. 10, 1973).
 * @param like what w predicts from its past: about the sounds that come
 * @param length of the response, samples @param from before it nothing is judged
 */
export function responseLoss(wet: Samples, like: Samples, length: number, from: number): SoundLoss {
  const frames = wet.length,
    taps = predictor(like),
    fit = createResponseFit(wet, { frames, length, from, taps })
  let first = true
  return {
    value([sound]) {
      const left = fit.to(sound!, { rounds: first ? rounds.first : rounds.later, worth })
      first = false
      return left
    },
    gradient([into], scale = 1) {
      const slopes = correlated(fit.rest, fit.samples),
        factor = (-2 * scale) / fit.energy
      for (let i = 0; i < frames; i++) {
        let sum = 0
        for (let k = 0; k < taps.length && i + k < frames; k++) sum += taps[k]! * slopes[i + k]!
        into![i]! += factor * sum
      }
    }
  }
}
/** Of each sample: the sum of what comes after it by the response. */
function correlated(x: Float64Array, response: Float64Array): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(x.length + response.length)),
    { fft, re, im } = spectrumOf(x, size),
    { re: hr, im: hi } = spectrumOf(response, size),
    out = new Float64Array(size)
  timesConjugate(re, im, hr, hi)
  fft.inverse(re, im, out)
  return out
}
