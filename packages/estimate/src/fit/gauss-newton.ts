/** Least squares for few numbers and many residuals. */
import { type Bounds, heldAt, projected, requireBounds } from './bounds.ts'
import { solveSymmetric } from './cholesky.ts'
import type { Found } from './adam.ts'

export interface Residuals {
  /** Any number of them, always as many. May be reused by the next evaluation. */
  readonly residuals: Float64Array
  /** d residuals / d x[i], a column for each x; asked for only where a step was accepted, before the next evaluation. */
  jacobian(): readonly Float64Array[]
}
export interface LeastSquaresOptions {
  readonly iterations: number
  readonly bounds?: Bounds
  /** Ends where a step promises to lower the loss by less than this share of it. Default: 1e-12. */
  readonly tolerance?: number
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((fraction: number) => void) | undefined
}

/**
 * The least ½ Σ r² by Levenberg's and Marquardt's method: Gauss-Newton steps, damped in units of each column's norm
 * (Moré 1978), the damping ruled by how much of the promised decrease came (Nielsen, IMM-REP-1999-05). Ranges as
 * `lbfgs` has them: what stands at a bound and would leave it is held, steps are cut at the bounds.
 * @throws RangeError if the loss at the start is not finite, or the bounds do not fit; the signal's reason
 */
export function levenbergMarquardt(
  start: Float64Array,
  evaluate: (x: Float64Array) => Residuals,
  options: LeastSquaresOptions
): Found {
  const { iterations, bounds, tolerance = 1e-12, signal, progress } = options
  requireBounds(bounds, start.length)
  const at = (x: Float64Array) => {
    signal?.throwIfAborted()
    const found = evaluate(x)
    return { loss: found.residuals.reduce((sum, r) => sum + r * r, 0) / 2, found }
  }
  let x = projected(start.slice(), bounds),
    now = at(x),
    model = modelOf(now.found),
    damping = 1e-3,
    growth = 2
  const first = now.loss,
    scales = new Float64Array(x.length)
  if (!Number.isFinite(first)) throw new RangeError(`the loss at the start is not finite: ${first}`)
  for (let k = 0; k < iterations; k++) {
    progress?.(k / iterations)
    const { gradient, normal } = model
    normal.forEach((row, i) => (scales[i] = Math.max(scales[i]!, row[i]!)))
    const held = heldAt(x, gradient, bounds),
      to = projected(stepFrom(x, model, held, scales, damping), bounds),
      step = to.map((v, i) => v - x[i]!),
      promised = -step.reduce(
        (sum, s, i) => sum + s * (gradient[i]! + 0.5 * step.reduce((t, v, j) => t + normal[i]![j]! * v, 0)),
        0
      )
    if (!(promised > tolerance * now.loss)) break
    const next = at(to),
      ratio = (now.loss - next.loss) / promised
    if (ratio > 0) {
      x = to
      now = next
      model = modelOf(now.found)
      damping *= Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3)
      growth = 2
    } else {
      damping *= growth
      growth *= 2
    }
  }
  progress?.(1)
  return { x, loss: now.loss, first }
}

/** Gradient Jᵀr and normal matrix JᵀJ. */
interface Model {
  readonly gradient: Float64Array
  readonly normal: readonly Float64Array[]
}
function modelOf(found: Residuals): Model {
  const columns = found.jacobian(),
    dot = (a: Float64Array, b: Float64Array) => {
      let sum = 0
      for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
      return sum
    }
  return {
    gradient: Float64Array.from(columns, column => dot(column, found.residuals)),
    normal: columns.map(a => Float64Array.from(columns, b => dot(a, b)))
  }
}

/** x + d of (JᵀJ + damping D) d = -Jᵀr among what is not held. */
function stepFrom(
  x: Float64Array,
  { gradient, normal }: Model,
  held: readonly boolean[],
  scales: Float64Array,
  damping: number
): Float64Array {
  const free = [...x.keys()].filter(i => !held[i]),
    // What no residual depends on stays where it is.
    least = 1e-12 * scales.reduce((a, b) => Math.max(a, b), 0) + 1e-300,
    step = solveSymmetric(
      free.map(i => free.map(j => normal[i]![j]! + (i === j ? damping * scales[i]! + least : 0))),
      free.map(i => -gradient[i]!)
    ),
    to = x.slice()
  free.forEach((i, k) => (to[i]! += step[k]!))
  return to
}
