/** Automation between consoles: ours is straight in dB, that of workstations in amplitude. */
import type { DawPoints } from '@mixwright/files'
import { edgeGainRange } from '@mixwright/graph'
import type { Points } from '../mix/ride.ts'

export const factorOf = (dB: number): number => 10 ** (dB / 20)
/** dB; silence is the least that an edge can do. */
export const decibels = (factor: number): number =>
  Math.max(edgeGainRange.min, Math.min(edgeGainRange.max, 20 * Math.log10(Math.abs(factor))))

/**
 * dB between two points: over r nepers the chord of an exponential is off by r²/8 at most, here (1.5 dB = 0.173) 0.4 % or
 * 0.03 dB.
 */
const chord = 1.5

/** Breakpoints in dB as factors, with more of them where the lines would part. */
export function toFactors(points: Points): DawPoints {
  return points.flatMap(([t, v], i) => {
    const before = points[i - 1]
    if (!before) return [[t, factorOf(v)] as const]
    const pieces = Math.max(1, Math.ceil(Math.abs(v - before[1]) / chord))
    return Array.from({ length: pieces }, (_, k) => {
      const u = (k + 1) / pieces
      return [before[0] + u * (t - before[0]), factorOf(before[1] + u * (v - before[1]))] as const
    })
  })
}

/** Factors, times a level, as breakpoints in dB. */
export function toDecibels(points: DawPoints, level: number): Points {
  const floor = factorOf(edgeGainRange.min) * 10
  return points.flatMap(([t, v], i) => {
    const before = points[i - 1],
      own = [t, decibels(v * level)] as const
    if (!before || before[1] === v) return [own]
    // Equal steps in dB, where the straight line in amplitude passes them.
    const from = Math.max(before[1], floor),
      to = Math.max(v, floor),
      pieces = Math.ceil(Math.abs(20 * Math.log10(to / from)) / chord),
      inner = Array.from({ length: Math.max(0, pieces - 1) }, (_, k) => {
        const value = from * (to / from) ** ((k + 1) / pieces)
        return [before[0] + ((value - before[1]) / (v - before[1])) * (t - before[0]), decibels(value * level)] as const
      })
    return [...inner, own].filter(([time]) => time > before[0] && time <= t)
  })
}
