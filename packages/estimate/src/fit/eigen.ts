/** Eigenvalues of symmetric matrices of a few hundred rows. */
import type { Matrix } from './cholesky.ts'

export interface Eigen {
  /** From the least to the largest. */
  readonly values: Float64Array
  /** Of length 1, in the same order. */
  readonly vectors: Matrix
}

/** By cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, 4th ed., 8.5). @param matrix symmetric */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): Eigen {
  const n = matrix.length,
    a = matrix.map(row => Float64Array.from(row)),
    // Row k becomes vector k.
    v = matrix.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))),
    total = a.reduce((sum, row) => row.reduce((s, x) => s + x * x, sum), 0)
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        off += a[p]![q]! ** 2
        rotate(a, v, p, q)
      }
    if (off <= 1e-32 * total) break
  }
  const order = [...a.keys()].sort((i, j) => a[i]![i]! - a[j]![j]!)
  return { values: Float64Array.from(order, i => a[i]![i]!), vectors: order.map(i => v[i]!) }
}

/** Makes a[p][q] zero. */
function rotate(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  const apq = a[p]![q]!
  if (apq === 0) return
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq),
    t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1)),
    c = 1 / Math.sqrt(t * t + 1),
    s = t * c,
    turn = (x: Float64Array, y: Float64Array) => {
      for (let k = 0; k < x.length; k++) {
        const xk = x[k]!,
          yk = y[k]!
        x[k] = c * xk - s * yk
        y[k] = s * xk + c * yk
      }
    }
  for (const row of a) {
    const [ap, aq] = [row[p]!, row[q]!]
    row[p] = c * ap - s * aq
    row[q] = s * ap + c * aq
  }
  turn(a[p]!, a[q]!)
  turn(v[p]!, v[q]!)
}
