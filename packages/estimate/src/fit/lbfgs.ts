/** A quasi-Newton method for losses with a gradient: few evaluations where the loss is smooth. */
import type { Evaluation, Found } from './adam.ts'
import { type Bounds, heldAt, projected, requireBounds } from './bounds.ts'

export interface LbfgsOptions {
  readonly iterations: number
  /** Ends after as many, at least 1: at a kink an iteration takes 25. Default: as many as it takes. */
  readonly evaluations?: number
  /** Ends where so many iterations brought less than this share of the loss. Default: 0, as many as are remembered. */
  readonly worth?: number
  readonly patience?: number
  readonly bounds?: Bounds
  /** Steps that the curvature is learnt from. Default: 10. */
  readonly memory?: number
  /** Ends where no number of the gradient that may still move is larger. Default: 1e-8. */
  readonly tolerance?: number
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((fraction: number) => void) | undefined
}
export interface LbfgsFound extends Found {
  readonly evaluations: number
}

/** Least decrease and least rise of the slope that a step must bring (Nocedal & Wright, 3.6), and how often it is tried. */
const decrease = 1e-4,
  curvature = 0.9,
  tries = 25

interface Point {
  readonly x: Float64Array
  readonly loss: number
  readonly gradient: Float64Array
}
interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
}
/** Asks for the loss and its gradient where it says. */
type Asking<Result> = Generator<Float64Array, Result, Evaluation>
type At = (x: Float64Array) => Asking<Point>

/**
 * L-BFGS (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.4) with ranges by projection: numbers that
 * stand at a bound and would leave it are held, and of the others each step's path is bent at the bounds (Bertsekas,
 * SIAM J. Control Optim. 20, 1982). The step's length is found by bisection for the weak Wolfe conditions, which ends at
 * kinks too (Lewis & Overton, Math. Program. 141, 2013). A loss that is not finite is a step too long.
 * @throws RangeError if the loss or gradient at the start is not finite, or the bounds do not fit; the signal's reason
 */
export function lbfgs(
  start: Float64Array,
  evaluate: (x: Float64Array) => Evaluation,
  options: LbfgsOptions
): LbfgsFound {
  const asking = lbfgsAsking(start, options)
  for (let next = asking.next(); ; next = asking.next(evaluate(next.value))) if (next.done) return next.value
}

/** The same where evaluations come later. */
export async function lbfgsLater(
  start: Float64Array,
  evaluate: (x: Float64Array) => Promise<Evaluation>,
  options: LbfgsOptions
): Promise<LbfgsFound> {
  const asking = lbfgsAsking(start, options)
  for (let next = asking.next(); ; next = asking.next(await evaluate(next.value))) if (next.done) return next.value
}

function* lbfgsAsking(start: Float64Array, options: LbfgsOptions): Asking<LbfgsFound> {
  const {
    iterations,
    evaluations: most = Number.POSITIVE_INFINITY,
    bounds,
    memory = 10,
    worth = 0,
    patience = memory,
    tolerance = 1e-8,
    signal,
    progress
  } = options
  requireBounds(bounds, start.length)
  let evaluations = 0
  const at: At = function* (x) {
    signal?.throwIfAborted()
    evaluations++
    const { loss, gradient } = yield x
    return { x, loss, gradient: gradient.slice() }
  }
  let here = yield* at(projected(start.slice(), bounds)),
    pairs: Pair[] = []
  const first = here.loss,
    losses = [first]
  if (!isFinitePoint(here)) throw new RangeError(`the loss or its gradient is not finite at the start: ${first}`)
  for (let k = 0; k < iterations && evaluations < most; k++) {
    progress?.(k / iterations)
    const held = heldAt(here.x, here.gradient, bounds)
    if (here.gradient.every((g, i) => held[i] || Math.abs(g) <= tolerance)) break
    const next = yield* search(
      here,
      directionOf(here.gradient, held, pairs),
      bounds,
      at,
      Math.min(tries, most - evaluations)
    )
    if (next) {
      pairs = remembered(pairs, here, next, memory)
      here = next
      losses.push(next.loss)
      if (next.loss > losses.at(-1 - patience)! * (1 - worth)) break
    } else if (pairs.length > 0)
      pairs = [] // what was learnt misleads: once more down the gradient
    else break
  }
  progress?.(1)
  return { x: here.x, loss: here.loss, first, evaluations }
}

const isFinitePoint = ({ loss, gradient }: Point): boolean => Number.isFinite(loss) && gradient.every(Number.isFinite)
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0)
const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]!)

/** Only steps along which the slope rose tell of a curvature that a quadratic can have. */
function remembered(pairs: Pair[], from: Point, to: Point, memory: number): Pair[] {
  const s = difference(to.x, from.x),
    y = difference(to.gradient, from.gradient)
  return dot(s, y) > 1e-10 * Math.sqrt(dot(s, s) * dot(y, y)) ? [...pairs, { s, y }].slice(-memory) : pairs
}

/** The two loops (algorithm 7.4) among the numbers that are not held; down the gradient, at most 1 long, without pairs. */
function directionOf(gradient: Float64Array, held: readonly boolean[], pairs: readonly Pair[]): Float64Array {
  const free = (v: Float64Array) => v.map((value, i) => (held[i] ? 0 : value)),
    q = free(gradient).map(v => -v),
    used = pairs.map(({ s, y }) => ({ s: free(s), y: free(y) })).filter(({ s, y }) => dot(s, y) > 0),
    last = used.at(-1)
  if (!last) {
    const length = Math.sqrt(dot(q, q))
    return q.map(v => v / Math.max(1, length))
  }
  const shares: number[] = []
  for (let i = used.length - 1; i >= 0; i--) {
    const { s, y } = used[i]!
    shares[i] = dot(s, q) / dot(s, y)
    for (let j = 0; j < q.length; j++) q[j]! -= shares[i]! * y[j]!
  }
  const scale = dot(last.s, last.y) / dot(last.y, last.y)
  for (let j = 0; j < q.length; j++) q[j]! *= scale
  used.forEach(({ s, y }, i) => {
    const back = shares[i]! - dot(y, q) / dot(s, y)
    for (let j = 0; j < q.length; j++) q[j]! += back * s[j]!
  })
  return q
}

/** A point along the path that both conditions hold at, or the farthest that went down; undefined if none did. */
function* search(
  from: Point,
  direction: Float64Array,
  bounds: Bounds | undefined,
  at: At,
  most: number
): Asking<Point | undefined> {
  let near = 0,
    far = Number.POSITIVE_INFINITY,
    length = 1,
    best: Point | undefined
  for (let n = 0; n < most; n++) {
    const to = yield* at(
        projected(
          from.x.map((v, i) => v + length * direction[i]!),
          bounds
        )
      ),
      step = difference(to.x, from.x),
      slope = dot(from.gradient, step)
    if (slope < 0 && isFinitePoint(to) && to.loss <= from.loss + decrease * slope) {
      // Bent flat against the bounds a longer step changes nothing any more.
      if (best && difference(to.x, best.x).every(v => v === 0)) return best
      best = to
      near = length
      if (dot(to.gradient, step) >= curvature * slope) return best
    } else far = length
    length = far < Number.POSITIVE_INFINITY ? (near + far) / 2 : 2 * near
  }
  return best
}
