/**
 * Pumping: by how much does everything above 500 Hz sink after each stroke below 150 Hz, against before and after it
 * has recovered? Median over the strokes. Music has its own dips and rises in time with the kick: about -3 to 3 dB.
 */
import type { Audio } from '../define.ts'
import { createEnvelope, type Envelope } from './envelope.ts'
import { decibels, type Meter, measured } from './input.ts'

export interface Pumping {
  /** dB; above 0 it sinks. null for less than 4 strokes. */
  readonly depth: number | null
  /** Seconds of the strokes. */
  readonly times: readonly number[]
}
const step = 0.01,
  edges = [20, 150, 500, 1000, 2000, 4000, 8000] as const
/** Rise of the low band (dB) that makes a stroke, and frames between strokes. */
const stroke = 6,
  apart = 20
/** Frames from the stroke: before it, while a compressor holds down, when it has let go. */
const before = [-6, -2],
  during = [3, 12],
  after = [22, 32]

/** @throws RangeError unless there are 1 or 2 channels */
export function createPumping(sampleRate: number, channels: number): Meter<Pumping> {
  const envelope = createEnvelope(sampleRate, channels, { step, edges })
  return { push: envelope.push, result: () => pumpingOf(envelope.result()) }
}
/** Pumping of audio in memory. @throws RangeError as `createPumping` */
export const measurePumping = (audio: Audio, sampleRate: number): Pumping =>
  measured(createPumping(sampleRate, audio.length), audio)

function pumpingOf({ step: seconds, bands: [low, , ...upper] }: Envelope): Pumping {
  const strokes = strokesOf(low!),
    levels = upper.map(band => band.map(p => decibels(p + 1e-10))),
    mean = (at: number, [from, to]: readonly number[]): number => {
      let sum = 0
      for (const band of levels)
        for (let f = at + from!; f <= at + to!; f++) sum += band[Math.max(0, Math.min(band.length - 1, f))]!
      return sum / levels.length / (to! - from! + 1)
    }
  const depths = strokes
    .filter(at => at + after[1]! < low!.length && at + before[0]! >= 0)
    .map(at => (mean(at, before) + mean(at, after)) / 2 - mean(at, during))
    .sort((a, b) => a - b)
  return {
    depth: depths.length < 4 ? null : (depths[(depths.length - 1) >> 1]! + depths[depths.length >> 1]!) / 2,
    times: strokes.map(at => at * seconds)
  }
}

function strokesOf(low: Float64Array): number[] {
  const most = low.reduce((a, b) => Math.max(a, b), 0),
    found: number[] = []
  for (let f = 3; f < low.length; f++) {
    const quiet = Math.min(low[f - 3]!, low[f - 2]!)
    if (low[f]! < most * 0.03 || low[f]! < quiet * 10 ** (stroke / 10)) continue
    if (f - (found.at(-1) ?? -apart) >= apart) found.push(f)
  }
  return found
}
