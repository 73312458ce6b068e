/** Least squares of a sound's residuals, many dampings at once: what is heard side by side costs little. */
import { solveSymmetric } from './cholesky.ts'
import type { SoundResiduals } from './residuals.ts'
import { squareOf, type Workbench } from './workbench.ts'

export interface DescentOptions {
  readonly rounds: number
  /** Ends at this distance. */
  readonly enough: number
  /** Of the differences that slopes are read from, in units of the residuals' norm. */
  readonly change: number
  /** What the square of a way from the start costs. */
  readonly price: number
  readonly signal?: AbortSignal | undefined
}
export interface Descended {
  readonly units: Float64Array
  /** Σ r², without the price. */
  readonly loss: number
  readonly rounds: number
}
/** Of Levenberg's (times the mean of the normal matrix's diagonal) and Marquardt's (times each of it) damping. */
const levenberg = [1e-5, 1e-3, 3e-2, 1],
  marquardt = [1e-9, 1e-5, 1e-3, 1e-1],
  /** A step goes no farther in any setting, in shares of its range: the slopes hold near only. */
  farthest = 0.35,
  /** Rounds that may bring less than the share. */
  patience = 2,
  worth = 3e-3

export function descend(
  bench: Workbench,
  kind: SoundResiduals,
  start: Float64Array,
  { rounds, enough, change, price, signal }: DescentOptions
): Descended {
  const paid = (u: Float64Array) => price * u.reduce((sum, v, j) => sum + (v - start[j]!) ** 2, 0)
  let units = start,
    residuals = bench.residuals(kind, units),
    loss = squareOf(residuals),
    idle = 0,
    round = 0
  for (; round < rounds && loss > enough && idle < patience; round++) {
    signal?.throwIfAborted()
    const model = modelOf(bench.jacobian(kind, units, change), residuals, units, start, price),
      points = [
        ...levenberg.map(d => stepped(units, model, () => d * model.mean)),
        ...marquardt.map(d => stepped(units, model, j => d * model.normal[j]![j]!))
      ],
      losses = bench.squares(kind, points),
      totals = losses.map((l, k) => l + paid(points[k]!)),
      best = totals.reduce((a, total, k) => (total < totals[a]! ? k : a), 0),
      now = loss + paid(units)
    // The steps of the differences may have been wrong: once more.
    if (!(totals[best]! < now)) {
      idle++
      continue
    }
    idle = totals[best]! > (1 - worth) * now ? idle + 1 : 0
    units = points[best]!
    residuals = bench.residuals(kind, units)
    loss = losses[best]!
  }
  return { units, loss, rounds: round }
}

interface Model {
  readonly gradient: readonly number[]
  readonly normal: readonly Float64Array[]
  readonly mean: number
}
function modelOf(
  columns: readonly Float64Array[],
  residuals: Float64Array,
  units: Float64Array,
  start: Float64Array,
  price: number
): Model {
  const normal = normalOf(columns)
  normal.forEach((row, i) => (row[i]! += price))
  return {
    gradient: columns.map((column, j) => dot(column, residuals) + price * (units[j]! - start[j]!)),
    normal,
    mean: normal.reduce((sum, row, i) => sum + row[i]!, 0) / normal.length
  }
}
/** JᵀJ */
export function normalOf(columns: readonly Float64Array[]): Float64Array[] {
  const normal = columns.map(() => new Float64Array(columns.length))
  columns.forEach((a, i) => {
    for (let j = 0; j <= i; j++) normal[i]![j] = normal[j]![i] = dot(a, columns[j]!)
  })
  return normal
}
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Where the damped model is least; what would leave its range is held at its end and the rest solved again. */
function stepped(x: Float64Array, { gradient, normal, mean }: Model, damping: (j: number) => number): Float64Array {
  const held = Array.from(x, (v, j) => (v <= 0 && gradient[j]! > 0) || (v >= 1 && gradient[j]! < 0)),
    to = x.slice(),
    indices = [...x.keys()]
  for (let out = true; out; ) {
    out = false
    const free = indices.filter(j => !held[j]),
      fixed = indices.filter(j => held[j] && to[j] !== x[j]),
      step = solveSymmetric(
        free.map(i => free.map(j => normal[i]![j]! + (i === j ? damping(i) + 1e-12 * mean + 1e-30 : 0))),
        free.map(i => fixed.reduce((sum, j) => sum - normal[i]![j]! * (to[j]! - x[j]!), -gradient[i]!))
      )
    free.forEach((j, k) => {
      const v = x[j]! + step[k]!
      to[j] = Math.max(0, Math.min(1, v))
      if (v < 0 || v > 1) out = held[j] = true
    })
  }
  const most = to.reduce((m, v, j) => Math.max(m, Math.abs(v - x[j]!)), 0)
  return most > farthest ? to.map((v, j) => x[j]! + ((v - x[j]!) * farthest) / most) : to
}
