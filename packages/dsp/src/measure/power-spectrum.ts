/** Power spectra of a stereo frame and of its sum to mono, from one complex transform. */
import type { Samples } from '../define.ts'
import { createFft } from '../math/fft.ts'
import { hann } from '../math/window.ts'

export interface PowerSpectrum {
  /** Mean |X|² of both channels, of the last frame: size / 2 + 1 bins. */
  readonly power: Float64Array
  /** |X|² of (L + R) / 2: the same for equal channels. */
  readonly mid: Float64Array
  /** Hann-windowed samples `at` to `at + size` of both. */
  read(left: Samples, right: Samples, at?: number): void
}

export function createPowerSpectrum(size: number): PowerSpectrum {
  const fft = createFft(size),
    window = hann(size),
    re = new Float64Array(size),
    im = new Float64Array(size),
    power = new Float64Array(size / 2 + 1),
    mid = new Float64Array(size / 2 + 1)
  return {
    power,
    mid,
    read(left, right, at = 0) {
      for (let i = 0; i < size; i++) {
        re[i] = left[at + i]! * window[i]!
        im[i] = right[at + i]! * window[i]!
      }
      fft.forward(re, im)
      // L = (Z[k] + Z*[-k]) / 2, R = (Z[k] - Z*[-k]) / 2i.
      for (let k = 0; k <= size / 2; k++) {
        const n = (size - k) % size,
          lr = (re[k]! + re[n]!) / 2,
          li = (im[k]! - im[n]!) / 2,
          rr = (im[k]! + im[n]!) / 2,
          ri = (re[n]! - re[k]!) / 2
        power[k] = (lr * lr + li * li + rr * rr + ri * ri) / 2
        mid[k] = ((lr + rr) ** 2 + (li + ri) ** 2) / 4
      }
    }
  }
}
