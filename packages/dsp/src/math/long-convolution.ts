/**
 * Convolution of a whole stretch of sound with a long response, and its adjoint: where nobody waits for the next sample, at a
 * fraction of what it costs as a stream. Overlap-save with partitions of the response (T. G. Stockham, 1966). Blocks are real,
 * so two of them make one complex signal, and the lanes of the kernels' transform take four of those at once. In single
 * precision: errors lie some 130 dB below the sound.
 */
import type { Audio, Samples } from '../define.ts'
import type { Kernels } from '../kernels.ts'
import { createLaneFft } from './lane-fft.ts'

export interface LongConvolution {
  /**
   * y[n] = Σ h[k] x[n - k]: each of both channels of y from its own of x, or from the one there is.
   * @param x one or two channels of `frames` samples
   * @param from first sample of y that is wanted; what lies before it may not be written
   */
  run(x: readonly Samples[], y: readonly Samples[], from?: number): void
  /** From d loss / d y, which is 0 before `from`, to d loss / d x, of as many channels as x had. */
  adjoint(gy: readonly Samples[], gx: readonly Samples[], from?: number): void
}

/** Half spectra of blocks, one after the other. */
interface Spectra {
  readonly re: Float32Array
  readonly im: Float32Array
}
/** Which response turns which signal that comes in into a part of one that goes out. */
interface Term {
  readonly from: number
  readonly response: number
}

/**
 * @param response one channel for both or one for each
 * @param frames of the sounds
 * @param block samples of a partition, a power of two
 */
export function createLongConvolution(
  kernels: Kernels,
  response: Audio,
  frames: number,
  block = 32768
): LongConvolution {
  const size = 2 * block,
    bins = block + 1,
    fft = createLaneFft(kernels, size, 'f32'),
    { re, im, lanes } = fft,
    blocks = Math.ceil(frames / block),
    partitions = Math.min(blocks, Math.ceil(response[0]!.length / block)),
    spectraOf = (count: number): Spectra => ({
      re: new Float32Array(count * bins),
      im: new Float32Array(count * bins)
    })

  /** Spectra of `count` frames of 2 blocks, frame j of a channel from sample (j - 1) block on or, of a response, its partition j. */
  const forward = (channels: readonly Samples[], count: number, lead: number, length: number): Spectra[] => {
    const found = channels.map(() => spectraOf(count)),
      frames = channels.flatMap((samples, c) => Array.from({ length: count }, (_, j) => ({ samples, c, j })))
    for (let first = 0; first < frames.length; first += 2 * lanes) {
      re.fill(0)
      im.fill(0)
      for (let n = 0; n < 2 * lanes && first + n < frames.length; n++) {
        const { samples, j } = frames[first + n]!,
          to = n % 2 === 0 ? re : im,
          lane = n >> 1,
          at = (j - lead) * block,
          end = Math.min(length, samples.length - at)
        for (let i = Math.max(0, -at); i < end; i++) to[i * lanes + lane] = samples[at + i]!
      }
      fft.forward()
      for (let n = 0; n < 2 * lanes && first + n < frames.length; n++) {
        const { c, j } = frames[first + n]!
        part(n, found[c]!, j * bins)
      }
    }
    return found
  }
  /** Of a + i b: a = (Z + conj Z') / 2, b = (Z - conj Z') / 2i, Z' at the mirrored bin. */
  const part = (n: number, to: Spectra, at: number): void => {
    const lane = n >> 1
    for (let k = 0; k < bins; k++) {
      const here = k * lanes + lane,
        there = k === 0 ? lane : (size - k) * lanes + lane
      if (n % 2 === 0) {
        to.re[at + k] = (re[here]! + re[there]!) / 2
        to.im[at + k] = (im[here]! - im[there]!) / 2
      } else {
        to.re[at + k] = (im[here]! + im[there]!) / 2
        to.im[at + k] = (re[there]! - re[here]!) / 2
      }
    }
  }
  const responses = forward(response, partitions, 0, block),
    sum = spectraOf(1)
  /** Block j of one sound. @param heard blocks that come in, the others are silent */
  const product = (terms: readonly Term[], x: readonly Spectra[], heard: number, j: number): void => {
    sum.re.fill(0)
    sum.im.fill(0)
    for (const { from, response } of terms)
      for (let p = Math.max(0, j - heard + 1); p < partitions && p <= j; p++)
        multiply(sum, x[from]!, (j - p) * bins, responses[response]!, p * bins, bins)
  }
  /** @param into gets sample i of block j of sound c at its end, past what wraps around */
  const convolve = (
    x: readonly Samples[],
    heard: number,
    sounds: readonly (readonly Term[])[],
    first: number,
    into: (c: number, j: number, lane: number, from: Float32Array) => void
  ): void => {
    const spectra = forward(x, heard, 1, size),
      wanted = Array.from({ length: blocks - first }, (_, n) => first + n).flatMap(j =>
        sounds.map((terms, c) => ({ terms, c, j }))
      )
    for (let at = 0; at < wanted.length; at += 2 * lanes) {
      re.fill(0)
      im.fill(0)
      for (let n = 0; n < 2 * lanes && at + n < wanted.length; n++) {
        const { terms, j } = wanted[at + n]!
        product(terms, spectra, heard, j)
        join(n)
      }
      fft.inverse()
      for (let n = 0; n < 2 * lanes && at + n < wanted.length; n++) {
        const { c, j } = wanted[at + n]!
        into(c, j, n >> 1, n % 2 === 0 ? re : im)
      }
    }
  }
  /** Adds the sum as a real signal: as the real or as the imaginary part. */
  const join = (n: number): void => {
    const lane = n >> 1,
      odd = n % 2 === 1
    for (let k = 0; k < bins; k++) {
      const here = k * lanes + lane,
        r = odd ? -sum.im[k]! : sum.re[k]!,
        i = odd ? sum.re[k]! : sum.im[k]!
      re[here]! += r
      im[here]! += i
      if (k === 0 || k === block) continue
      const there = (size - k) * lanes + lane
      re[there]! += odd ? -r : r
      im[there]! += odd ? i : -i
    }
  }
  const own = (c: number) => Math.min(c, response.length - 1)
  return {
    run(x, y, from = 0) {
      const sounds = y.map((_, c) => [{ from: Math.min(c, x.length - 1), response: own(c) }])
      convolve(x, blocks, sounds, Math.floor(from / block), (c, j, lane, found) => {
        const to = y[c]!
        for (let i = 0; i < block && j * block + i < frames; i++)
          to[j * block + i] = found[(block + i) * lanes + lane]! / size
      })
    },
    // The same, backwards in time.
    adjoint(gy, gx, from = 0) {
      const sounds = gx.map((_, to) =>
        gy.flatMap((_, c) => (Math.min(c, gx.length - 1) === to ? [{ from: c, response: own(c) }] : []))
      )
      convolve(
        gy.map(channel => channel.slice(0, frames).reverse()),
        Math.min(blocks, Math.ceil((frames - from) / block) + 1),
        sounds,
        0,
        (c, j, lane, found) => {
          const to = gx[c]!
          for (let i = 0; i < block && j * block + i < frames; i++)
            to[frames - 1 - j * block - i] = found[(block + i) * lanes + lane]! / size
        }
      )
    }
  }
}

/** sum += x h, bin by bin. */
function multiply(sum: Spectra, x: Spectra, at: number, h: Spectra, from: number, bins: number): void {
  const { re, im } = sum,
    [xr, xi, hr, hi] = [x.re, x.im, h.re, h.im]
  for (let k = 0; k < bins; k++) {
    const a = xr[at + k]!,
      b = xi[at + k]!,
      r = hr[from + k]!,
      i = hi[from + k]!
    re[k] = re[k]! + a * r - b * i
    im[k] = im[k]! + a * i + b * r
  }
}
