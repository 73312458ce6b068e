/** A broken line through what was read over time, with no more corners than that asks for: what an automation lane was. */
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
    sums = sumsOf(series),
    priced = (corners: readonly number[]): Priced => {
      const line = lineThrough(sums, corners)
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
  /** The first corner that does not come before reading i. */
  let after = 0
  for (let i = 0; i < count; i++) {
    while (after < corners.length && corners[after]! < i) after++
    if (corners[after] === i) continue
    if (after > 0) changes.push(corners.toSpliced(after - 1, 1, i))
    if (after < corners.length) changes.push(corners.toSpliced(after, 1, i))
    if (corners.length + 1 >= most) continue
    changes.push(corners.toSpliced(after, 0, i))
    if (i + 1 < count && corners[after] !== i + 1) changes.push(corners.toSpliced(after, 0, i, i + 1))
  }
  return changes
}

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

/** Sums over all readings before each: of weights, of times and their squares, of values, of both, of squares of values. */
interface Sums {
  readonly times: readonly number[]
  readonly mean: number
  readonly of: Readonly<Record<'w' | 't' | 'tt' | 'v' | 'vt' | 'vv', Float64Array>>
}
function sumsOf({ times, values, weights }: Series): Sums {
  const count = times.length,
    mean =
      values.reduce((sum, value, i) => sum + weights[i]! * value, 0) / (weights.reduce((a, b) => a + b, 0) + nothing),
    of = { w: 0, t: 0, tt: 0, v: 0, vt: 0, vv: 0 },
    all = Object.fromEntries(Object.keys(of).map(key => [key, new Float64Array(count + 1)])) as Sums['of']
  // From the middle of the song on, so that squares of times stay small.
  const middle = times[count >> 1]!,
    centred = times.map(time => time - middle)
  for (let i = 0; i < count; i++) {
    const w = weights[i]!,
      t = centred[i]!,
      v = values[i]! - mean,
      one = { w, t: w * t, tt: w * t * t, v: w * v, vt: w * v * t, vv: w * v * v }
    for (const key of Object.keys(of) as (keyof typeof of)[]) all[key][i + 1] = all[key][i]! + one[key]
  }
  return { times: centred, mean, of: all }
}

/** Values at given corners by least squares: a line between two of them, constant outside. */
function lineThrough({ times, mean, of }: Sums, corners: readonly number[]): Through {
  const size = corners.length,
    diagonal = new Float64Array(size).fill(nothing),
    beside = new Float64Array(size),
    right = new Float64Array(size),
    count = times.length,
    sum = (key: keyof Sums['of'], from: number, to: number) => of[key][to]! - of[key][from]!,
    flat = (k: number, from: number, to: number) => {
      diagonal[k]! += sum('w', from, to)
      right[k]! += sum('v', from, to)
    }
  flat(0, 0, corners[0]!)
  flat(size - 1, corners[size - 1]!, count)
  for (let k = 0; k + 1 < size; k++) {
    const [a, b] = [corners[k]!, corners[k + 1]!],
      start = times[a]!,
      long = times[b]! - start,
      w = sum('w', a, b),
      t = sum('t', a, b),
      // Of shares of the way to the next corner, and of their squares.
      share = (t - start * w) / long,
      squares = (sum('tt', a, b) - 2 * start * t + start * start * w) / (long * long),
      v = sum('v', a, b),
      next = (sum('vt', a, b) - start * v) / long
    diagonal[k]! += w - 2 * share + squares
    diagonal[k + 1]! += squares
    beside[k] = share - squares
    right[k]! += v - next
    right[k + 1]! += next
  }
  const found = tridiagonal(diagonal, beside, right),
    cost = of.vv[count]! - found.reduce((all, value, k) => all + value * right[k]!, 0)
  return { values: found.map(value => value + mean), cost: Math.max(0, cost) }
}

/** Solves a symmetric positive definite system whose rows know only their neighbours. */
function tridiagonal(diagonal: Float64Array, beside: Float64Array, right: Float64Array): Float64Array {
  const d = diagonal.slice(),
    x = right.slice()
  for (let k = 1; k < x.length; k++) {
    const factor = beside[k - 1]! / d[k - 1]!
    d[k]! -= factor * beside[k - 1]!
    x[k]! -= factor * x[k - 1]!
  }
  for (let k = x.length - 1; k >= 0; k--) x[k] = (x[k]! - (k + 1 < x.length ? beside[k]! * x[k + 1]! : 0)) / d[k]!
  return x
}
