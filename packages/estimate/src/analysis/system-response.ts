/** The response of what stands between two sounds, of any length that a room has, by least squares over the samples there are. */
import { createRealFft, type Samples } from '@mixwright/dsp'

export interface SystemResponse {
  readonly samples: Float64Array
  /** Share of the power of the wet, its spectrum flattened, that the dry through the response explains. */
  readonly explained: number
}

/** Of the prediction that flattens the spectra: what is soft counts as much as what is loud. */
const order = 64
/** Rounds at most; and the share of the error that one must take: what comes later fits noise. */
const rounds = 40,
  worth = 0.004
/** Of the dry's mean power per bin: how dear a response is where the dry has nothing that could tell it. */
const price = 1e-6

/**
 * min |w * (wet - dry * h)|² + price |h|² over h of `length` samples and the samples from `from` on, by conjugate gradients
 * (M. Hestenes, E. Stiefel, 1952) with a circulant preconditioner (R. Chan, J. Nagy, R. Plemmons, SIAM J. Numer. Anal. 30, 1993);
 * w predicts the dry from its past (J. Makhoul, Proc. IEEE 63, 1975). Beside a division of spectra, neither the end of the sound
 * nor the gaps of its spectrum become noise, and what is known of the length helps.
 * @param dry @param wet the same stretch of time; before it there was nothing, or `from` is at least `length`
 */
export function systemResponse(dry: Samples, wet: Samples, length: number, from = 0): SystemResponse {
  const frames = Math.min(dry.length, wet.length),
    fit = createResponseFit(wet, { frames, length, from, taps: predictor(dry) }),
    left = fit.to(dry, { rounds, worth })
  return { samples: fit.samples, explained: Math.max(0, 1 - left) }
}

interface ResponseProblem {
  readonly frames: number
  readonly length: number
  readonly from: number
  /** What flattens the spectra of both. */
  readonly taps: Float64Array
}
/** Finds the response from one sound after the other to a wet, each from where the last one ended. */
export function createResponseFit(wet: Samples, { frames, length, from, taps }: ResponseProblem) {
  const deaf = unheard(wet, frames, from),
    y = silence(filtered(wet, taps, frames), deaf),
    h = new Float64Array(length),
    rest = y.slice(),
    all = dot(y, y)
  let begun = false
  return {
    samples: h,
    /** w * (wet - sound * h), the last sound's. */
    rest,
    /** Of the wet, flattened. */
    energy: all,
    /** @returns the share of the wet's energy that is left */
    to(sound: Samples, { rounds, worth }: { readonly rounds: number; readonly worth: number }): number {
      if (!(all > 0)) return 1
      const { forward, back, precondition, dear } = operators(filtered(sound, taps, frames), frames, length, deaf)
      rest.set(y)
      if (begun) add(rest, forward(h), -1)
      begun = true
      let g = back(rest)
      add(g, h, -dear)
      let z = precondition(g),
        step = z.slice(),
        size = dot(g, z),
        error = dot(rest, rest)
      for (let round = 0; round < rounds && size > 0; round++) {
        const q = forward(step),
          along = size / (dot(q, q) + dear * dot(step, step))
        add(h, step, along)
        add(rest, q, -along)
        const now = dot(rest, rest)
        if (now > error * (1 - worth)) break
        error = now
        g = back(rest)
        add(g, h, -dear)
        z = precondition(g)
        const next = dot(g, z)
        for (let i = 0; i < length; i++) step[i] = z[i]! + (next / size) * step[i]!
        size = next
      }
      return error / all
    }
  }
}

/** With zeros behind it, to so many samples. */
export function spectrumOf(x: Samples, size: number) {
  const fft = createRealFft(size),
    [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)],
    held = new Float64Array(size)
  held.set(x)
  fft.forward(held, re, im)
  return { fft, re, im }
}

/** What behind one response makes another, as far as the first lets through anything. */
export function quotient(both: Float64Array, one: Samples): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(2 * both.length)),
    { fft, re, im } = spectrumOf(both, size),
    { re: r, im: i } = spectrumOf(one, size),
    held = new Float64Array(size),
    most = r.reduce((top, v, k) => Math.max(top, v * v + i[k]! ** 2), 0)
  for (let k = 0; k < fft.bins; k++) {
    const power = r[k]! ** 2 + i[k]! ** 2 + faintest * most,
      real = (re[k]! * r[k]! + im[k]! * i[k]!) / power
    im[k] = (im[k]! * r[k]! - re[k]! * i[k]!) / power
    re[k] = real
  }
  fft.inverse(re, im, held)
  return held.slice(0, both.length)
}
/** Of the greatest power that a response lets through: less tells nothing of what comes behind it. */
const faintest = 1e-6

/** The wet without what of it stands still: the dry through a response of so many samples, by `systemResponse`. */
export function withoutStill(dry: Samples, wet: Samples, length: number): Float64Array {
  const { samples } = systemResponse(dry, wet, length),
    rest = Float64Array.from(wet),
    end = Math.min(dry.length, wet.length)
  samples.forEach((h, k) => {
    for (let i = k; i < end; i++) rest[i]! -= h * dry[i - k]!
  })
  return rest
}

type Stretch = readonly [from: number, to: number]
const silence = (x: Float64Array, stretches: readonly Stretch[]): Float64Array => {
  for (const [a, b] of stretches) x.fill(0, a, b)
  return x
}
/** What cannot be judged: before `from`, and where the wet is clipped (samples in a row at its peak), as far as predictions reach. */
function unheard(wet: Samples, frames: number, from: number): Stretch[] {
  const found: Stretch[] = [[0, from]]
  let peak = 0
  for (let i = 0; i < frames; i++) peak = Math.max(peak, Math.abs(wet[i]!))
  const clipped = (i: number) => Math.abs(wet[i]!) >= peak * (1 - flat)
  for (let i = 1; i < frames; i++) if (clipped(i) && clipped(i - 1)) found.push([i - 1, i + order + 1])
  return found
}
/** Of the peak: a step of 16 bits. */
const flat = 2 ** -15

/** x * h where it can be judged, its transpose, and nearly the inverse of both together. */
function operators(x: Float64Array, frames: number, length: number, deaf: readonly Stretch[]) {
  const fft = createRealFft(2 ** Math.ceil(Math.log2(frames + length))),
    [xr, xi] = [new Float64Array(fft.bins), new Float64Array(fft.bins)],
    [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)],
    held = new Float64Array(fft.size),
    transform = (x: Float64Array, into: readonly [Float64Array, Float64Array]) => {
      held.fill(0)
      held.set(x)
      fft.forward(held, ...into)
    }
  transform(x, [xr, xi])
  const power = xr.map((r, k) => r * r + xi[k]! ** 2),
    mean = power.reduce((a, b) => a + b, 0) / fft.bins,
    dear = price * mean,
    // What a response of this length can tell apart.
    width = Math.max(1, Math.round(fft.size / length)),
    near = smoothed(smoothed(power, width), width),
    through = (x: Float64Array, count: number, multiply: () => void): Float64Array => {
      transform(x, [re, im])
      multiply()
      fft.inverse(re, im, held)
      return held.slice(0, count)
    }
  return {
    dear,
    forward: (h: Float64Array) =>
      silence(
        through(h, frames, () => {
          for (let k = 0; k < fft.bins; k++) {
            const r = re[k]! * xr[k]! - im[k]! * xi[k]!
            im[k] = re[k]! * xi[k]! + im[k]! * xr[k]!
            re[k] = r
          }
        }),
        deaf
      ),
    back: (y: Float64Array) => through(y, length, () => timesConjugate(re, im, xr, xi)),
    precondition: (g: Float64Array) =>
      through(g, length, () => {
        for (let k = 0; k < fft.bins; k++) {
          const scale = 1 / (near[k]! + softest * mean + dear)
          re[k]! *= scale
          im[k]! *= scale
        }
      })
  }
}
/** A spectrum by the conjugate of another, in its place: how the one sound follows the other. */
export function timesConjugate(re: Float64Array, im: Float64Array, xr: Float64Array, xi: Float64Array): void {
  for (let k = 0; k < re.length; k++) {
    const real = re[k]! * xr[k]! + im[k]! * xi[k]!
    im[k] = im[k]! * xr[k]! - re[k]! * xi[k]!
    re[k] = real
  }
}
/** Of the mean power: below it the preconditioner does not follow the dry's spectrum. */
const softest = 1e-5

/** Running means over 2 width + 1 numbers. */
export function smoothed(x: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(x.length + 1)
  for (let i = 0; i < x.length; i++) sums[i + 1] = sums[i]! + x[i]!
  return x.map((_, i) => {
    const [a, b] = [Math.max(0, i - width), Math.min(x.length, i + width + 1)]
    return (sums[b]! - sums[a]!) / (b - a)
  })
}

/** Of the mean power: what is 40 dB below it counts no more than that. Filters leave gaps, and a wet has something there that no dry explains. */
const gap = 1e-4
/** 1, -a1, -a2 …: what a sample is beyond what those before it say (Levinson and Durbin). */
export function predictor(x: Samples): Float64Array {
  const r = autocorrelation(x, order + 1),
    a = new Float64Array(order + 1)
  a[0] = 1
  let error = r[0]! * (1 + gap) + 1e-30
  for (let m = 1; m <= order; m++) {
    let sum = r[m]!
    for (let k = 1; k < m; k++) sum += a[k]! * r[m - k]!
    const reflection = -sum / error,
      before = a.slice()
    for (let k = 1; k <= m; k++) a[k] = before[k]! + reflection * before[m - k]!
    error *= 1 - reflection * reflection
    if (!(error > 0)) return before
  }
  return a
}
function autocorrelation(x: Samples, count: number): Float64Array {
  const out = new Float64Array(count)
  for (let lag = 0; lag < count; lag++) for (let i = lag; i < x.length; i++) out[lag]! += x[i]! * x[i - lag]!
  return out
}
export function filtered(x: Samples, taps: Float64Array, frames: number): Float64Array {
  const out = new Float64Array(frames)
  for (let k = 0; k < taps.length; k++) for (let i = k; i < frames; i++) out[i]! += taps[k]! * x[i - k]!
  return out
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
const add = (to: Float64Array, x: Float64Array, scale: number): void => {
  for (let i = 0; i < to.length; i++) to[i]! += scale * x[i]!
}
