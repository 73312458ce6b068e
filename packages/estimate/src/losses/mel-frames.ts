/** A-weighted mel bands of left, right, their sum and their difference, per frame, with the adjoint. */
import type { Kernels, Real, Samples } from '@mixwright/dsp'
import { aWeighting, melTriangles } from './mel.ts'
import { createStereoFrames } from './stereo-frames.ts'

/** In the order of the bands' rows. Sum and difference are not halved. */
export const signals = ['left', 'right', 'sum', 'difference'] as const

export interface MelFrames {
  /** Bands times frames; bands without a bin stay out. */
  readonly cells: number
  /** Numbers that `bands` writes. */
  readonly length: number
  /** Room for them. */
  numbers(): Samples
  /**
   * Of neighbouring frames of one band: where the first signal's numbers begin, and how many of them count. The other
   * signals' follow `lanes` later each.
   */
  readonly runs: { readonly starts: Int32Array; readonly counts: Int32Array }
  readonly lanes: number
  /** Writes all bands. Keeps the spectra for `gradient`. */
  bands(audio: readonly Samples[], to: Samples): void
  /** Adds d loss / d sample, given d loss / d band of the last call of `bands`. */
  gradient(slopes: Samples, into: readonly Samples[]): void
}

/**
 * @param count bands from 0 Hz to half the sample rate; a band is Σ w √(A² |X|² + leastPower) over its bins, X the
 *   transform of frames of `size` (Hann, hop a quarter): never 0, so that it has a slope everywhere
 */
export function createMelFrames(
  kernels: Kernels,
  sampleRate: number,
  size: number,
  length: number,
  count: number,
  leastPower: number,
  real: Real
): MelFrames {
  const { starts, rising, falling } = melTriangles(sampleRate, size, count),
    height = count + 2,
    lanes = real === 'f32' ? 4 : 2,
    block = height * signals.length * lanes,
    stereo = createStereoFrames(kernels, size, size / 4, length, real, [block, 3 * rising.length, starts.length]),
    { frames, fft, functions } = stereo,
    [rows, bins, segments] = stereo.arrays as readonly [Place, Place, Place],
    call = (name: string) =>
      functions[`mel_${name}_${real}`]!(
        fft.at.re,
        fft.at.im,
        size,
        bins.at,
        segments.at,
        starts.length - 1,
        rows.at,
        leastPower
      )
  new Int32Array(segments.view.buffer, segments.at, starts.length).set(starts)
  // The kernel's spectra are doubled: left + i right is taken apart without halving.
  for (let k = 1, i = 0; k < rising.length; k++, i += 3)
    bins.view.set([aWeighting((k * sampleRate) / size) ** 2 / 4, rising[k]!, falling[k]!], i)
  // Band b rises in segment b and falls in the next; its row is b + 1.
  const filled = Array.from({ length: count }, (_, b) => b + 1).filter(row => starts[row + 1]! > starts[row - 1]!),
    batches = Math.ceil(frames / lanes),
    ofRun = (value: (batch: number, row: number) => number) =>
      Int32Array.from({ length: batches * filled.length }, (_, i) =>
        value(Math.floor(i / filled.length), filled[i % filled.length]!)
      )
  return {
    cells: frames * filled.length,
    length: batches * block,
    numbers: () => (real === 'f32' ? new Float32Array(batches * block) : new Float64Array(batches * block)),
    runs: {
      starts: ofRun((batch, row) => batch * block + row * signals.length * lanes),
      counts: ofRun(batch => Math.min(lanes, frames - batch * lanes))
    },
    lanes,
    bands([left, right], to) {
      stereo.forward(left!, right, first => {
        call('bands')
        to.set(rows.view, (first / lanes) * block)
      })
    },
    gradient(slopes, [left, right]) {
      stereo.backward(left!, right, first => {
        rows.view.set(slopes.subarray((first / lanes) * block, (first / lanes + 1) * block))
        call('adjoint')
      })
    }
  }
}
type Place = { readonly at: number; readonly view: Samples }
