/**
 * Loudness by ITU-R BS.1770-4 and EBU R 128: momentary (400 ms), short-term (3 s), integrated with both gates (EBU Tech
 * 3341), and
 * loudness range (EBU Tech 3342). One number is kept per 100 ms.
 */
import type { Audio } from '../define.ts'
import { createSeries, framesOf, type Meter, measured, requireFormat } from './input.ts'
import { channelWeights, createKWeighting, loudnessOf, powerOfLoudness } from './k-weighting.ts'

/** LUFS: blocks below do not count. */
export const absoluteGate = -70
/** LU below the mean of what the absolute gate leaves. */
export const relativeGate = -10
/** The same for the loudness range, Tech 3342. */
export const rangeGate = -20
/** Steps of 100 ms in a momentary and in a short-term window. */
export const momentarySteps = 4
export const shortTermSteps = 30
/** Steps per second. */
export const stepsPerSecond = 10
/** Parts of a step by which the windows of the maxima move. */
const fine = 10

export interface Loudness {
  /** LUFS, gated. -Infinity if nothing passes the gates: silence, or less than 400 ms. */
  readonly integrated: number
  /** LU. null if no short-term window passes the gates: silence, or less than 3 s. */
  readonly range: number | null
  /** LUFS, over windows every 10 ms. -Infinity for silence or less than 400 ms. */
  readonly maxMomentary: number
  /** LUFS, over windows every 10 ms. -Infinity for silence or less than 3 s. */
  readonly maxShortTerm: number
  /** LUFS; entry i covers 0.1 i to 0.1 i + 0.4 s. -Infinity for digital silence. */
  readonly momentary: Float64Array
  /** LUFS; entry i covers 0.1 i to 0.1 i + 3 s. */
  readonly shortTerm: Float64Array
}

/**
 * @param sampleRate Hz @param channels 1 (mono), 2 (L R), 5 (L R C Ls Rs) or 6 (L R C LFE Ls Rs)
 * @throws RangeError for other formats; `push` throws one where a sample is not finite, with its time
 */
export function createLoudness(sampleRate: number, channels: number): Meter<Loudness> {
  requireFormat(sampleRate, channels, Object.keys(channelWeights).map(Number))
  const weighting = createKWeighting(sampleRate, channels),
    steps = createSeries(),
    maxima = createMaxima()
  const endOf = (index: number): number => Math.round(((index + 1) * sampleRate) / stepsPerSecond / fine)
  let at = 0,
    start = 0,
    end = endOf(0),
    index = 0,
    sum = 0,
    step = 0
  return {
    push(audio) {
      const frames = framesOf(audio, channels)
      for (let i = 0; i < frames; ) {
        const count = Math.min(end - at, frames - i)
        sum += weighting.energy(audio, i, i + count)
        i += count
        at += count
        if (at < end) continue
        if (!Number.isFinite(sum))
          throw new RangeError(
            `a sample between ${(start / sampleRate).toFixed(2)} and ${(end / sampleRate).toFixed(2)} s is not a finite number`
          )
        const power = sum / (end - start)
        maxima.push(power)
        step += power / fine
        index++
        if (index % fine === 0) {
          steps.push(step)
          step = 0
        }
        start = end
        end = endOf(index)
        sum = 0
      }
    },
    result: () => loudnessOfSteps(steps.values(), maxima.momentary(), maxima.shortTerm())
  }
}

/**
 * Largest mean over both windows, moved by 10 ms: on the grid of 100 ms a tone of 400 ms reads up to 0.58 LU low (Tech
 * 3341, case 13).
 */
function createMaxima(): { push(power: number): void; momentary(): number; shortTerm(): number } {
  const short = momentarySteps * fine,
    long = shortTermSteps * fine,
    ring = new Float64Array(long)
  let count = 0,
    momentary = 0,
    shortTerm = 0
  /** The last `length`, newest first, so that nothing of an earlier, louder passage stays as rounding. */
  const meanOf = (length: number): number => {
    let sum = 0
    for (let k = 0, i = count - 1; k < length; k++, i--) sum += ring[i % long]!
    return sum / length
  }
  return {
    push(power) {
      ring[count % long] = power
      count++
      if (count >= short) momentary = Math.max(momentary, meanOf(short))
      if (count >= long) shortTerm = Math.max(shortTerm, meanOf(long))
    },
    momentary: () => momentary,
    shortTerm: () => shortTerm
  }
}

/**
 * LUFS, gated, of sound that is turned by so many dB. The absolute gate stays where it is, so hits with pauses between them
 * become louder by less or more than that.
 * @param momentary LUFS, windows as of `Loudness.momentary`; null for silence
 */
export const integratedAt = (momentary: readonly (number | null)[], gain: number): number =>
  loudnessOf(
    mean(
      gated(
        Float64Array.from(momentary, level => powerOfLoudness((level ?? Number.NEGATIVE_INFINITY) + gain)),
        relativeGate
      )
    )
  )
/** How far what a gain was found for may be off, LU, and how often it is set again. */
const gainError = 0.005,
  gainRounds = 12
/** dB by which sound is to be turned to be so loud, as near as the gates let it come; 0 for silence. @param momentary as of `integratedAt` */
export function gainTo(momentary: readonly (number | null)[], loudness: number): number {
  const before = integratedAt(momentary, 0)
  if (!Number.isFinite(before)) return 0
  let gain = loudness - before,
    best = { gain, error: Number.POSITIVE_INFINITY }
  for (let k = 0; k < gainRounds && best.error > gainError; k++) {
    const missing = loudness - integratedAt(momentary, gain)
    if (Math.abs(missing) < best.error) best = { gain, error: Math.abs(missing) }
    // Where a window passes the gate and lets the loudness fall again, smaller steps come to rest beside it.
    gain += missing / (1 + k / 4)
  }
  return best.gain
}

/** Loudness of audio in memory. @throws RangeError as `createLoudness` */
export const measureLoudness = (audio: Audio, sampleRate: number): Loudness =>
  measured(createLoudness(sampleRate, audio.length), audio)

function loudnessOfSteps(steps: Float64Array, maxMomentary: number, maxShortTerm: number): Loudness {
  const momentary = windows(steps, momentarySteps),
    shortTerm = windows(steps, shortTermSteps)
  return {
    integrated: loudnessOf(mean(gated(momentary, relativeGate))),
    range: rangeOf(shortTerm),
    maxMomentary: loudnessOf(maxMomentary),
    maxShortTerm: loudnessOf(maxShortTerm),
    momentary: momentary.map(loudnessOf),
    shortTerm: shortTerm.map(loudnessOf)
  }
}

/**
 * Mean power of every run of `length` steps. Summed afresh each time: differences of running sums leave rounding where
 * silence follows.
 */
function windows(steps: Float64Array, length: number): Float64Array {
  const out = new Float64Array(Math.max(0, steps.length - length + 1))
  for (let i = 0; i < out.length; i++) {
    let sum = 0
    for (let k = i; k < i + length; k++) sum += steps[k]!
    out[i] = sum / length
  }
  return out
}

const mean = (powers: Float64Array): number =>
  powers.length === 0 ? 0 : powers.reduce((a, b) => a + b, 0) / powers.length

/** The power above which windows count: the absolute gate, or that relative to the mean of what lies above it. */
export function gateOf(powers: Float64Array, relative: number): number {
  const floor = powerOfLoudness(absoluteGate)
  return Math.max(floor, mean(powers.filter(p => p > floor)) * 10 ** (relative / 10))
}
function gated(powers: Float64Array, relative: number): Float64Array {
  const gate = gateOf(powers, relative)
  return powers.filter(p => p > gate)
}

/**
 * EBU Tech 3342: 10th to 95th percentile (nearest rank) of the short-term loudness that passes the gates; null if none
 * does.
 * @param shortTerm LUFS, windows that overlap by two thirds or more, such as `Loudness.shortTerm` or a stretch of it
 */
export const loudnessRange = (shortTerm: Float64Array): number | null => rangeOf(shortTerm.map(powerOfLoudness))

function rangeOf(shortTerm: Float64Array): number | null {
  const powers = gated(shortTerm, rangeGate).sort()
  if (powers.length === 0) return null
  const rank = (share: number): number => loudnessOf(powers[Math.round((powers.length - 1) * share)]!)
  return rank(0.95) - rank(0.1)
}
