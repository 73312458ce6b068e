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
function createPart(mel: MelFrames, target: readonly Samples[], weights: readonly number[]): Required<SoundLoss> {
  const { aim, logs, floors, norms } = featuresOf(mel, target, weights),
    found = new Float64Array(mel.length),
    slopes = new Float64Array(mel.length),
    share = 1 / (mel.frames * mel.rows.length),
    distances = new Float64Array(weights.length)
  return {
    value(audio) {
      mel.bands(audio, found)
      return weights.reduce((total, weight, signal) => {
        let difference = 0,
          square = 0
        eachBand(mel, signal, i => {
          const v = found[i]! * found[i]! + floors[i]!,
            e = Math.sqrt(v) - aim[i]!
          difference += Math.abs(0.5 * Math.log(v) - logs[i]!)
          square += e * e
        })
        distances[signal] = Math.sqrt(square)
        return total + weight * (share * difference + distances[signal]! / norms[signal]!)
      }, 0)
    },
    gradient(into, scale = 1) {
      weights.forEach((weight, signal) => {
        const perLog = scale * weight * share,
          // At no distance any slope up to that of the norm will do: none.
          perError = distances[signal]! > 0 ? (scale * weight) / (distances[signal]! * norms[signal]!) : 0
        eachBand(mel, signal, i => {
          const v = Math.sqrt(found[i]! * found[i]! + floors[i]!),
            e = v - aim[i]!
          slopes[i] = ((perLog * Math.sign(e)) / v + perError * e) * (found[i]! / v)
        })
      })
      mel.gradient(slopes, into)
    }
  }
}

/** What the target's bands say: floored, their logarithms, the squares of the floors, and each signal's norm. */
function featuresOf(mel: MelFrames, target: readonly Samples[], weights: readonly number[]) {
  const aim = new Float64Array(mel.length),
    logs = new Float64Array(mel.length),
    floors = new Float64Array(mel.length),
    squares = new Float64Array(signals.length)
  mel.bands(target, aim)
  weights.forEach((_, signal) => {
    const other = (pairOf[signal]! - signal) * mel.lanes
    eachBand(mel, signal, i => {
      floors[i] = bandFloor * (aim[i]! * aim[i]! + aim[i + other]! * aim[i + other]!)
    })
  })
  weights.forEach((_, signal) => {
    eachBand(mel, signal, i => {
      const v = aim[i]! * aim[i]! + floors[i]!
      aim[i] = Math.sqrt(v)
      logs[i] = 0.5 * Math.log(v)
      squares[signal]! += v
    })
  })
  const norms = weights.map((_, signal) =>
    Math.sqrt(Math.max(squares[signal]!, normFloor ** 2 * (squares[signal]! + squares[pairOf[signal]!]!)))
  )
  return { aim, logs, floors, norms }
}

/** Calls `visit` with the place of every band of a signal. */
function eachBand(mel: MelFrames, signal: number, visit: (index: number) => void): void {
  for (let first = 0; first < mel.frames; first += mel.lanes) {
    const used = Math.min(mel.lanes, mel.frames - first)
    for (const row of mel.rows) {
      const at = mel.at(first, row, signal)
      for (let i = at; i < at + used; i++) visit(i)
    }
  }
}
