/** A-weighted mel bands of left, right, their sum and their difference, per frame, with the adjoint. */
import type { Kernels, Placed, Real, Samples } from '@mixwright/dsp'
import { aWeighting, type MelTriangles, melTriangles } from './mel.ts'
import { type Batch, createStereoFrames, type Resolution, type StereoFrames } from './stereo-frames.ts'

/** In the order of the bands' rows. Sum and difference are not halved. */
export const signals = ['left', 'right', 'sum', 'difference'] as const

/** The bands of one resolution. */
export interface MelPart {
  /** Bands times frames; bands without a bin stay out. */
  readonly cells: number
  /** Those of the last call of `bands`, batch by batch. */
  readonly bands: Placed<Samples>
  /** Numbers of a batch: `height` rows of the signals, of which the first and the last are of no band. */
  readonly batch: number
  readonly height: number
  /** Where `gradient` expects d loss / d band of a batch. */
  readonly slopes: Placed<Samples>
  /** The further arrays asked for. */
  readonly arrays: readonly Placed<Samples>[]
  /**
   * Of neighbouring frames of one band: where the first signal's numbers begin, and how many of them count. The other
   * signals' follow `lanes` later each.
   */
  readonly runs: { readonly starts: Int32Array; readonly counts: Int32Array }
}
export interface MelFrames {
  /** One for each size. */
  readonly parts: readonly MelPart[]
  readonly lanes: number
  readonly functions: StereoFrames['functions']
  /** Writes all bands; `visit` is told of each batch of each part. Keeps the spectra for `gradient`. */
  bands(audio: readonly Samples[], visit?: (part: number, batch: number) => void): void
  /** Adds d loss / d sample, where `visit` writes d loss / d band of each batch of each part. */
  gradient(into: readonly Samples[], visit: (part: number, batch: number) => void): void
}

/**
 * @param count bands from 0 Hz to half the sample rate; a band is Σ w √(A² |X|² + leastPower) over its bins, X the
 *   transform of frames of `size` (Hann, hop a quarter): never 0, so that it has a slope everywhere
 * @param further lengths of further arrays for each part, given the numbers of its bands
 */
export function createMelFrames(
  kernels: Kernels,
  sampleRate: number,
  sizes: readonly number[],
  length: number,
  count: number,
  leastPower: number,
  real: Real,
  further: (bands: number) => readonly number[] = () => []
): MelFrames {
  const lanes = real === 'f32' ? 4 : 2,
    batch = (count + 2) * signals.length * lanes,
    triangles = sizes.map(size => melTriangles(sampleRate, size, count)),
    stereo = createStereoFrames(
      kernels,
      sizes.map((size, p): Resolution => {
        const hop = size / 4,
          all = Math.ceil((Math.floor((length - size) / hop) + 1) / lanes) * batch,
          { rising, starts } = triangles[p]!
        return { size, hop, arrays: [3 * rising.length, starts.length, batch, all, ...further(all)] }
      }),
      length,
      real
    ),
    made = sizes.map((size, p) => melPart(stereo.parts[p]!, triangles[p]!, sampleRate, size, lanes)),
    [read, weigh] = [stereo.functions[`mel_bands_${real}`]!, stereo.functions[`mel_adjoint_${real}`]!]
  return {
    parts: made.map(({ part }) => part),
    lanes,
    functions: stereo.functions,
    bands([left, right], visit) {
      stereo.forward(left!, right, ({ at, first }, p) => {
        const {
            part: { bands },
            shape
          } = made[p]!,
          index = first / lanes
        read(at.re, at.im, ...shape, bands.at + index * batch * bands.view.BYTES_PER_ELEMENT, leastPower)
        visit?.(p, index)
      })
    },
    gradient([left, right], visit) {
      stereo.backward(left!, right, ({ at, first }, to, p) => {
        const { part, shape } = made[p]!
        visit(p, first / lanes)
        weigh(at.re, at.im, ...shape, part.slopes.at, leastPower, to.at.re, to.at.im)
      })
    }
  }
}

/** One resolution, and what the kernels are told of it: size, bins, segments and their number. */
function melPart(
  { frames, batches, arrays }: StereoFrames['parts'][number],
  { starts, rising, falling }: MelTriangles,
  sampleRate: number,
  size: number,
  lanes: number
) {
  const count = starts.length - 2,
    [bins, segments, slopes, bands, ...others] = arrays as readonly [Place, Place, Place, Place, ...Place[]],
    batch = slopes.view.length,
    // Band b rises in segment b and falls in the next; its row is b + 1.
    filled = Array.from({ length: count }, (_, b) => b + 1).filter(row => starts[row + 1]! > starts[row - 1]!),
    ofRun = (value: (batch: Batch, row: number) => number) =>
      Int32Array.from(batches.flatMap(batch => filled.map(row => value(batch, row)))),
    part: MelPart = {
      cells: frames * filled.length,
      bands,
      batch,
      height: count + 2,
      slopes,
      arrays: others,
      runs: {
        starts: ofRun(({ first }, row) => (first / lanes) * batch + row * signals.length * lanes),
        counts: ofRun(({ used }) => used)
      }
    }
  new Int32Array(segments.view.buffer, segments.at, starts.length).set(starts)
  // The kernel's spectra are doubled: left + i right is taken apart without halving.
  for (let k = 1, i = 0; k < rising.length; k++, i += 3)
    bins.view.set([aWeighting((k * sampleRate) / size) ** 2 / 4, rising[k]!, falling[k]!], i)
  return { part, shape: [size, bins.at, segments.at, starts.length - 1] as const }
}
type Place = Placed<Samples>
