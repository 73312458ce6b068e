/**
 * Automation lanes: values between breakpoints, and what a gradient with respect to a value means for the breakpoints.
 */
import type { Lane } from './graph.ts'

/** Lanes are read on this grid of samples: linear between its points where the receiver can follow, held elsewhere. */
export const controlPeriod = 64

/** A lane in samples, ready to be read: times ascending. */
export interface Track {
  readonly times: Float64Array
  readonly values: Float64Array
}
export const trackOf = (lane: Lane, sampleRate: number): Track => ({
  times: Float64Array.from(lane.lane, ([seconds]) => seconds * sampleRate),
  values: Float64Array.from(lane.lane, ([, value]) => value)
})

/** Index of the last breakpoint at or before `time`, −1 before the first. */
function segmentAt({ times }: Track, time: number): number {
  let low = -1,
    high = times.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (times[middle]! <= time) low = middle
    else high = middle - 1
  }
  return low
}

export function valueAt(track: Track, time: number): number {
  const { times, values } = track,
    i = segmentAt(track, time)
  if (i < 0) return values[0]!
  if (i === times.length - 1) return values[i]!
  const u = (time - times[i]!) / (times[i + 1]! - times[i]!)
  return values[i]! + u * (values[i + 1]! - values[i]!)
}

/** Adds d loss / d value at `time` to the breakpoints' gradients: the transpose of `valueAt`. */
export function spread(track: Track, time: number, gradient: number, into: Float64Array): void {
  const { times } = track,
    i = segmentAt(track, time)
  if (i < 0 || i === times.length - 1) {
    into[Math.max(i, 0)]! += gradient
    return
  }
  const u = (time - times[i]!) / (times[i + 1]! - times[i]!)
  into[i]! += gradient * (1 - u)
  into[i + 1]! += gradient * u
}
