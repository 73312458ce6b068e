/**
 * Clipping: flat tops of the waveform, and what is left of them where lossy coding or filters have bent them.
 *
 * A flat top is three or more samples that are equal (to 2e-4 of their value, so that 16 bits do not matter) and larger
 * than their neighbours, entered and left by corners: together at least 12 times that tolerance, where a round peak as
 * flat has at most 6. Only tops of the most frequent height count, as a converter or limiter cuts at one. Square-like
 * synthetic tones have such tops by nature.
 *
 * The soft evidence is the density of the samples' sizes: it falls towards the largest in music and rises there where
 * they were cut.
 */
import type { Audio } from '../define.ts'
import { framesOf, type Meter, measured, requireFormat } from './input.ts'

export interface Clipping {
  /** Flat tops of the most frequent height per second, of the worst channel. */
  readonly rate: number
  /** Share of the samples that lie in them, 0 … 1. */
  readonly share: number
  /** dBFS: that height. null without flat tops. */
  readonly height: number | null
  /** Seconds of the first 100. */
  readonly times: readonly number[]
  /**
   * dB: largest rise of the density of sample sizes over 1 dB, in the topmost 6 dB: near 0 or below where sizes thin
   * out towards the largest, 5 for a sine, more where they were cut. null for silence.
   */
  readonly pileUp: number | null
}

const tolerance = 2e-4,
  corners = 12,
  leastRun = 3,
  keptTimes = 100
/** Sizes in tenths of a dB, -60 to +40 dBFS. */
const bins = 1000,
  lowest = -60
const binOf = (size: number): number =>
  Math.max(0, Math.min(bins - 1, Math.floor((20 * Math.log10(size) - lowest) * 10)))

/** @throws RangeError unless there are 1 or 2 channels */
export function createClipping(sampleRate: number, channels: number): Meter<Clipping> {
  requireFormat(sampleRate, channels)
  const each = Array.from({ length: channels }, () => createChannel())
  let frames = 0
  return {
    push(audio: Audio) {
      frames += framesOf(audio, channels)
      audio.forEach((x, c) => each[c]!.push(x))
    },
    result() {
      const all = each.map(channel => channel.result()),
        worst = all.reduce((a, b) => (b.samples > a.samples ? b : a))
      return {
        rate: frames > 0 ? (worst.runs * sampleRate) / frames : 0,
        share: frames > 0 ? worst.samples / frames : 0,
        height: worst.runs > 0 ? worst.height : null,
        times: worst.places.map(place => place / sampleRate),
        pileUp: all.reduce<number | null>(
          (most, { pileUp }) => (pileUp === null ? most : Math.max(most ?? pileUp, pileUp)),
          null
        )
      }
    }
  }
}
/** Clipping of audio in memory. @throws RangeError as `createClipping` */
export const measureClipping = (audio: Audio, sampleRate: number): Clipping =>
  measured(createClipping(sampleRate, audio.length), audio)

function createChannel() {
  const sizes = new Float64Array(bins),
    runs = new Float64Array(bins),
    samples = new Float64Array(bins),
    places: { at: number; bin: number }[] = []
  // The current run: its first value, length, and the step by which it was entered, 0 unless from a smaller value.
  let value = 0,
    length = 0,
    entry = 0,
    at = 0
  function end(next: number): void {
    const size = Math.abs(value),
      exit = size - Math.sign(value) * next
    if (length < leastRun || !(entry > 0) || !(exit > 0) || entry + exit < corners * tolerance * size) return
    const bin = binOf(size)
    runs[bin]!++
    samples[bin]! += length
    if (places.length < 10 * keptTimes) places.push({ at: at - length, bin })
  }
  return {
    push(x: Float32Array): void {
      for (let i = 0; i < x.length; i++, at++) {
        const v = x[i]!
        if (v !== 0) sizes[binOf(Math.abs(v))]!++
        if (v !== 0 && Math.abs(v - value) <= tolerance * Math.abs(value)) {
          length++
          continue
        }
        if (length >= leastRun) end(v)
        entry = length > 0 ? Math.abs(v) - Math.sign(v) * value : 0
        value = v
        length = 1
      }
    },
    result() {
      const near = (counts: Float64Array, b: number): number =>
          (counts[b - 1] ?? 0) + counts[b]! + (counts[b + 1] ?? 0),
        mode = runs.reduce((best, _, b) => (near(samples, b) > near(samples, best) ? b : best), 0)
      return {
        runs: near(runs, mode),
        samples: near(samples, mode),
        height: lowest + (mode + 0.5) / 10,
        places: places
          .filter(({ bin }) => Math.abs(bin - mode) <= 1)
          .slice(0, keptTimes)
          .map(place => place.at),
        pileUp: pileUpOf(sizes)
      }
    }
  }
}

/** Over half a dB against half a dB one below; windows of less than 20 samples say nothing. */
function pileUpOf(sizes: Float64Array): number | null {
  const top = sizes.findLastIndex(n => n > 0),
    over = (b: number): number => sizes.subarray(Math.max(0, b), b + 5).reduce((sum, n) => sum + n, 0)
  let most: number | null = null
  for (let b = Math.max(15, top - 64); b <= top; b++) {
    if (over(b) < 20) continue
    const rise = 10 * Math.log10(over(b) / Math.max(1, over(b - 10)))
    most = Math.max(most ?? rise, rise)
  }
  return most
}
