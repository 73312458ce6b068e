/**
 * When a source plays: frames of 50 ms, every 25 ms, above a threshold that finds itself between sound and bleed or
 * noise.
 *
 * The threshold is Otsu's (IEEE Trans. SMC 1979: the split of the histogram of levels with the greatest variance
 * between both sides), if the
 * sides' means are at least 12 dB apart; else everything within 40 dB of the top is sound. It stays 15 to 40 dB below
 * the top, the 95th
 * percentile of the frames. A region ends where the level has been 3 dB below it for 150 ms.
 */
import type { Audio } from '../define.ts'
import { createSeries, decibels, framesOf, type Meter, measured, requireFormat } from './input.ts'
import { createKWeighting, loudnessOf } from './k-weighting.ts'
import { absoluteGate } from './loudness.ts'

/** Frames per second. */
export const activityRate = 40
/** Frames a gap must last. */
const hold = 6
/** dB below the threshold at which a region ends. */
const hysteresis = 3
/** dB between the means of sound and of the rest, and the range of the threshold below the top. */
const distinct = 12,
  nearest = 15,
  farthest = 40

export interface Activity {
  /** Seconds, whole steps, in order, apart. */
  readonly regions: readonly (readonly [start: number, end: number])[]
  /** Share of the time inside regions, 0 … 1. */
  readonly share: number
  /** LUFS of a frame at which a region begins. null if nothing exceeds -70 LUFS, as are the rest. */
  readonly threshold: number | null
  /** LUFS: K-weighted energy inside the regions, without BS.1770's gates. */
  readonly activeLoudness: number | null
  /** dBFS: root mean square inside the regions, all channels. */
  readonly activeRms: number | null
  /** LUFS outside the regions: bleed, noise. null if there is nothing outside, or digital silence. */
  readonly restLoudness: number | null
}

/** @throws RangeError unless there are 1 or 2 channels */
export function createActivity(sampleRate: number, channels: number): Meter<Activity> {
  requireFormat(sampleRate, channels)
  const weighting = createKWeighting(sampleRate, channels),
    weighted = createSeries(),
    plain = createSeries()
  const endOf = (step: number): number => Math.round(((step + 1) * sampleRate) / activityRate)
  let at = 0,
    start = 0,
    end = endOf(0),
    k = 0,
    sum = 0
  return {
    push(audio) {
      const frames = framesOf(audio, channels)
      for (let i = 0; i < frames; ) {
        const count = Math.min(end - at, frames - i)
        k += weighting.energy(audio, i, i + count)
        for (const x of audio) for (let j = i; j < i + count; j++) sum += x[j]! * x[j]!
        i += count
        at += count
        if (at < end) continue
        weighted.push(k / (end - start))
        plain.push(sum / (end - start) / channels)
        start = end
        end = endOf(weighted.length)
        k = sum = 0
      }
    },
    result() {
      // What is left at the end counts as a step.
      const rest = (series: Float64Array, value: number): Float64Array =>
        at > start ? Float64Array.from([...series, value / (at - start)]) : series
      return activityOf(rest(weighted.values(), k), rest(plain.values(), sum / channels))
    }
  }
}
/** Activity of audio in memory. @throws RangeError as `createActivity` */
export const measureActivity = (audio: Audio, sampleRate: number): Activity =>
  measured(createActivity(sampleRate, audio.length), audio)

function activityOf(steps: Float64Array, plain: Float64Array): Activity {
  const levels = steps.map((p, i) => loudnessOf((p + (steps[i + 1] ?? p)) / 2)),
    threshold = thresholdOf(levels)
  if (threshold === null)
    return { regions: [], share: 0, threshold, activeLoudness: null, activeRms: null, restLoudness: null }
  const active = activeFrames(levels, threshold),
    regions: [number, number][] = []
  let count = 0,
    loud = 0,
    energy = 0,
    rest = 0
  for (let i = 0; i < steps.length; i++) {
    if (!active[i]) {
      rest += steps[i]!
      continue
    }
    if (i > 0 && active[i - 1]) regions.at(-1)![1] = (i + 1) / activityRate
    else regions.push([i / activityRate, (i + 1) / activityRate])
    count++
    loud += steps[i]!
    energy += plain[i]!
  }
  return {
    regions,
    share: count / steps.length,
    threshold,
    activeLoudness: loudnessOf(loud / count),
    activeRms: decibels(energy / count),
    restLoudness: rest > 0 ? loudnessOf(rest / (steps.length - count)) : null
  }
}

function thresholdOf(levels: Float64Array): number | null {
  const heard = levels.filter(level => level > absoluteGate).sort()
  if (heard.length === 0) return null
  const top = heard[Math.floor((heard.length - 1) * 0.95)]!
  return Math.max(absoluteGate, Math.min(top - nearest, otsu(levels, top - farthest - 20, top)))
}

/**
 * The split of the levels, whole decibels above `bottom` (what lies outside counts at the ends), or `top` - 40 where
 * there are not two groups.
 */
function otsu(levels: Float64Array, bottom: number, top: number): number {
  const bins = farthest + 21,
    histogram = new Float64Array(bins)
  for (const level of levels) histogram[Math.max(0, Math.min(bins - 1, Math.floor(level - bottom)))]!++
  let below = 0,
    belowSum = 0,
    best = 0,
    split = 0,
    end = 0,
    apart = 0
  const total = levels.length,
    sum = histogram.reduce((s, n, i) => s + n * i, 0)
  for (let i = 0; i < bins - 1; i++) {
    below += histogram[i]!
    belowSum += histogram[i]! * i
    if (below === 0 || below === total) continue
    const gap = (sum - belowSum) / (total - below) - belowSum / below,
      between = below * (total - below) * gap * gap
    // All splits within an empty stretch are equally good: its middle counts.
    if (between > best * (1 + 1e-9)) {
      best = between
      split = i + 1
      apart = gap
    }
    if (between >= best * (1 - 1e-9)) end = i + 1
  }
  return apart >= distinct ? Math.max(top - farthest, bottom + (split + end) / 2) : top - farthest
}

function activeFrames(levels: Float64Array, threshold: number): Uint8Array {
  const active = new Uint8Array(levels.length)
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < levels.length; i++) {
    if (levels[i]! >= threshold || (i > 0 && active[i - 1] === 1 && levels[i]! >= threshold - hysteresis)) {
      if (i - last <= hold) active.fill(1, last + 1, i)
      active[i] = 1
      last = i
    }
  }
  return active
}
