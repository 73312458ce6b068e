/**
 * Power per Bark band and frame of an excerpt, with its adjoint: what losses on levels, masking and tone are made of.
 *
 * P[t, b] = s Σ_k w[b, k] (|L[t, k]|² + |R[t, k]|²), the frames Hann windows of 93 ms, half overlapping, w the triangles
 * of `barkWeights`. With H = Σ_b g[t, b] w[b] on both halves of the spectrum, the gradient of Σ g P with respect to a
 * frame is s times the window times the inverse transform of H L: one transform per frame and direction, as forward.
 */
import {
  type BarkWeights,
  barkWeights,
  createFftMemory,
  frameSize,
  hann,
  type Kernels,
  type Placed,
  type Real,
  type Samples
} from '@mixwright/dsp'

export interface BarkPowers {
  readonly bands: number
  /** Of an excerpt of `length` samples. */
  readonly frames: number
  /** Seconds between frames. */
  readonly step: number
  /**
   * Mean square (mean of both channels, full scale = 1) per frame and band, frame t, band b at t · bands + b. Keeps the
   * spectra for `gradient`; valid until the next call.
   */
  power(left: Samples, right: Samples): Float64Array
  /** Adds d loss / d sample to `left` and `right`, given d loss / d power of the last call of `power`. */
  gradient(powers: Float64Array, left: Samples, right: Samples): void
}

/**
 * @param length samples of the excerpt, at least a frame
 * @throws RangeError for shorter ones
 */
export function createBarkPowers(kernels: Kernels, sampleRate: number, length: number, real: Real = 'f32'): BarkPowers {
  const size = frameSize(sampleRate, 0.0929),
    hop = size / 2,
    frames = Math.floor((length - size) / hop) + 1
  if (frames < 1) throw new RangeError(`an excerpt of ${length} samples is shorter than a frame of ${size}`)
  const bytes = real === 'f32' ? 4 : 8,
    room = length + 4 * hop, // the last frames of a batch may lie beyond the end
    asked = [room, room, size],
    { ffts, functions, arrays } =
      real === 'f32' ? createFftMemory(kernels, real, [size], asked) : createFftMemory(kernels, real, [size], asked),
    fft = ffts[0]!,
    { re, im, lanes } = fft,
    [signalLeft, signalRight, windowed] = arrays as [Placed<Samples>, Placed<Samples>, Placed<Samples>],
    window = hann(size),
    weights = barkWeights(sampleRate, size),
    bands = weights.length,
    // A bin stands for two; squares of a Hann window sum to 3/8 size; the mean of two channels.
    scale = (0.5 * 2) / size / ((3 / 8) * size),
    batches = Math.ceil(frames / lanes),
    Store = real === 'f32' ? Float32Array : Float64Array,
    spectra = Array.from({ length: batches }, () => ({ re: new Store(re.length), im: new Store(re.length) })),
    powers = new Float64Array(frames * bands),
    filter = new Float64Array(size / 2)
  windowed.view.set(window)
  /** Calls `visit` for the lanes of a batch that hold a frame. */
  const eachLane = (batch: number, visit: (lane: number, frame: number) => void): void => {
    for (let lane = 0; lane < lanes && batch * lanes + lane < frames; lane++) visit(lane, batch * lanes + lane)
  }
  return {
    bands,
    frames,
    step: hop / sampleRate,
    power(left, right) {
      signalLeft.view.set(left.subarray(0, length))
      signalRight.view.set(right.subarray(0, length))
      for (let batch = 0; batch < batches; batch++) {
        const at = batch * lanes * hop * bytes
        functions[`fft_frames_${real}`]!(
          fft.at.re,
          fft.at.im,
          size,
          signalLeft.at + at,
          signalRight.at + at,
          hop * bytes,
          windowed.at
        )
        fft.forward()
        spectra[batch]!.re.set(re as Float32Array)
        spectra[batch]!.im.set(im as Float32Array)
        eachLane(batch, (lane, frame) => bandsOf(re, im, lane, lanes, weights, scale, powers, frame * bands))
      }
      return powers
    },
    gradient(g, left, right) {
      for (let batch = 0; batch < batches; batch++) {
        re.set(spectra[batch]!.re as Float32Array)
        im.set(spectra[batch]!.im as Float32Array)
        eachLane(batch, (lane, frame) => {
          filter.fill(0)
          weights.forEach(({ first, values }, b) => {
            const gain = g[frame * bands + b]! * scale
            for (let i = 0; i < values.length; i++) filter[first + i]! += gain * values[i]!
          })
          multiply(re, im, filter, lane, lanes)
        })
        fft.inverse()
        eachLane(batch, (lane, frame) => {
          for (let i = 0, from = lane, to = frame * hop; i < size; i++, from += lanes, to++) {
            left[to]! += window[i]! * re[from]!
            right[to]! += window[i]! * im[from]!
          }
        })
      }
    }
  }
}

/** Both channels as one complex signal: |Z[k]|² + |Z[-k]|² = 2 (|L[k]|² + |R[k]|²). */
function bandsOf(
  re: Samples,
  im: Samples,
  lane: number,
  lanes: number,
  weights: readonly BarkWeights[],
  scale: number,
  to: Float64Array,
  at: number
): void {
  const end = re.length + lane
  for (let b = 0; b < weights.length; b++) {
    const { first, values } = weights[b]!
    let sum = 0
    for (let i = 0, k = first * lanes + lane, n = end - first * lanes; i < values.length; i++, k += lanes, n -= lanes)
      sum += values[i]! * (re[k]! * re[k]! + im[k]! * im[k]! + re[n]! * re[n]! + im[n]! * im[n]!)
    to[at + b] = 0.5 * scale * sum
  }
}

/** One lane's spectrum times a real filter, alike for positive and negative frequencies; 0 at 0 Hz and at the middle. */
function multiply(re: Samples, im: Samples, filter: Float64Array, lane: number, lanes: number): void {
  const end = re.length + lane,
    middle = re.length / 2 + lane
  re[lane] = im[lane] = re[middle] = im[middle] = 0
  for (let k = 1, i = lanes + lane, j = end - lanes; k < filter.length; k++, i += lanes, j -= lanes) {
    const gain = filter[k]!
    re[i]! *= gain
    im[i]! *= gain
    re[j]! *= gain
    im[j]! *= gain
  }
}
