/**
 * Pumping: by how much does everything above 500 Hz sink while the low end, below 150 Hz, is at its loudest? The slope
 * of the regression of the upper levels (dB, mean of four octaves) on the low end's amplitude (1 at its 95th
 * percentile, falling within 120 ms as compressors let go), both without their mean over a second. What a gain that
 * follows the low end takes away adds to it; what the music itself does stays in it (hats and snares that come with
 * the kick lower it): compare a mix with itself.
 */
import type { Audio } from '../define.ts'
import { createEnvelope, type Envelope } from './envelope.ts'
import { decibels, type Meter, measured } from './input.ts'

export interface Pumping {
  /** dB; above 0 it sinks. null where the low end does not move, and for less than a second. */
  readonly depth: number | null
}
const step = 0.01,
  edges = [20, 150, 500, 1000, 2000, 4000, 8000] as const,
  release = 0.12
/** Frames on either side that make the mean. */
const around = 50
/** Least deviation of the low end's amplitude. */
const leastMovement = 0.05

/** @throws RangeError unless there are 1 or 2 channels */
export function createPumping(sampleRate: number, channels: number): Meter<Pumping> {
  const envelope = createEnvelope(sampleRate, channels, { step, edges })
  return { push: envelope.push, result: () => pumpingOf(envelope.result()) }
}
/** Pumping of audio in memory. @throws RangeError as `createPumping` */
export const measurePumping = (audio: Audio, sampleRate: number): Pumping =>
  measured(createPumping(sampleRate, audio.length), audio)

function pumpingOf({ bands: [low, , ...upper] }: Envelope): Pumping {
  const frames = low!.length
  if (frames < 2 * around) return { depth: null }
  let held = 0
  const amplitude = low!.map(p => (held = Math.max(Math.sqrt(p), held * Math.exp(-step / release)))),
    top = amplitude.slice().sort()[Math.floor((frames - 1) * 0.95)]!,
    loud = settled(amplitude.map(a => (top > 0 ? Math.min(1, a / top) : 0))),
    level = settled(
      amplitude.map((_, f) => upper.reduce((sum, band) => sum + decibels(band[f]! + 1e-9), 0) / upper.length)
    )
  let square = 0,
    product = 0
  for (let f = 0; f < frames; f++) {
    square += loud[f]! * loud[f]!
    product += loud[f]! * level[f]!
  }
  return { depth: square > leastMovement ** 2 * frames ? -product / square : null }
}

/** Without the mean of the second around each frame. */
function settled(x: Float64Array): Float64Array {
  return x.map((v, f) => {
    const near = x.subarray(Math.max(0, f - around), f + around + 1)
    return v - near.reduce((a, b) => a + b, 0) / near.length
  })
}
