/** Gradient descent with moments. */

export interface Evaluation {
  readonly loss: number
  /** d loss / d x, as long as x. May be reused by the next evaluation. */
  readonly gradient: Float64Array
}
export interface AdamOptions {
  /** Step in units of x of the first iterations; falls to a tenth of it along a cosine. */
  readonly rate: number
  readonly iterations: number
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((fraction: number) => void) | undefined
}
export interface Found {
  /** Where the loss was least. */
  readonly x: Float64Array
  readonly loss: number
  /** The loss at the start. */
  readonly first: number
}

/** Decay of the means of the gradient and of its square, and what keeps the division finite. */
const beta1 = 0.9,
  beta2 = 0.99,
  epsilon = 1e-8

/**
 * Adam (Kingma & Ba, ICLR 2015), from x = `start`; returns the best point that was visited.
 * @throws RangeError if a loss or gradient is not finite; the signal's reason
 */
export function adam(start: Float64Array, evaluate: (x: Float64Array) => Evaluation, options: AdamOptions): Found {
  const { rate, iterations, signal, progress } = options,
    x = start.slice(),
    mean = new Float64Array(x.length),
    square = new Float64Array(x.length)
  let best = { x: start.slice(), loss: Number.POSITIVE_INFINITY },
    first = Number.NaN
  for (let k = 1; k <= iterations + 1; k++) {
    signal?.throwIfAborted()
    const { loss, gradient } = evaluate(x)
    if (!Number.isFinite(loss) || gradient.some(g => !Number.isFinite(g)))
      throw new RangeError(`the loss or its gradient is not finite at step ${k}: ${loss}`)
    if (k === 1) first = loss
    if (loss < best.loss) best = { x: x.slice(), loss }
    progress?.(Math.min(1, k / (iterations + 1)))
    if (k > iterations) break
    const size = rate * (0.55 + 0.45 * Math.cos((Math.PI * (k - 1)) / iterations))
    for (let i = 0; i < x.length; i++) {
      const g = gradient[i]!
      mean[i] = beta1 * mean[i]! + (1 - beta1) * g
      square[i] = beta2 * square[i]! + (1 - beta2) * g * g
      x[i]! -= (size * (mean[i]! / (1 - beta1 ** k))) / (Math.sqrt(square[i]! / (1 - beta2 ** k)) + epsilon)
    }
  }
  return { ...best, first }
}
