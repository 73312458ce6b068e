/**
 * The loss by which mixing graphs are matched to a mix: S. Lee et al., "Searching for music mixing graphs: a pruning
 * approach", DAFx 2024. ½ left/right (their mean) + ¼ sum + ¼ difference; each the mean over transforms of 512, 1024 and
 * 4096 (Hann, hop a quarter) of the mean |ln A - ln B| of A-weighted mel magnitudes and of their spectral convergence,
 * ‖A - B‖ / ‖B‖ with B the target's.
 *
 * Where ours differs from what they published: A weighting in the frequency domain, not by an FIR filter; frames wholly
 * inside the excerpt, none mirrored at its ends; the least power is added rather than clamped to, so that the gradient
 * nowhere dies; bands that a short transform has no bin for stay out (they make log of 0); and a quiet signal is floored
 * by its pair. Without that a silent difference weighs a hundred times what the rest does (74 in their table 1).
 */
import type { Kernels, Placed, Real, Samples } from '@mixwright/dsp'
import { createMelFrames, type MelFrames, type MelPart, signals } from './mel-frames.ts'
import { requireShape, requireTarget, type SoundLoss } from './sound-loss.ts'
import { sideFloor } from './stft-distance.ts'

const sizes = [512, 1024, 4096],
  bands = 96,
  /** Of a bin, full scale = 1, window not normalised. */
  leastPower = 1e-4,
  /**
   * Left and right, sum and difference: a band counts as at least 40 dB below both of its pair in the target, and a
   * signal's convergence is against at least a tenth of both: an error 20 dB below the target then counts 1 there.
   */
  bandFloor = 10 ** (sideFloor / 10),
  normFloor = 0.1
const pairOf = [1, 0, 3, 2] as const

/** @throws RangeError for other than 1 or 2 channels of one length, or an excerpt shorter than 4096 samples */
export function graphMatchLoss(
  kernels: Kernels,
  target: readonly Samples[],
  sampleRate: number,
  { real = 'f32' }: { readonly real?: Real } = {}
): SoundLoss {
  requireTarget(target)
  const mel = createMelFrames(kernels, sampleRate, sizes, target[0]!.length, bands, leastPower, real, arrays),
    weights = (target.length === 1 ? [1] : signals.map(() => 1 / signals.length)).map(weight => weight / sizes.length)
  mel.bands(target)
  const distances = mel.parts.map(part => distanceFrom(mel, part, real))
  return {
    value(audio) {
      requireShape(audio, target)
      for (const one of distances) one.begin()
      mel.bands(audio, (part, batch) => distances[part]!.hear(batch))
      return distances.reduce((sum, one) => sum + one.value(weights), 0)
    },
    gradient(into, scale = 1) {
      requireShape(into, target)
      for (const one of distances) one.weigh(weights.map(weight => scale * weight))
      mel.gradient(into, (part, batch) => distances[part]!.slopes(batch))
    }
  }
}

/** Arrays of a resolution beside its bands: the target's levels and floors, eight sums in f64, eight factors. */
const arrays = (bands: number) => [bands, bands, 16, 8]
type Arrays = readonly [Placed<Samples>, Placed<Samples>, Placed<Samples>, Placed<Samples>]

/** How far one resolution is from the target, whose bands it has just heard. */
function distanceFrom({ functions, lanes }: MelFrames, part: MelPart, real: Real) {
  const { batch: block, height, cells, bands: found, slopes } = part,
    [levels, floors, sums, factors] = part.arrays as Arrays,
    totals = new Float64Array(sums.view.buffer, sums.at, 2 * signals.length),
    norms = aimAt(part, lanes),
    rows = (batch: number) => {
      const at = batch * block * found.view.BYTES_PER_ELEMENT
      return [found.at + at, levels.at + at, floors.at + at, height] as const
    },
    distance = (signal: number) => Math.sqrt(totals[signals.length + signal]!)
  return {
    begin: () => totals.fill(0),
    hear: (batch: number) => functions[`mel_differences_${real}`]!(...rows(batch), sums.at),
    value: (weights: readonly number[]) =>
      weights.reduce(
        (sum, weight, signal) => sum + weight * (totals[signal]! / cells + distance(signal) / norms[signal]!),
        0
      ),
    weigh(weights: readonly number[]) {
      factors.view.fill(0)
      weights.forEach((weight, signal) => {
        factors.view[signal] = weight / cells
        // At no distance any slope up to that of the norm will do: none.
        const apart = distance(signal)
        factors.view[signals.length + signal] = apart > 0 ? weight / (apart * norms[signal]!) : 0
      })
    },
    slopes: (batch: number) => functions[`mel_slopes_${real}`]!(...rows(batch), factors.at, slopes.at)
  }
}

/** Takes the bands for the target's: writes their levels and floors. @returns the norm of each signal */
function aimAt({ bands: { view: bare }, arrays, runs }: MelPart, lanes: number): number[] {
  const [levels, floors] = arrays as Arrays,
    squares = signals.map(() => 0)
  // Where no band is, nothing differs.
  levels.view.fill(1)
  floors.view.fill(1)
  runs.starts.forEach((start, run) => {
    for (let signal = 0; signal < signals.length; signal++) {
      const first = start + signal * lanes,
        other = (pairOf[signal]! - signal) * lanes
      for (let i = first; i < first + lanes; i++) {
        const own = bare[i]! * bare[i]!
        floors.view[i] = bandFloor * (own + bare[i + other]! * bare[i + other]!)
        // Rounded as in the kernel, so that there is no distance at the target.
        levels.view[i] = own
        levels.view[i]! += floors.view[i]!
        levels.view[i] = Math.sqrt(levels.view[i]!)
        if (i - first < runs.counts[run]!) squares[signal]! += own + floors.view[i]!
      }
    }
  })
  return squares.map((square, signal) =>
    Math.sqrt(Math.max(square, normFloor ** 2 * (square + squares[pairOf[signal]!]!)))
  )
}
