/**
 * The K weighting of ITU-R BS.1770-4, annex 1: a high shelf (head) and a high-pass (RLB), at any sample rate.
 *
 * The standard lists coefficients for 48 kHz only. Undoing their bilinear transform gives the analogue prototypes below
 * (frequency in Hz, quality, gain in dB); transforming those anew gives the coefficients of another rate. The exponent
 * says how the
 * shelf's middle gain follows from its full gain. The test compares the result at 48 kHz with the tables of the
 * standard.
 */
import type { Samples } from '../define.ts'

const shelf = {
  frequency: 1681.974450955533,
  quality: 0.7071752369554196,
  gain: 3.999843853973347,
  middle: 0.4996667741545416
} as const
const highpass = { frequency: 38.13547087602444, quality: 0.5003270373238773 } as const

/** Two biquads, numerators b0 b1 b2, denominators 1 a1 a2. */
export interface KCoefficients {
  readonly shelf: readonly number[]
  readonly highpass: readonly number[]
}
export function kCoefficients(sampleRate: number): KCoefficients {
  const k = Math.tan((Math.PI * shelf.frequency) / sampleRate),
    full = 10 ** (shelf.gain / 20),
    middle = full ** shelf.middle
  const a = 1 + k / shelf.quality + k * k
  const h = Math.tan((Math.PI * highpass.frequency) / sampleRate),
    c = 1 + h / highpass.quality + h * h
  return {
    shelf: [
      (full + (middle * k) / shelf.quality + k * k) / a,
      (2 * (k * k - full)) / a,
      (full - (middle * k) / shelf.quality + k * k) / a,
      (2 * (k * k - 1)) / a,
      (1 - k / shelf.quality + k * k) / a
    ],
    highpass: [1, -2, 1, (2 * (h * h - 1)) / c, (1 - h / highpass.quality + h * h) / c]
  }
}

/** Weights by number of channels: mono; L R; L R C Ls Rs; L R C LFE Ls Rs (BS.1770-4 table 3). */
export const channelWeights: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [1, 1],
  5: [1, 1, 1, 1.41, 1.41],
  6: [1, 1, 1, 0, 1.41, 1.41]
}

/** BS.1770-4: loudness in LUFS of a weighted mean square; -Infinity for 0. */
export const loudnessOf = (power: number): number => -0.691 + 10 * Math.log10(power)
/** Its inverse. */
export const powerOfLoudness = (loudness: number): number => 10 ** ((loudness + 0.691) / 10)

type Planes = readonly Samples[]
export interface KWeighting {
  /**
   * Filters frames `from` to `to` on from the last call. Returns Σ weight · Σ y² over the channels.
   * @param filtered gets y
   */
  energy(audio: Planes, from: number, to: number, filtered?: Planes): number
}

export function createKWeighting(sampleRate: number, channels: number): KWeighting {
  const weights = channelWeights[channels]!,
    { shelf: s, highpass: h } = kCoefficients(sampleRate)
  const [b0, b1, b2, a1, a2] = s as [number, number, number, number, number],
    c1 = h[3]!,
    c2 = h[4]!
  const state = new Float64Array(4 * channels)
  return {
    energy(audio, from, to, filtered) {
      let total = 0
      for (let c = 0; c < channels; c++) {
        const x = audio[c]!,
          out = filtered?.[c]
        // Transposed direct form II, both stages in one loop so that they overlap.
        let s1 = state[4 * c]!,
          s2 = state[4 * c + 1]!,
          t1 = state[4 * c + 2]!,
          t2 = state[4 * c + 3]!,
          sum = 0
        for (let i = from; i < to; i++) {
          const u = x[i]!,
            v = b0 * u + s1
          s1 = b1 * u - a1 * v + s2
          s2 = b2 * u - a2 * v
          const y = v + t1
          t1 = t2 - 2 * v - c1 * y
          t2 = v - c2 * y
          sum += y * y
          if (out) out[i] = y
        }
        // After sound ends the states would decay into denormal numbers, which are slow.
        const quiet = Math.abs(s1) + Math.abs(s2) + Math.abs(t1) + Math.abs(t2) < 1e-30
        state.set(quiet ? [0, 0, 0, 0] : [s1, s2, t1, t2], 4 * c)
        total += weights[c]! * sum
      }
      return total
    }
  }
}

/** |H|² of both filters at `cycles` per sample. */
export function powerOfKWeighting({ shelf: s, highpass: h }: KCoefficients, cycles: number): number {
  const w = 2 * Math.PI * cycles,
    square = (c0: number, c1: number, c2: number): number =>
      (c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w)) ** 2 + (c1 * Math.sin(w) + c2 * Math.sin(2 * w)) ** 2
  return [s, h].reduce((p, c) => (p * square(c[0]!, c[1]!, c[2]!)) / square(1, c[3]!, c[4]!), 1)
}
