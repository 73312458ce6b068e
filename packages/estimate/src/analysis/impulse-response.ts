/** What a linear process does to an impulse, from its input and output; and what echo is in that. */
import { createRealFft, hann, type Samples } from '@mixwright/dsp'

export interface ImpulseResponse {
  readonly samples: Float64Array
  /** Share of the output's power that it explains, 0 to 1, over the frequencies as the output has them. */
  readonly coherence: number
}
/** Seconds of a frame: a response of half of that is seen. */
const frame = 6
/** Of the input's mean power per bin: keeps what the input does not hold from being blown up. */
const floor = 1e-3

/**
 * H = Σ conj(X) Y / (Σ |X|² + floor) over half-overlapping Hann frames (Welch, IEEE Trans. AU 15, 1967). What is not linear,
 * or moves, becomes noise that falls with the number of frames.
 * @param dry @param wet the same stretch of time, at least a tenth of a second
 */
export function impulseResponse(dry: Samples, wet: Samples, sampleRate: number): ImpulseResponse {
  const frames = Math.min(dry.length, wet.length),
    size = 2 ** Math.min(Math.ceil(Math.log2(frame * sampleRate)), Math.ceil(Math.log2(frames))),
    fft = createRealFft(size),
    window = hann(size),
    sums = {
      xx: new Float64Array(fft.bins),
      yy: new Float64Array(fft.bins),
      re: new Float64Array(fft.bins),
      im: new Float64Array(fft.bins)
    },
    x = [new Float64Array(fft.bins), new Float64Array(fft.bins)] as const,
    y = [new Float64Array(fft.bins), new Float64Array(fft.bins)] as const,
    held = new Float64Array(size),
    load = (from: Samples, start: number, into: typeof x) => {
      for (let i = 0; i < size; i++) held[i] = (from[start + i] ?? 0) * window[i]!
      fft.forward(held, ...into)
    }
  // From before the start to after the end: every sample counts as much as any other.
  for (let start = -size / 2; start < frames; start += size / 4) {
    load(dry, start, x)
    load(wet, start, y)
    for (let k = 0; k < fft.bins; k++) {
      const [xr, xi, yr, yi] = [x[0][k]!, x[1][k]!, y[0][k]!, y[1][k]!]
      sums.xx[k]! += xr * xr + xi * xi
      sums.yy[k]! += yr * yr + yi * yi
      sums.re[k]! += xr * yr + xi * yi
      sums.im[k]! += xr * yi - xi * yr
    }
  }
  const mean = sums.xx.reduce((a, b) => a + b, 0) / fft.bins,
    samples = new Float64Array(size)
  let explained = 0,
    all = 0
  for (let k = 0; k < fft.bins; k++) {
    const xx = sums.xx[k]! + floor * mean + 1e-30
    explained += (sums.re[k]! ** 2 + sums.im[k]! ** 2) / xx
    all += sums.yy[k]!
    sums.re[k]! /= xx
    sums.im[k]! /= xx
  }
  fft.inverse(sums.re, sums.im, samples)
  return { samples: samples.subarray(0, size / 2), coherence: all > 0 ? explained / all : 0 }
}

/** An echo apart from what is around it. */
export interface Echo {
  /** Seconds after the direct sound. */
  readonly delay: number
  /** Against the direct sound, dB. */
  readonly level: number
  /** How far it stands out of the response within 30 ms, dB. */
  readonly prominence: number
}
/** Seconds after the direct sound from which on an echo is one and no tone. */
const firstEcho = 0.025

/** The strongest echo; undefined where there is nothing. @param response its direct sound near the start */
export function echoIn(response: Float64Array, sampleRate: number): Echo | undefined {
  const direct = peakIn(response, 0, Math.round(0.02 * sampleRate)),
    from = direct.at + Math.round(firstEcho * sampleRate),
    echo = peakIn(response, from, response.length)
  if (!(echo.value > 0) || !(direct.value > 0)) return undefined
  const around = Math.round(0.03 * sampleRate),
    near = Array.from(response.subarray(Math.max(from, echo.at - around), echo.at + around), Math.abs).sort(
      (a, b) => a - b
    ),
    usual = near[Math.floor(0.7 * near.length)]! + 1e-12
  return {
    delay: (echo.exact - direct.exact) / sampleRate,
    level: 20 * Math.log10(echo.value / direct.value),
    prominence: 20 * Math.log10(echo.value / usual)
  }
}
/** The largest magnitude, at a sample and between them. */
function peakIn(x: Float64Array, from: number, to: number): { at: number; exact: number; value: number } {
  let at = from
  for (let i = from; i < Math.min(to, x.length); i++) if (Math.abs(x[i]!) > Math.abs(x[at]!)) at = i
  return { at, exact: summit(x, at), value: Math.abs(x[at] ?? 0) }
}
/** Where between the samples a magnitude is largest, by the parabola through three of them. */
export function summit(x: Float64Array, at: number): number {
  const [a, b, c] = [Math.abs(x[at - 1] ?? 0), Math.abs(x[at] ?? 0), Math.abs(x[at + 1] ?? 0)],
    bend = a - 2 * b + c
  return at + (bend < 0 ? (0.5 * (a - c)) / bend : 0)
}
