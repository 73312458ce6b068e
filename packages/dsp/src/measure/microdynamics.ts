/**
 * Microdynamics: short-time level (50 ms) against long-time level (1 s), how lively a sound is within a second.
 * Skovenborg, "Measures of microdynamics", AES 137th Convention, 2014, on plain energy.
 */
import type { Audio } from '../define.ts'
import { createSeries, decibels, framesOf, type Meter, measured, requireFormat } from './input.ts'

export interface Microdynamics {
  /**
   * dB: 95th percentile of short over long level, every 50 ms: about 0 for noise and tones. null for less than a
   * second or silence.
   */
  readonly ldr: number | null
  /** dB: mean deviation of that difference. */
  readonly deviation: number | null
}
const shortSeconds = 0.05
/** Short times in a long one. */
export const longSteps = 20
/** Where short time `index` ends, samples. */
export const shortEnd = (index: number, sampleRate: number): number =>
  Math.round((index + 1) * shortSeconds * sampleRate)

/** @throws RangeError unless there are 1 or 2 channels */
export function createMicrodynamics(sampleRate: number, channels: number): Meter<Microdynamics> {
  requireFormat(sampleRate, channels)
  const steps = createSeries()
  let at = 0,
    end = shortEnd(0, sampleRate),
    start = 0,
    energy = 0
  return {
    push(audio: Audio) {
      const n = framesOf(audio, channels)
      for (let i = 0; i < n; i++, at++) {
        if (at === end) {
          steps.push(energy / (end - start))
          start = end
          end = shortEnd(steps.length, sampleRate)
          energy = 0
        }
        for (const channel of audio) energy += channel[i]! * channel[i]!
      }
    },
    result: () => microdynamicsOf(steps.values())
  }
}
/** Microdynamics of audio in memory. @throws RangeError as `createMicrodynamics` */
export const measureMicrodynamics = (audio: Audio, sampleRate: number): Microdynamics =>
  measured(createMicrodynamics(sampleRate, audio.length), audio)

/** Mean of each run of short-time energies a long time long; the short time in its middle is `longSteps` / 2 on. */
export function longTimes(steps: Float64Array): Float64Array {
  const long = new Float64Array(Math.max(0, steps.length - longSteps + 1))
  for (let i = 0; i < long.length; i++)
    long[i] = steps.subarray(i, i + longSteps).reduce((a, b) => a + b, 0) / longSteps
  return long
}
/**
 * Which of `long` count: passages 20 dB below the loudest second do not, as in the loudness range, nor what is silent
 * within one.
 */
export function countedTimes(steps: Float64Array, long: Float64Array): number[] {
  const loudest = long.reduce((a, b) => Math.max(a, b), 0)
  return [...long.keys()].filter(i => long[i]! > loudest / 100 && steps[i + longSteps / 2]! > long[i]! * 1e-6)
}

function microdynamicsOf(steps: Float64Array): Microdynamics {
  const long = longTimes(steps),
    differences = countedTimes(steps, long).map(i => decibels(steps[i + longSteps / 2]! / long[i]!))
  if (differences.length === 0) return { ldr: null, deviation: null }
  differences.sort((a, b) => a - b)
  const mean = differences.reduce((a, b) => a + b, 0) / differences.length
  return {
    ldr: differences[Math.round((differences.length - 1) * 0.95)]!,
    deviation: differences.reduce((sum, d) => sum + Math.abs(d - mean), 0) / differences.length
  }
}
