/** Least squares of a sound's residuals, many dampings at once: what is heard side by side costs little. */
import { solveSymmetric } from './cholesky.ts'
import type { SoundResiduals } from './residuals.ts'
import type { Setting } from './settings.ts'
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
  worth = 1e-2,
  /** Slopes are used again, mended, where they brought as much. */
  again = 0.4,
  /** Least differences, as a share of the largest: nearer the least of all, slopes must be more exact. */
  finest = 0.03

/** Sounds heard in a round beside those of the slopes, about: each damping's, some of them led back, and where they lead. */
export const besides = 12

export function descend(
  bench: Workbench,
  kind: SoundResiduals,
  start: Float64Array,
  { rounds, enough, change, price, signal }: DescentOptions
): Descended {
  let at: Point = { units: start, residuals: bench.residuals(kind, start) },
    loss = squareOf(at.residuals),
    columns: Float64Array[] | undefined,
    idle = 0,
    round = 0
  for (; round < rounds && loss > enough && idle < patience; round++) {
    signal?.throwIfAborted()
    const fresh = columns === undefined
    columns ??= bench.jacobian(kind, at.units, Math.max(change * finest, Math.min(change, 0.1 * Math.sqrt(loss))))
    const next = nextOf(bench, kind, { at, loss, columns, start, price }, fresh)
    if (fresh) idle = next.share > 1 - worth ? idle + 1 : 0
    if (next.share < 1) {
      const to = { units: next.units, residuals: bench.residuals(kind, next.units) }
      loss = next.loss
      if (next.share < again) turn(columns, at, to)
      at = to
    }
    if (!(next.share < again)) columns = undefined
  }
  return { units: at.units, loss, rounds: round }
}

interface Here {
  readonly at: Point
  readonly loss: number
  readonly columns: readonly Float64Array[]
  readonly start: Float64Array
  readonly price: number
}
/** The best step of all dampings, and what it leaves of loss and price. */
function nextOf(bench: Workbench, kind: SoundResiduals, { at, loss, columns, start, price }: Here, fresh: boolean) {
  const paid = (u: Float64Array) => price * u.reduce((sum, v, j) => sum + (v - start[j]!) ** 2, 0),
    model = modelOf(columns, at.residuals, at.units, start, price),
    dampings = [
      ...levenberg.map(d => () => d * model.mean),
      ...marquardt.map(d => (j: number) => d * model.normal[j]![j]!)
    ],
    points = dampings.map(damping => stepped(at.units, model, bench.settings, damping)),
    back: Float64Array[] = [],
    losses = bench.squares(kind, points, (r, k) => {
      if (!fresh) return
      const gradient = gradientOf(columns, r, points[k]!, start, price)
      back[k] = stepped(points[k]!, { ...model, gradient }, bench.settings, dampings[k]!)
    }),
    now = loss + paid(at.units),
    best = () => {
      const totals = losses.map((l, k) => l + paid(points[k]!)),
        total = Math.min(...totals),
        k = totals.indexOf(total)
      return { units: points[k]!, loss: losses[k]!, share: total / now }
    }
  if (!fresh || best().share < again) return best()
  // Valleys bend: from where the steps came to, the same slopes lead back to the ground.
  points.push(...back)
  losses.push(...bench.squares(kind, back))
  return best()
}

interface Point {
  readonly units: Float64Array
  readonly residuals: Float64Array
}
/** Slopes that say what the step has brought (Broyden, Math. Comp. 19, 1965). */
function turn(columns: readonly Float64Array[], from: Point, to: Point): void {
  const step = to.units.map((v, j) => v - from.units[j]!),
    square = squareOf(step),
    missed = to.residuals.map((r, i) => r - from.residuals[i]!)
  step.forEach((d, j) => {
    if (d !== 0) for (let i = 0; i < missed.length; i++) missed[i]! -= d * columns[j]![i]!
  })
  step.forEach((d, j) => {
    if (d !== 0) for (let i = 0; i < missed.length; i++) columns[j]![i]! += (missed[i]! * d) / square
  })
}

export interface Model {
  readonly gradient: readonly number[]
  readonly normal: readonly Float64Array[]
  readonly mean: number
}
export function modelOf(
  columns: readonly Float64Array[],
  residuals: Float64Array,
  units: Float64Array,
  start: Float64Array,
  price: number
): Model {
  const normal = normalOf(columns)
  normal.forEach((row, i) => (row[i]! += price))
  return {
    gradient: gradientOf(columns, residuals, units, start, price),
    normal,
    mean: normal.reduce((sum, row, i) => sum + row[i]!, 0) / normal.length
  }
}
const gradientOf = (
  columns: readonly Float64Array[],
  residuals: Float64Array,
  units: Float64Array,
  start: Float64Array,
  price: number
): number[] => columns.map((column, j) => dot(column, residuals) + price * (units[j]! - start[j]!))
/** JᵀJ */
export function normalOf(columns: readonly Float64Array[]): Float64Array[] {
  const normal = columns.map(() => new Float64Array(columns.length))
  columns.forEach((a, i) => {
    for (let j = 0; j <= i; j++) normal[i]![j] = normal[j]![i] = dot(a, columns[j]!)
  })
  return normal
}
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * Where the damped model is least; what would leave its range is held at its end and the rest solved again. A step goes no
 * farther than slopes hold.
 * @param fixed settings that stay
 */
export function stepped(
  x: Float64Array,
  { gradient, normal, mean }: Model,
  settings: readonly Setting[],
  damping: (j: number) => number,
  fixed: (j: number) => boolean = () => false
): Float64Array {
  const ends = (j: number) => !settings[j]!.circular,
    held = Array.from(
      x,
      (v, j) => fixed(j) || (ends(j) && ((v <= 0 && gradient[j]! > 0) || (v >= 1 && gradient[j]! < 0)))
    ),
    to = x.slice(),
    indices = [...x.keys()]
  for (let out = true; out; ) {
    out = false
    const free = indices.filter(j => !held[j]),
      moved = indices.filter(j => held[j] && to[j] !== x[j]),
      step = solveSymmetric(
        free.map(i => free.map(j => normal[i]![j]! + (i === j ? damping(i) + 1e-12 * mean + 1e-30 : 0))),
        free.map(i => moved.reduce((sum, j) => sum - normal[i]![j]! * (to[j]! - x[j]!), -gradient[i]!))
      )
    free.forEach((j, k) => {
      const v = x[j]! + step[k]!
      to[j] = ends(j) ? Math.max(0, Math.min(1, v)) : v
      if (to[j] !== v) out = held[j] = true
    })
  }
  const most = to.reduce((m, v, j) => Math.max(m, Math.abs(v - x[j]!)), 0)
  return most > farthest ? to.map((v, j) => x[j]! + ((v - x[j]!) * farthest) / most) : to
}
