/**
 * Spectra of the overlapping frames of an excerpt in the kernels' memory, and the adjoint: what losses on spectra are
 * made of. Both channels are one complex signal, so that a frame takes one transform there and one back.
 */
import { createFftMemory, hann, type Kernels, type LaneFft, type Placed, type Real, type Samples } from '@mixwright/dsp'

/** Called for each batch of frames, of which `used` from frame `first` on lie in the excerpt. */
type Visit = (first: number, used: number) => void

export interface StereoFrames {
  readonly frames: number
  /** Spectra of a batch, of left + i right: bin k of its frame j at k · lanes + j. */
  readonly fft: LaneFft & { readonly at: { readonly re: number; readonly im: number } }
  readonly functions: Readonly<Record<string, (...args: number[]) => number>>
  /** The further arrays asked for. */
  readonly arrays: readonly Placed<Samples>[]
  /** Transforms frame after frame; `visit` finds each batch in `fft`. Keeps the spectra for `backward`. */
  forward(left: Samples, right: Samples | undefined, visit: Visit): void
  /**
   * `visit` finds each batch of the last call again and turns it into spectra whose inverse transforms, not divided,
   * have d loss / d left as real and d loss / d right as imaginary parts, both of the windowed frame. Added to `left`
   * and `right`.
   */
  backward(left: Samples, right: Samples | undefined, visit: Visit): void
}

/**
 * Hann windows of `size` samples every `hop`, those that lie wholly inside.
 * @param length samples of the excerpt
 * @param extra lengths of further arrays in the same memory
 * @throws RangeError for an excerpt shorter than a frame
 */
export function createStereoFrames(
  kernels: Kernels,
  size: number,
  hop: number,
  length: number,
  real: Real,
  extra: readonly number[] = []
): StereoFrames {
  const frames = Math.floor((length - size) / hop) + 1
  if (frames < 1) throw new RangeError(`an excerpt of ${length} samples is shorter than a frame of ${size}`)
  const bytes = real === 'f32' ? 4 : 8,
    room = length + 4 * hop, // the last frames of a batch may lie beyond the end
    asked = [room, room, room, room, size, ...extra],
    { ffts, functions, arrays } =
      real === 'f32' ? createFftMemory(kernels, real, [size], asked) : createFftMemory(kernels, real, [size], asked),
    fft = ffts[0]!,
    { re, im, lanes } = fft,
    [signalLeft, signalRight, sumLeft, sumRight, window, ...others] = arrays as [Place, Place, Place, Place, Place],
    Store = real === 'f32' ? Float32Array : Float64Array,
    spectra = Array.from({ length: Math.ceil(frames / lanes) }, () => ({
      re: new Store(re.length),
      im: new Store(re.length)
    })),
    eachBatch = (work: (spectrum: (typeof spectra)[number], first: number, used: number) => void) =>
      spectra.forEach((spectrum, batch) => work(spectrum, batch * lanes, Math.min(lanes, frames - batch * lanes)))
  window.view.set(hann(size))
  return {
    frames,
    fft,
    functions,
    arrays: others,
    forward(left, right, visit) {
      signalLeft.view.set(left.subarray(0, length))
      if (right) signalRight.view.set(right.subarray(0, length))
      eachBatch((spectrum, first, used) => {
        const at = first * hop * bytes
        functions[`fft_frames_${real}`]!(
          fft.at.re,
          fft.at.im,
          size,
          signalLeft.at + at,
          signalRight.at + at,
          hop * bytes,
          window.at
        )
        fft.forward()
        // Frames beyond the end are nothing to any loss.
        for (let lane = used; lane < lanes; lane++) for (let i = lane; i < re.length; i += lanes) re[i] = im[i] = 0
        spectrum.re.set(re)
        spectrum.im.set(im)
        visit(first, used)
      })
    },
    backward(left, right, visit) {
      sumLeft.view.fill(0)
      sumRight.view.fill(0)
      const overlap = functions[`fft_overlap_${real}`]!
      eachBatch((spectrum, first, used) => {
        re.set(spectrum.re)
        im.set(spectrum.im)
        visit(first, used)
        fft.inverse()
        const at = first * hop * bytes
        overlap(fft.at.re, size, sumLeft.at + at, hop * bytes, window.at)
        if (right) overlap(fft.at.im, size, sumRight.at + at, hop * bytes, window.at)
      })
      add(sumLeft.view, left, length)
      if (right) add(sumRight.view, right, length)
    }
  }
}
type Place = Placed<Samples>

function add(from: Samples, to: Samples, length: number): void {
  for (let i = 0; i < length; i++) to[i]! += from[i]!
}
