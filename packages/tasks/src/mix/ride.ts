/** Rides: a fader that moves with the song, as breakpoints that a person can edit. */
import type { Lane } from '@mixwright/graph'
import { type Reasoned, rounded } from './decisions.ts'

/** Breakpoints [seconds, dB]: linear between them, held before the first and after the last. */
export type Points = Lane['lane']
export interface Ride extends Reasoned {
  readonly points: Points
}

/** What thinning and rounding may move a ride by, dB. */
export const thinning = 0.25
/** A ride that stays within this of 0 dB is not heard. */
const inaudible = 0.3

/** The value of breakpoints at a time, as a lane has it. */
export function pointsAt(points: Points, seconds: number): number {
  let low = 0,
    high = points.length - 1
  if (seconds <= points[0]![0]) return points[0]![1]
  if (seconds >= points[high]![0]) return points[high]![1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (points[middle]![0] <= seconds) low = middle
    else high = middle
  }
  const [t0, v0] = points[low]!,
    [t1, v1] = points[high]!
  return v0 + ((seconds - t0) / (t1 - t0)) * (v1 - v0)
}

/**
 * Ramer and Douglas–Peucker: as few of the points as stay within `tolerance` of all of them, read along the value, as a
 * lane is.
 */
export function thinned(points: Points, tolerance: number): Points {
  const keep = new Uint8Array(points.length),
    open: [number, number][] = [[0, points.length - 1]]
  keep[0] = keep[points.length - 1] = 1
  while (open.length) {
    const [from, to] = open.pop()!,
      [t0, v0] = points[from]!,
      [t1, v1] = points[to]!
    let worst = tolerance,
      at = -1
    for (let i = from + 1; i < to; i++) {
      const [t, v] = points[i]!,
        off = Math.abs(v - v0 - ((t - t0) / (t1 - t0)) * (v1 - v0))
      if (off > worst) {
        worst = off
        at = i
      }
    }
    if (at < 0) continue
    keep[at] = 1
    open.push([from, at], [at, to])
  }
  return points.filter((_, i) => keep[i])
}

/** Values to be edited: thinned, tenths of a dB, hundredths of a second; undefined where nothing would be heard. */
export function ridable(points: Points): Points | undefined {
  if (points.length === 0 || points.every(([, v]) => Math.abs(v) < inaudible)) return undefined
  // Half a step of 0.1 dB goes to the rounding of values.
  const few = thinned(points, thinning - 0.05).map(([t, v]) => [rounded(t, 2), rounded(v)] as const)
  return few.filter(([t], i) => i === 0 || t > few[i - 1]![0])
}
