/**
 * Peak to short-term loudness ratio (PSR) and peak to loudness ratio (PLR): how much of the peaks a limiter has left.
 * Shepherd, Grimm, Tapper, Kahsnitz & Kerr, "Measuring micro-dynamics, a first step: standardizing PSR", AES e-Brief
 * 373, 2017.
 */
import type { Audio } from '../define.ts'
import type { Meter } from './input.ts'
import { absoluteGate, createLoudness, type Loudness, rangeGate, shortTermSteps } from './loudness.ts'
import { createTruePeak, type TruePeak } from './true-peak.ts'

export interface Psr {
  /** LU: largest true peak minus integrated loudness. null for silence or less than 400 ms. */
  readonly plr: number | null
  /** LU, per short-term window (`Loudness.shortTerm`): its true peak minus its loudness; null below -70 LUFS. */
  readonly series: readonly (number | null)[]
  /**
   * LU: median over the windows that are at most 20 LU below the integrated loudness. null if there is none (less than
   * 3 s).
   */
  readonly median: number | null
  /** LU: the least of the same windows, where the music is most squashed. */
  readonly min: number | null
}

/** @throws RangeError unless there are 1, 2, 5 or 6 channels */
export function createPsr(sampleRate: number, channels: number): Meter<Psr> {
  const loud = createLoudness(sampleRate, channels),
    peak = createTruePeak(sampleRate, channels)
  return {
    push(audio) {
      loud.push(audio)
      peak.push(audio)
    },
    result: () => psrOf(loud.result(), peak.result())
  }
}
/** PSR of audio in memory. @throws RangeError as `createPsr` */
export function measurePsr(audio: Audio, sampleRate: number): Psr {
  const meter = createPsr(sampleRate, audio.length)
  meter.push(audio)
  return meter.result()
}

export function psrOf(
  { integrated, shortTerm }: Pick<Loudness, 'integrated' | 'shortTerm'>,
  { max, series: peaks }: Pick<TruePeak, 'max' | 'series'>
): Psr {
  const series = Array.from(shortTerm, (loudness, i) =>
    loudness > absoluteGate
      ? peaks.subarray(i, i + shortTermSteps).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - loudness
      : null
  )
  const loud = series.filter((ratio, i) => ratio !== null && shortTerm[i]! >= integrated + rangeGate) as number[]
  loud.sort((a, b) => a - b)
  return {
    plr: Number.isFinite(integrated) ? max - integrated : null,
    series,
    median: loud.length ? (loud[(loud.length - 1) >> 1]! + loud[loud.length >> 1]!) / 2 : null,
    min: loud[0] ?? null
  }
}
