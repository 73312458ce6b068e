/**
 * Long-term average of the power of both channels and of their product, per frequency: what the spectrum and the stereo
 * measures share.
 *
 * Welch's method with a sine window, half overlapping: its squares add to 1, so the sum over all bins is the mean
 * square of the channel to
 * rounding (Parseval), and the sum of the products that of L · R. The frame is the power of two nearest to 0.37 s
 * (16384 at 44.1 and 48 kHz).
 */
import type { Samples } from '../define.ts'
import { createFft, createRealFft } from '../math/fft.ts'
import { sineWindow } from '../math/window.ts'
import { createFraming, frameSize } from './framing.ts'
import { framesOf, type Meter, requireFormat } from './input.ts'

export interface CrossSpectrum {
  /** 1: `left`, `right` and `product` are the same. */
  readonly channels: number
  /** Hz per bin; bin 0 is 0 Hz, the last is half the sample rate. */
  readonly binWidth: number
  /** Samples that went in. 0: all is zero. */
  readonly frames: number
  /** Mean square per bin, full scale = 1; the sum is that of the channel. */
  readonly left: Float64Array
  readonly right: Float64Array
  /** Real part of L · conj R per bin; the sum is the mean of L · R. */
  readonly product: Float64Array
}

interface Sums {
  readonly left: Float64Array
  readonly right: Float64Array
  readonly product: Float64Array
}

/** @throws RangeError unless there are 1 or 2 channels */
export function createCrossSpectrum(sampleRate: number, channels: number): Meter<CrossSpectrum> {
  requireFormat(sampleRate, channels)
  const size = frameSize(sampleRate, 0.37),
    half = size / 2,
    add = channels === 1 ? monoAdder(size) : stereoAdder(size)
  const bins = (): Float64Array => new Float64Array(half + 1),
    left = bins()
  const sums: Sums = channels === 1 ? { left, right: left, product: left } : { left, right: bins(), product: bins() }
  const framing = createFraming(channels, size, half, half, frame => add(frame, sums))
  let frames = 0
  return {
    push(audio) {
      const count = framesOf(audio, channels)
      framing.push(audio, count)
      frames += count
    },
    result() {
      const first = sums.left.slice()
      const total: Sums =
        channels === 1
          ? { left: first, right: first, product: first }
          : { left: first, right: sums.right.slice(), product: sums.product.slice() }
      framing.rest(frame => add(frame, total))
      // |X|² / size is the energy of a frame; all bins but the first and the last stand for two.
      const scale = frames === 0 ? 0 : 1 / size / frames
      for (const array of new Set([total.left, total.right, total.product]))
        for (let k = 0; k <= half; k++) array[k]! *= k === 0 || k === half ? scale : 2 * scale
      return { channels, binWidth: sampleRate / size, frames, ...total }
    }
  }
}

function monoAdder(size: number): (frame: readonly Samples[], sums: Sums) => void {
  const fft = createRealFft(size),
    window = sineWindow(size),
    x = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins)
  return (frame, { left }) => {
    const mono = frame[0]!
    for (let i = 0; i < size; i++) x[i] = mono[i]! * window[i]!
    fft.forward(x, re, im)
    for (let k = 0; k < fft.bins; k++) left[k]! += re[k]! * re[k]! + im[k]! * im[k]!
  }
}

/** Two real channels as one complex signal: L = (Z[k] + Z*[-k]) / 2, R = (Z[k] - Z*[-k]) / 2i. */
function stereoAdder(size: number): (frame: readonly Samples[], sums: Sums) => void {
  const fft = createFft(size),
    window = sineWindow(size),
    re = new Float64Array(size),
    im = new Float64Array(size),
    half = size / 2
  return (frame, { left, right, product }) => {
    const l = frame[0]!,
      r = frame[1]!
    for (let i = 0; i < size; i++) {
      re[i] = l[i]! * window[i]!
      im[i] = r[i]! * window[i]!
    }
    fft.forward(re, im)
    for (let k = 0; k <= half; k++) {
      const n = (size - k) % size,
        a = re[k]!,
        b = im[k]!,
        c = re[n]!,
        d = im[n]!
      const lr = (a + c) / 2,
        li = (b - d) / 2,
        rr = (b + d) / 2,
        ri = (c - a) / 2
      left[k]! += lr * lr + li * li
      right[k]! += rr * rr + ri * ri
      product[k]! += lr * rr + li * ri
    }
  }
}
