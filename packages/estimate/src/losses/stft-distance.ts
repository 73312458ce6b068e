/**
 * Multi-resolution STFT distance: mean over 512, 2048, 8192 (Hann, hop a quarter) of mean |A - B| + mean |ln A - ln B|
 * with A, B the magnitudes, not normalised, floored (the form of Yamamoto, Song & Kim, "Parallel WaveGAN", ICASSP 2020,
 * without their spectral convergence). It depends on level: give both at -18 LUFS. `multi-resolution-stft.ts` is the loss.
 */
import { createRealFft, hann, type RealFft, type Samples } from '@mixwright/dsp'
import { signOf } from './sound-loss.ts'

export const resolutions: readonly number[] = [512, 2048, 8192]
/** Least magnitude of a bin. */
export const magnitudeFloor = 1e-4
/** dB below the mid's magnitude in the same frame and bin: what the side counts as at least, where so asked. */
export const sideFloor = -40

/** Magnitudes of one frame into `out`, `bins` numbers. */
type Magnitudes = (frame: number, out: Float64Array) => void

/** Frames that lie wholly inside `length` samples. */
const frameCount = (length: number, size: number): number => Math.max(0, Math.floor((length - size) / (size / 4)) + 1)

interface Transform {
  readonly fft: RealFft
  /** Windowed spectrum of frame `index` of x, into `re` and `im`. */
  read(x: Samples, index: number): void
  readonly re: Float64Array
  readonly im: Float64Array
}
function createTransform(size: number): Transform {
  const fft = createRealFft(size),
    window = hann(size),
    frame = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins)
  return {
    fft,
    re,
    im,
    read(x, index) {
      for (let i = 0, at = (index * size) / 4; i < size; i++, at++) frame[i] = x[at]! * window[i]!
      fft.forward(frame, re, im)
    }
  }
}

const magnitudesOf =
  (transform: Transform, x: Samples): Magnitudes =>
  (frame, out) => {
    const { re, im } = transform
    transform.read(x, frame)
    for (let k = 0; k < out.length; k++) out[k] = Math.max(magnitudeFloor, Math.sqrt(re[k]! * re[k]! + im[k]! * im[k]!))
  }

/** At least 40 dB below those of `mid`: two sides that nobody hears do not differ. */
function flooredBy(side: Magnitudes, mid: Magnitudes, bins: number): Magnitudes {
  const loudest = new Float64Array(bins),
    share = 10 ** (sideFloor / 20)
  return (frame, out) => {
    mid(frame, loudest)
    side(frame, out)
    for (let k = 0; k < out.length; k++) out[k] = Math.max(out[k]!, share * loudest[k]!)
  }
}

/** What the two differences count. */
export interface StftTerms {
  readonly linear: number
  readonly log: number
}
/**
 * Σ linear |A - B| + log |ln A - ln B| over bins. One logarithm for a product of ratios, ended before it overflows, with
 * |ln A/B| = ln (max² / AB) and max = (A + B + |A - B|) / 2: neither many logarithms nor branches on noise.
 * @param at where in B the bins begin
 */
export function binDifferences(A: Samples, B: Samples, at: number, { linear, log }: StftTerms): number {
  let sum = 0,
    logs = 0,
    ratio = 1
  for (let k = 0; k < A.length; k++) {
    const a = A[k]!,
      b = B[at + k]!,
      apart = Math.abs(a - b),
      most = 0.5 * (a + b + apart)
    sum += apart
    ratio *= (most * most) / (a * b)
    if (ratio > 1e100) {
      logs += Math.log(ratio)
      ratio = 1
    }
  }
  return linear * sum + log * (logs + Math.log(ratio))
}
/** Its adjoint: d / d A into `slopes`; 0 where both are equal. */
export function binSlopes(A: Samples, B: Samples, at: number, { linear, log }: StftTerms, slopes: Samples): void {
  for (let k = 0; k < A.length; k++) {
    const a = A[k]!,
      e = a - B[at + k]!
    slopes[k] = signOf(e) * (linear + log / a)
  }
}

/** Mean over frames and bins of |A - B| + |ln A - ln B|; 0 without frames. */
function meanDifference(a: Magnitudes, b: Magnitudes, frames: number, bins: number): number {
  const A = new Float64Array(bins),
    B = new Float64Array(bins)
  let sum = 0
  for (let f = 0; f < frames; f++) {
    a(f, A)
    b(f, B)
    sum += binDifferences(A, B, 0, { linear: 1, log: 1 })
  }
  return frames > 0 ? sum / frames / bins : 0
}

/**
 * Distance of two mono signals over the shorter one's length. 0 if they are equal or too short for a frame.
 * @param mids floors the magnitudes 40 dB below those of these signals: for sides
 */
export function stftDistance(a: Samples, b: Samples, mids?: readonly [Samples, Samples]): number {
  let total = 0
  for (const size of resolutions) {
    const transform = createTransform(size),
      { bins } = transform.fft,
      frames = frameCount(Math.min(a.length, b.length), size),
      floored = (x: Samples, mid: Samples | undefined): Magnitudes =>
        mid ? flooredBy(magnitudesOf(transform, x), magnitudesOf(transform, mid), bins) : magnitudesOf(transform, x)
    total += meanDifference(floored(a, mids?.[0]), floored(b, mids?.[1]), frames, bins)
  }
  return total / resolutions.length
}
