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
import type { Kernels, Real, Samples } from '@mixwright/dsp'
import { createMelFrames, type MelFrames, signals } from './mel-frames.ts'
import { requireShape, requireTarget, type SoundLoss, signOf } from './sound-loss.ts'
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
  options: { readonly real?: Real } = {}
): SoundLoss {
  requireTarget(target)
  const length = target[0]!.length,
    weights = target.length === 1 ? [1] : signals.map(() => 1 / signals.length),
    parts = sizes.map(size => {
      const mel = createMelFrames(kernels, sampleRate, size, length, bands, leastPower, options.real ?? 'f32')
      return createPart(
        mel,
        target,
        weights.map(weight => weight / sizes.length)
      )
    })
  return {
    value(audio) {
      requireShape(audio, target)
      return parts.reduce((sum, part) => sum + part.value(audio), 0)
    },
    gradient(into, scale = 1) {
      requireShape(into, target)
      for (const part of parts) part.gradient(into, scale)
    }
  }
}

/** One resolution. @param weights of the signals */
function createPart(mel: MelFrames, target: readonly Samples[], weights: readonly number[]): SoundLoss {
  const aim = featuresOf(mel, target, weights),
    found = mel.numbers(),
    slopes = mel.numbers(),
    distances = new Float64Array(weights.length)
  return {
    value(audio) {
      mel.bands(audio, found)
      return weights.reduce((total, weight, signal) => {
        const { logs, square } = differences(mel, found, aim, signal)
        distances[signal] = Math.sqrt(square)
        return total + weight * (logs / mel.cells + distances[signal]! / aim.norms[signal]!)
      }, 0)
    },
    gradient(into, scale = 1) {
      weights.forEach((weight, signal) => {
        // At no distance any slope up to that of the norm will do: none.
        const perError = distances[signal]! > 0 ? (scale * weight) / (distances[signal]! * aim.norms[signal]!) : 0
        slopesOf(mel, found, aim, signal, (scale * weight) / mel.cells, perError, slopes)
      })
      mel.gradient(slopes, into)
    }
  }
}

/** The target's bands: floored, squared, the squares of the floors; and each signal's norm. */
interface Features {
  readonly levels: Float64Array
  readonly powers: Float64Array
  readonly floors: Float64Array
  readonly norms: readonly number[]
}
function featuresOf(mel: MelFrames, target: readonly Samples[], weights: readonly number[]): Features {
  const bare = mel.numbers(),
    floors = new Float64Array(mel.length),
    squares = new Float64Array(signals.length)
  mel.bands(target, bare)
  weights.forEach((_, signal) => {
    const other = (pairOf[signal]! - signal) * mel.lanes
    mel.runs.starts.forEach((start, run) => {
      const first = start + signal * mel.lanes
      for (let i = first; i < first + mel.runs.counts[run]!; i++) {
        floors[i] = bandFloor * (bare[i]! * bare[i]! + bare[i + other]! * bare[i + other]!)
        squares[signal]! += bare[i]! * bare[i]! + floors[i]!
      }
    })
  })
  const powers = floors.map((floor, i) => bare[i]! * bare[i]! + floor),
    norms = weights.map((_, signal) =>
      Math.sqrt(Math.max(squares[signal]!, normFloor ** 2 * (squares[signal]! + squares[pairOf[signal]!]!)))
    )
  return { levels: powers.map(Math.sqrt), powers, floors, norms }
}

/** Σ |ln A - ln B| and Σ (A - B)² of one signal. */
function differences({ runs, lanes }: MelFrames, found: Samples, aim: Features, signal: number) {
  const { levels, powers, floors } = aim
  // Logarithms are dear, and so are branches on noise: |ln a/b| = ln (max² / ab), max = (a + b + |a - b|) / 2, and one
  // logarithm for a product of many, ended before that overflows.
  let logs = 0,
    ratio = 1,
    square = 0
  for (let run = 0; run < runs.starts.length; run++) {
    const first = runs.starts[run]! + signal * lanes,
      end = first + runs.counts[run]!
    let above = 1,
      both = 1
    for (let i = first; i < end; i++) {
      const power = found[i]! * found[i]! + floors[i]!,
        wanted = powers[i]!,
        most = 0.5 * (power + wanted + Math.abs(power - wanted)),
        e = Math.sqrt(power) - levels[i]!
      above *= most * most
      both *= power * wanted
      square += e * e
    }
    ratio *= above / both
    if (ratio > 1e100) {
      logs += Math.log(ratio)
      ratio = 1
    }
  }
  return { logs: (logs + Math.log(ratio)) / 2, square }
}
/** d loss / d band of one signal, where its terms count `perLog` and `perError` times the error. */
function slopesOf(
  { runs, lanes }: MelFrames,
  found: Samples,
  { levels, floors }: Features,
  signal: number,
  perLog: number,
  perError: number,
  slopes: Samples
): void {
  for (let run = 0; run < runs.starts.length; run++) {
    const first = runs.starts[run]! + signal * lanes,
      end = first + runs.counts[run]!
    for (let i = first; i < end; i++) {
      const power = found[i]! * found[i]! + floors[i]!,
        level = Math.sqrt(power),
        e = level - levels[i]!
      slopes[i] = (found[i]! / power) * (perLog * signOf(e) + perError * e * level)
    }
  }
}
