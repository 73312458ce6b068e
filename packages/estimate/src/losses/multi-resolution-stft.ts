/** `stftDistance` as a loss: of left and right, or of sum and difference, with its gradient. */
import type { Kernels, Real, Samples } from '@mixwright/dsp'
import { pairMagnitudes, weighPair } from './pair-magnitudes.ts'
import { requireShape, requireTarget, type SoundLoss } from './sound-loss.ts'
import { type Batch, createStereoFrames, type StereoFrames } from './stereo-frames.ts'
import { binDifferences, binSlopes, magnitudeFloor, resolutions, type StftTerms, sideFloor } from './stft-distance.ts'

export interface MultiResolutionOptions extends Partial<StftTerms> {
  readonly real?: Real
  /** Sizes of the transforms. Default: those of the measure. */
  readonly sizes?: readonly number[]
  /**
   * What is compared of two channels, each counting half. The difference is floored 40 dB below the target's sum in the
   * same frame and bin, as `audibleSide` is. Default: left and right.
   */
  readonly of?: 'left and right' | 'sum and difference'
}

/** @throws RangeError for other than 1 or 2 channels of one length, or an excerpt shorter than a frame */
export function multiResolutionStftLoss(
  kernels: Kernels,
  target: readonly Samples[],
  options: MultiResolutionOptions = {}
): SoundLoss {
  requireTarget(target)
  const { real = 'f32', sizes = resolutions, linear = 1, log = 1 } = options,
    sums = target.length === 2 && options.of === 'sum and difference',
    parts = sizes.map(size => {
      const stereo = createStereoFrames(kernels, [{ size, hop: size / 4 }], target[0]!.length, real)
      return createPart(stereo, size / 2 + 1, target, sums, { linear, log }, real)
    })
  return {
    value(audio) {
      requireShape(audio, target)
      return parts.reduce((sum, part) => sum + part.value(audio), 0) / parts.length
    },
    gradient(into, scale = 1) {
      requireShape(into, target)
      for (const part of parts) part.gradient(into, scale / parts.length)
    }
  }
}

/** One resolution. */
function createPart(
  stereo: StereoFrames,
  bins: number,
  target: readonly Samples[],
  sums: boolean,
  terms: StftTerms,
  real: Real
): SoundLoss {
  const { frames } = stereo.parts[0]!,
    count = target.length,
    share = 1 / (frames * bins * count),
    Store = real === 'f32' ? Float32Array : Float64Array,
    // Of one frame, per signal; of the target frame by frame, in each signal by signal.
    found = target.map(() => new Store(bins)),
    slopes = target.map(() => new Store(bins)),
    aims = new Store(frames * count * bins),
    floors = new Store(aims.length).fill(magnitudeFloor),
    at = (frame: number, signal: number) => (frame * count + signal) * bins,
    /** Calls `visit` with each signal's place in the target, its magnitudes floored in `found`. */
    eachSignal = (batch: Batch, lane: number, visit: (values: Samples, place: number, signal: number) => void) => {
      pairMagnitudes(batch, lane, sums, found)
      found.forEach((values, signal) => {
        const place = at(batch.first + lane, signal)
        for (let k = 0; k < bins; k++) values[k] = Math.max(values[k]!, floors[place + k]!)
        visit(values, place, signal)
      })
    },
    forward = (audio: readonly Samples[], visit: (values: Samples, place: number, signal: number) => void) =>
      stereo.forward(audio[0]!, audio[1], batch => {
        for (let lane = 0; lane < batch.used; lane++) eachSignal(batch, lane, visit)
      })
  forward(target, (values, place, signal) => {
    aims.set(values, place)
    // The sum comes first and floors the difference, which comes after it.
    if (sums && signal === 0)
      for (let k = 0; k < bins; k++) floors[place + bins + k] = Math.max(magnitudeFloor, sideShare * values[k]!)
  })
  return {
    value(audio) {
      let sum = 0
      forward(audio, (values, place) => {
        sum += binDifferences(values, aims, place, terms)
      })
      return sum * share
    },
    gradient(into, scale = 1) {
      stereo.backward(into[0]!, into[1], (batch, to) => {
        for (let lane = 0; lane < batch.used; lane++) {
          eachSignal(batch, lane, (values, place, signal) => {
            const gains = slopes[signal]!
            binSlopes(values, aims, place, terms, gains)
            for (let k = 0; k < bins; k++)
              gains[k] = values[k]! > floors[place + k]! ? (scale * share * gains[k]!) / values[k]! : 0
          })
          weighPair(batch, lane, sums, slopes, to)
        }
      })
    }
  }
}
const sideShare = 10 ** (sideFloor / 20)
