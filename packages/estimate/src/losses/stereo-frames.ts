/**
 * Spectra of the overlapping frames of an excerpt in the kernels' memory, and the adjoint: what losses on spectra are
 * made of. Both channels are one complex signal, so that a frame takes one transform there and one back.
 */
import { createFftMemory, hann, type Kernels, type Placed, partsApart, type Real, type Samples } from '@mixwright/dsp'

/** Spectra of left + i right of `lanes` frames: bin k of frame j at k · lanes + j. */
export interface Spectra {
  readonly re: Samples
  readonly im: Samples
  readonly lanes: number
  /** Where the parts lie in the kernels' memory. */
  readonly at: { readonly re: number; readonly im: number }
}
/** Frames that are transformed at once. */
export interface Batch extends Spectra {
  /** Of `lanes` frames from frame `first` on, `used` lie in the excerpt; the spectra of the others are 0. */
  readonly first: number
  readonly used: number
}
/** Hann windows of `size` samples every `hop`, those that lie wholly inside. */
export interface Resolution {
  readonly size: number
  readonly hop: number
  /** Lengths of further arrays in the same memory. */
  readonly arrays?: readonly number[]
}
interface Part {
  readonly frames: number
  readonly batches: readonly Batch[]
  readonly arrays: readonly Placed<Samples>[]
}

export interface StereoFrames {
  /** One for each resolution. */
  readonly parts: readonly Part[]
  readonly functions: Readonly<Record<string, (...args: number[]) => number>>
  /** Transforms all frames; `visit` is given each batch, and of which part it is. Keeps the spectra for `backward`. */
  forward(left: Samples, right: Samples | undefined, visit: (batch: Batch, part: number) => void): void
  /**
   * `visit` finds each batch of the last call again and writes, of the frames that are used, spectra whose inverse
   * transforms, not divided, have d loss / d left as real and d loss / d right as imaginary parts, both of the windowed
   * frame. Added to `left` and `right`.
   */
  backward(left: Samples, right: Samples | undefined, visit: (batch: Batch, to: Spectra, part: number) => void): void
}

/**
 * @param length samples of the excerpt
 * @throws RangeError for an excerpt shorter than a frame
 */
export function createStereoFrames(
  kernels: Kernels,
  resolutions: readonly Resolution[],
  length: number,
  real: Real
): StereoFrames {
  const { functions, signals, sums, parts, bytes, lanes } = layOut(kernels, resolutions, length, real),
    [frames, overlap] = [functions[`fft_frames_${real}`]!, functions[`fft_overlap_${real}`]!]
  return {
    parts,
    functions,
    forward(left, right, visit) {
      signals[0].view.set(left.subarray(0, length))
      if (right) signals[1].view.set(right.subarray(0, length))
      for (const [p, { fft, hop, window, batches }] of parts.entries())
        for (const batch of batches) {
          const { re, im, at, first, used } = batch,
            [l, r] = signals.map(signal => signal.at + first * hop * bytes) as [number, number]
          frames(at.re, at.im, fft.size, l, r, hop * bytes, window.at)
          fft.transform(at.re, at.im)
          // Frames beyond the end are nothing to any loss.
          for (let lane = used; lane < lanes; lane++) for (let i = lane; i < re.length; i += lanes) re[i] = im[i] = 0
          visit(batch, p)
        }
    },
    backward(left, right, visit) {
      for (const { view } of sums) view.fill(0)
      for (const [p, { fft, hop, window, batches }] of parts.entries())
        for (const batch of batches) {
          if (batch.used < lanes) for (const part of [fft.re, fft.im]) part.fill(0)
          visit(batch, fft, p)
          fft.inverse()
          const [l, r] = sums.map(sum => sum.at + batch.first * hop * bytes) as [number, number]
          overlap(fft.at.re, fft.size, l, hop * bytes, window.at)
          if (right) overlap(fft.at.im, fft.size, r, hop * bytes, window.at)
        }
      add(sums[0].view, left, length)
      if (right) add(sums[1].view, right, length)
    }
  }
}

/** The memory of it all: both signals, what is added to them backwards, and of each resolution window, spectra and more. */
function layOut(kernels: Kernels, resolutions: readonly Resolution[], length: number, real: Real) {
  const bytes = real === 'f32' ? 4 : 8,
    lanes = 16 / bytes,
    sizes = resolutions.map(({ size }) => size),
    counts = resolutions.map(({ size, hop }) => frameCount(length, size, hop)),
    // The last frames of a batch may lie beyond the end.
    room = length + 4 * Math.max(...resolutions.map(({ hop }) => hop)),
    // Numbers from one part of a spectrum to the next.
    stride = (size: number) => lanes * size + partsApart / bytes,
    lengths = resolutions.flatMap(({ size, arrays = [] }, p) => [
      size,
      2 * Math.ceil(counts[p]! / lanes) * stride(size),
      ...arrays
    ]),
    asked = [room, room, room, room, ...lengths],
    memory =
      real === 'f32' ? createFftMemory(kernels, real, sizes, asked) : createFftMemory(kernels, real, sizes, asked),
    [left, right, sumLeft, sumRight, ...others] = memory.arrays as [Place, Place, Place, Place, ...Place[]],
    parts = resolutions.map(({ size, hop, arrays: further = [] }, p) => {
      const [window, spectra, ...arrays] = others.splice(0, 2 + further.length) as [Place, Place, ...Place[]],
        view = (index: number) => spectra.view.subarray(index * stride(size), index * stride(size) + lanes * size),
        at = (index: number) => spectra.at + index * stride(size) * bytes,
        batches = Array.from({ length: Math.ceil(counts[p]! / lanes) }, (_, b): Batch => {
          const [re, im] = [2 * b, 2 * b + 1] as const,
            first = b * lanes
          return {
            re: view(re),
            im: view(im),
            lanes,
            at: { re: at(re), im: at(im) },
            first,
            used: Math.min(lanes, counts[p]! - first)
          }
        })
      window.view.set(hann(size))
      return { frames: counts[p]!, fft: memory.ffts[p]!, hop, window, arrays, batches }
    })
  return {
    functions: memory.functions,
    signals: [left, right] as const,
    sums: [sumLeft, sumRight] as const,
    parts,
    bytes,
    lanes
  }
}

function frameCount(length: number, size: number, hop: number): number {
  if (length < size) throw new RangeError(`an excerpt of ${length} samples is shorter than a frame of ${size}`)
  return Math.floor((length - size) / hop) + 1
}
type Place = Placed<Samples>

function add(from: Samples, to: Samples, length: number): void {
  for (let i = 0; i < length; i++) to[i]! += from[i]!
}
