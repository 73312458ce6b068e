/** Systems of equations, as Gauss and Newton's method asks for them. */

/**
 * x of A x = b by Cholesky's factors.
 * @param A symmetric and positive definite, row by row; else the result is NaN
 */
export function solveSymmetric(A: readonly (readonly number[])[], b: readonly number[]): number[] {
  const n = b.length,
    L = A.map(row => row.map(() => 0)),
    x = [...b]
  for (let i = 0; i < n; i++)
    for (let k = 0; k <= i; k++) {
      let sum = A[i]![k]!
      for (let j = 0; j < k; j++) sum -= L[i]![j]! * L[k]![j]!
      L[i]![k] = i === k ? Math.sqrt(sum) : sum / L[k]![k]!
    }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= L[i]![k]! * x[k]!
    x[i]! /= L[i]![i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= L[k]![i]! * x[k]!
    x[i]! /= L[i]![i]!
  }
  return x
}
