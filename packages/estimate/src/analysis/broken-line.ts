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
const most = 40
/**
 * What a corner (a time and a value) must take off the sum of squares, in variances of the scatter from reading to reading,
 * times the log of the readings (G. Schwarz, Annals of Statistics 6 (1978): 1 a parameter), twice that as readings err alike.
 */
const price = 4

/** Adds the corner, or the two corners of a step, that help most, until none is worth its price; then takes off what has become idle. */
export function brokenLine(series: Series): BrokenLine {
  const { times, values } = series,
    mean: Through = lineThrough(series, [0]),
    scatter = scatterOf(series),
    worth = price * scatter * Math.log(times.length)
  let corners = [0],
    best: Through = mean
  while (corners.length < most) {
    const offers = times.flatMap((_, i) => [[i], ...(i + 1 < times.length ? [[i, i + 1]] : [])]),
      found = offers
        .map(more => sorted(corners, more))
        .filter(set => set.length > corners.length)
        .map(set => ({ set, ...lineThrough(series, set) }))
        .map(one => ({ ...one, value: one.cost + worth * one.set.length }))
        .reduce<(Through & { set: number[]; value: number }) | undefined>(
          (a, b) => (a && a.value <= b.value ? a : b),
          undefined
        )
    if (!found || found.value >= best.cost + worth * corners.length) break
    corners = found.set
    best = found
  }
  for (let i = 0; corners.length > 1 && i < corners.length; ) {
    const rest = corners.toSpliced(i, 1),
      without = lineThrough(series, rest)
    if (without.cost > best.cost + worth) i++
    else [corners, best, i] = [rest, without, 0]
  }
  return {
    points: corners.map((i, k) => [times[i]!, best.values[k]!]),
    explained: values.length > 1 && mean.cost > 0 ? 1 - best.cost / mean.cost : 0
  }
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
