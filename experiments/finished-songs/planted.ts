/** What is done wrong to finished songs, one thing at a time. */
import { type Audio, createFft } from '@mixwright/dsp'
import { minimumPhase } from '../../packages/tasks/src/master/norms/ceiling.ts'
import { bell, type Response, tilt } from '../../packages/tasks/src/master/norms/plants.ts'
import { crushed, torn } from './dynamics.ts'

/**
 * Tilt ±4 dB: straight in octaves from ∓4 dB at 20 Hz to ±4 dB at 20 kHz; "half" is the smaller reading, 4 dB between the
 * ends. Mud: a bell of +5 dB at 250 Hz; harshness: one of +5 dB at 3.5 kHz; q 1 both.
 */
export const tonePlants = {
  bright: tilt(4),
  dark: tilt(-4),
  'half bright': tilt(2),
  'half dark': tilt(-2),
  mud: bell(250, 5, 1),
  harsh: bell(3500, 5, 1)
} as const satisfies Record<string, Response>
export type TonePlant = keyof typeof tonePlants

/** Below 150 Hz the sides as strong as the middle, by a chain of all-passes and so without likeness to it. */
export function wideBass(audio: Audio, rate: number): Float32Array[] {
  const [left, right = left] = audio as [Float32Array, Float32Array?],
    low = [left, right].map(c => filtered(c, lowOnly, rate)),
    middle = low[0]!.map((v, i) => 0.5 * (v + low[1]![i]!)),
    side = allpassed(middle, rate)
  return [left, right].map((c, k) => c.map((v, i) => v - low[k]![i]! + middle[i]! + (k ? -1 : 1) * side[i]!))
}
/** Sides against the middle below 150 Hz, dB, no less than -30. */
export function bassSides(audio: Audio, rate: number): number {
  const [left, right = left] = audio.map(c => filtered(c, lowOnly, rate)),
    energy = (sign: number) => left!.reduce((sum, v, i) => sum + (v + sign * right![i]!) ** 2, 0)
  return Math.max(-30, 10 * Math.log10((energy(-1) + 1e-9) / (energy(1) + 1e-9)))
}
export const otherPlants = { 'wide bass': wideBass, crushed, 'too wide': torn } as const

/** dB: flat to 150 Hz, 48 dB per octave above. */
const lowOnly: Response = f => (f <= 150 ? 0 : -48 * Math.log2(f / 150))

/** Schroeder's all-passes (1961): delays of 7, 13 and 29 ms, gain 0.6. */
function allpassed(x: Float32Array, rate: number): Float32Array {
  return [0.007, 0.013, 0.029].reduce((signal, seconds) => {
    const delay = Math.round(seconds * rate),
      y = new Float32Array(signal.length)
    for (let i = 0; i < y.length; i++)
      y[i] = -0.6 * signal[i]! + (i < delay ? 0 : signal[i - delay]! + 0.6 * y[i - delay]!)
    return y
  }, x)
}

const taps = 8192,
  size = 4 * taps
type Spectrum = readonly [Float64Array, Float64Array]
/** Through a minimum-phase filter of that response, as an equaliser is. */
export const equalised = (audio: Audio, response: Response, rate: number): Float32Array[] => {
  const kernel = minimumPhase(response, rate, size)
  return audio.map(x => convolved(x, kernel, 0))
}
/** Through a linear-phase filter of that response, without delay. */
function filtered(x: Float32Array, response: Response, rate: number): Float32Array {
  const short = createFft(taps),
    re = Float64Array.from({ length: taps }, (_, k) => 10 ** (response((Math.min(k, taps - k) * rate) / taps) / 20)),
    kernel = new Float64Array(size),
    zero = new Float64Array(size)
  short.inverse(re, new Float64Array(taps))
  for (let i = 0; i < taps; i++)
    kernel[i] = re[(i + taps / 2) % taps]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / taps))
  createFft(size).forward(kernel, zero)
  return convolved(x, [kernel, zero], taps / 2)
}
/** With a filter of `taps` samples, transformed, whose first `delay` samples come early. */
function convolved(x: Float32Array, [a, b]: Spectrum, delay: number): Float32Array {
  const fft = createFft(size),
    out = new Float32Array(x.length),
    step = size - taps,
    re = new Float64Array(size),
    im = new Float64Array(size)
  // Two stretches to a transform, as real and imaginary part.
  for (let from = 0; from < x.length + delay; from += 2 * step) {
    for (let i = 0; i < size; i++) {
      re[i] = x[from - taps + i] ?? 0
      im[i] = x[from + step - taps + i] ?? 0
    }
    fft.forward(re, im)
    for (let k = 0; k < size; k++) {
      const real = re[k]! * a[k]! - im[k]! * b[k]!
      im[k] = re[k]! * b[k]! + im[k]! * a[k]!
      re[k] = real
    }
    fft.inverse(re, im)
    for (let i = 0; i < step; i++) {
      const at = from - delay + i
      if (at >= 0 && at < out.length) out[at] = re[taps + i]!
      if (at + step >= 0 && at + step < out.length) out[at + step] = im[taps + i]!
    }
  }
  return out
}
