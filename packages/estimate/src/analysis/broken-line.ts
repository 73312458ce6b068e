/** A broken line through what was read over time, with no more corners than that asks for: what an automation lane was. */
import { solveSymmetric } from '../fit/cholesky.ts'

export interface Series {
  /** Ascending. */
  readonly times: readonly number[]
  readonly values: readonly number[]
  /** One over the variance that a reading has at least; 0: nothing was read. */
  readonly weights: readonly number[]
}
export type Points = readonly (readonly [time: number, value: number])[]
export interface BrokenLine {
  /** One point: constant. */
  readonly points: Points
  /** Share of the weighted variance around the mean that the line explains, 0 to 1. */
  readonly explained: number
}

/** Corners at most. */
const most = 24
/**
 * What a corner (a time and a value) must take off the sum of squares, in variances of the scatter from reading to reading,
 * times the log of the readings (G. Schwarz, Annals of Statistics 6 (1978): 1 a parameter), twice that as readings err alike.
 */
const price = 4

/** Adds, moves or takes off the corner that helps most, or adds the two of a step, until nothing is worth its price. */
export function brokenLine(series: Series): BrokenLine {
  const { times, values } = series,
    worth = price * scatterOf(series) * Math.log(times.length),
    priced = (corners: readonly number[]): Priced => {
      const line = lineThrough(series, corners)
      return { corners, line, value: line.cost + worth * corners.length }
    },
    mean = priced([0])
  let best = mean
  for (;;) {
    const found = changesOf(best.corners, times.length)
      .map(priced)
      .reduce((a, b) => (b.value < a.value ? b : a), best)
    if (found === best) break
    best = found
  }
  const { corners, line } = best
  return {
    points: corners.map((i, k) => [times[i]!, line.values[k]!]),
    explained: values.length > 1 && mean.line.cost > 0 ? 1 - line.cost / mean.line.cost : 0
  }
}
interface Priced {
  readonly corners: readonly number[]
  readonly line: Through
  readonly value: number
}
/** One corner more, two in a row, one instead of the next on either side, one less. */
function changesOf(corners: readonly number[], count: number): number[][] {
  const changes = corners.length > 1 ? corners.map((_, k) => corners.toSpliced(k, 1)) : []
  for (let i = 0; i < count; i++) {
    if (corners.includes(i)) continue
    const after = corners.findIndex(corner => corner > i),
      before = (after < 0 ? corners.length : after) - 1
    if (before >= 0) changes.push(sorted(corners.toSpliced(before, 1), [i]))
    if (after >= 0) changes.push(sorted(corners.toSpliced(after, 1), [i]))
    if (corners.length + 1 < most) changes.push(sorted(corners, [i]), sorted(corners, [i, Math.min(i + 1, count - 1)]))
  }
  return changes
}
const sorted = (a: readonly number[], b: readonly number[]) => [...new Set([...a, ...b])].sort((x, y) => x - y)

/** Variance of readings in units of what they have at least: median of what it is off the middle of its neighbours, squared; 0.455 is that of a normal one. */
function scatterOf({ values, weights }: Series): number {
  const off = values
    .flatMap((value, i) => {
      const [before, after] = [weights[i - 1] ?? 0, weights[i + 1] ?? 0]
      if (!(before > 0 && after > 0 && weights[i]! > 0)) return []
      const variance = 1 / weights[i]! + 0.25 / before + 0.25 / after
      return [(value - 0.5 * (values[i - 1]! + values[i + 1]!)) ** 2 / variance]
    })
    .sort((a, b) => a - b)
  return Math.max(1, off.length === 0 ? 0 : off[off.length >> 1]! / 0.455)
}

interface Through {
  readonly values: Float64Array
  readonly cost: number
}
/** Weight of the mean at a corner around which nothing was read. */
const nothing = 1e-9
const meanOf = ({ values, weights }: Series): number =>
  values.reduce((sum, value, i) => sum + weights[i]! * value, 0) / (weights.reduce((a, b) => a + b, 0) + nothing)
/** Values at given corners by least squares: a line between two of them, constant outside. */
function lineThrough({ times, values, weights }: Series, corners: readonly number[]): Through {
  const size = corners.length,
    matrix = Array.from({ length: size }, (_, i) => {
      const row = new Float64Array(size)
      row[i] = nothing
      return row
    }),
    right = new Float64Array(size),
    mean = meanOf({ times, values, weights }),
    places: [at: number, share: number][] = []
  let k = 0
  for (const [i, time] of times.entries()) {
    while (k + 1 < size && corners[k + 1]! <= i) k++
    const inside = i >= corners[0]! && k + 1 < size,
      from = times[corners[k]!]!,
      share = inside ? (time - from) / (times[corners[k + 1]!]! - from) : 0,
      w = weights[i]!
    places.push([k, share])
    matrix[k]![k]! += w * (1 - share) ** 2
    right[k]! += w * (1 - share) * (values[i]! - mean)
    if (share > 0) {
      matrix[k + 1]![k]! += w * share * (1 - share)
      matrix[k + 1]![k + 1]! += w * share ** 2
      right[k + 1]! += w * share * (values[i]! - mean)
    }
  }
  const found = solveSymmetric(matrix, right).map(value => value + mean)
  const cost = places.reduce((sum, [at, share], i) => {
    const line = (1 - share) * found[at]! + (share > 0 ? share * found[at + 1]! : 0)
    return sum + weights[i]! * (values[i]! - line) ** 2
  }, 0)
  return { values: found, cost }
}
