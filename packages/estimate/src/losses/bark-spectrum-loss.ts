/** How far are the Bark spectra of sum and difference from a target's, with the gradient. */
import { barkWeights, frameSize, type Kernels, type Real, type Samples } from '@mixwright/dsp'
import { pairMagnitudes, weighPair } from './pair-magnitudes.ts'
import { requireShape, requireTarget, type SoundLoss } from './sound-loss.ts'
import { createStereoFrames } from './stereo-frames.ts'
import { magnitudeFloor, sideFloor } from './stft-distance.ts'

/**
 * Mean over bands and both signals of (ln a - ln b)², a and b the bands of `measureBark`: time averages of magnitudes.
 * Each is floored by root sum of squares 40 dB below both signals of the target together, so that a difference that
 * nobody hears does not count. The one channel of a mono target stands for the sum.
 * @throws RangeError for other than 1 or 2 channels of one length, or less than a frame of 0.74 s
 */
export function barkSpectrumLoss(
  kernels: Kernels,
  target: readonly Samples[],
  sampleRate: number,
  { real = 'f32' }: { readonly real?: Real } = {}
): SoundLoss {
  requireTarget(target)
  const size = frameSize(sampleRate, 0.743),
    stereo = createStereoFrames(kernels, [{ size, hop: size / 4 }], target[0]!.length, real),
    { frames } = stereo.parts[0]!,
    weights = barkWeights(sampleRate, size),
    sums = target.length === 2,
    magnitudes = target.map(() => new Float64Array(size / 2 + 1)),
    cells = weights.length * target.length,
    spectra = (audio: readonly Samples[]) => {
      const means = magnitudes.map(one => new Float64Array(one.length))
      stereo.forward(audio[0]!, audio[1], batch => {
        for (let lane = 0; lane < batch.used; lane++) {
          pairMagnitudes(batch, lane, sums, magnitudes)
          magnitudes.forEach((one, s) => one.forEach((v, k) => (means[s]![k]! += v / frames)))
        }
      })
      return means.map(mean =>
        weights.map(({ first, values }) => values.reduce((sum, w, i) => sum + w * mean[first + i]!, 0))
      )
    },
    aims = spectra(target),
    floors = weights.map(
      (_, b) => magnitudeFloor ** 2 + 10 ** (sideFloor / 10) * aims.reduce((sum, aim) => sum + aim[b]! ** 2, 0)
    ),
    level = (value: number, band: number) => 0.5 * Math.log(value * value + floors[band]!)
  let found = aims
  return {
    value(audio) {
      requireShape(audio, target)
      found = spectra(audio)
      return (
        found.reduce(
          (sum, bands, s) => bands.reduce((total, v, b) => total + (level(v, b) - level(aims[s]![b]!, b)) ** 2, sum),
          0
        ) / cells
      )
    },
    gradient(into, scale = 1) {
      requireShape(into, target)
      const perBin = found.map((bands, s) => {
        const slopes = new Float64Array(size / 2 + 1)
        bands.forEach((v, b) => {
          const slope =
              (2 * scale * (level(v, b) - level(aims[s]![b]!, b)) * v) / (v * v + floors[b]!) / cells / frames,
            { first, values } = weights[b]!
          for (let i = 0; i < values.length; i++) slopes[first + i]! += slope * values[i]!
        })
        return slopes
      })
      stereo.backward(into[0]!, into[1], (batch, to) => {
        for (let lane = 0; lane < batch.used; lane++) {
          pairMagnitudes(batch, lane, sums, magnitudes)
          magnitudes.forEach((one, s) => {
            for (let k = 0; k < one.length; k++) one[k] = one[k]! > 0 ? perBin[s]![k]! / one[k]! : 0
          })
          weighPair(batch, lane, sums, magnitudes, to)
        }
      })
    }
  }
}
