/**
 * Power per Bark band and frame of an excerpt, with its adjoint: what losses on levels, masking and tone are made of.
 *
 * P[t, b] = s Σ_k w[b, k] (|L[t, k]|² + |R[t, k]|²), the frames Hann windows of 93 ms, half overlapping, w the triangles
 * of `barkWeights`. With H = Σ_b g[t, b] w[b] on both halves of the spectrum, the gradient of Σ g P with respect to a
 * frame is s times the window times the inverse transform of H L: one transform per frame and direction, as forward.
 */
import { type BarkWeights, barkWeights, frameSize, type Kernels, type Real, type Samples } from '@mixwright/dsp'
import { createStereoFrames, type Spectra } from './stereo-frames.ts'

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
    { parts, forward, backward } = createStereoFrames(kernels, [{ size, hop }], length, real),
    { frames } = parts[0]!,
    weights = barkWeights(sampleRate, size),
    bands = weights.length,
    // A bin stands for two; squares of a Hann window sum to 3/8 size; the mean of two channels.
    scale = (0.5 * 2) / size / ((3 / 8) * size),
    powers = new Float64Array(frames * bands),
    filter = new Float64Array(size / 2)
  return {
    bands,
    frames,
    step: hop / sampleRate,
    power(left, right) {
      forward(left, right, batch => {
        for (let lane = 0; lane < batch.used; lane++)
          bandsOf(batch, lane, weights, scale, powers, (batch.first + lane) * bands)
      })
      return powers
    },
    gradient(g, left, right) {
      backward(left, right, (batch, to) => {
        for (let lane = 0; lane < batch.used; lane++) {
          filter.fill(0)
          weights.forEach(({ first: from, values }, b) => {
            const gain = g[(batch.first + lane) * bands + b]! * scale
            for (let i = 0; i < values.length; i++) filter[from + i]! += gain * values[i]!
          })
          multiply(batch, lane, filter, to)
        }
      })
    }
  }
}

/** Both channels as one complex signal: |Z[k]|² + |Z[-k]|² = 2 (|L[k]|² + |R[k]|²). */
function bandsOf(
  { re, im, lanes }: Spectra,
  lane: number,
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
function multiply({ re, im, lanes }: Spectra, lane: number, filter: Float64Array, to: Spectra): void {
  const end = re.length + lane,
    middle = re.length / 2 + lane
  to.re[lane] = to.im[lane] = to.re[middle] = to.im[middle] = 0
  for (let k = 1, i = lanes + lane, j = end - lanes; k < filter.length; k++, i += lanes, j -= lanes) {
    const gain = filter[k]!
    to.re[i] = gain * re[i]!
    to.im[i] = gain * im[i]!
    to.re[j] = gain * re[j]!
    to.im[j] = gain * im[j]!
  }
}
