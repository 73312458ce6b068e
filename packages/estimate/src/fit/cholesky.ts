/** A = L Lᵀ, for matrices of a few hundred rows; row by row. */
export type Matrix = readonly Float64Array[]

/** @param a symmetric @throws RangeError unless it is positive definite */
export function cholesky(a: readonly ArrayLike<number>[]): Matrix {
  const l = a.map(row => new Float64Array(row.length))
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!
      const p = l[i]!,
        q = l[j]!
      for (let k = 0; k < j; k++) sum -= p[k]! * q[k]!
      if (i === j && !(sum > 0)) throw new RangeError(`row ${i} of the matrix: it is not positive definite`)
      p[j] = i === j ? Math.sqrt(sum) : sum / q[j]!
    }
  return l
}
/** x of L x = b. */
export function forward(l: Matrix, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(b.length)
  for (let i = 0; i < x.length; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= l[i]![k]! * x[k]!
    x[i] = sum / l[i]![i]!
  }
  return x
}
/** x of Lᵀ x = b. */
export function backward(l: Matrix, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(b.length)
  for (let i = x.length - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < x.length; k++) sum -= l[k]![i]! * x[k]!
    x[i] = sum / l[i]![i]!
  }
  return x
}
/** x of A x = b. @param a symmetric @throws RangeError unless it is positive definite */
export function solveSymmetric(a: readonly ArrayLike<number>[], b: ArrayLike<number>): Float64Array {
  const l = cholesky(a)
  return backward(l, forward(l, b))
}
