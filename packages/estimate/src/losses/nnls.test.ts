import { createRandom } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { nonNegativeLeastSquares } from './nnls.ts'

it('meets the conditions of Karush, Kuhn and Tucker on random problems, rank-deficient ones among them', () => {
  const random = createRandom(2)
  for (let trial = 0; trial < 50; trial++) {
    const n = 1 + random.below(8),
      rows = trial % 3 === 0 ? Math.max(1, n - 1) : 3 * n,
      A = Array.from({ length: rows }, () => Array.from({ length: n }, () => random.normal())),
      y = A.map(() => random.normal()),
      H = new Float64Array(n * n),
      f = new Float64Array(n)
    A.forEach((row, r) =>
      row.forEach((v, i) => {
        f[i]! += v * y[r]!
        row.forEach((w, j) => (H[i * n + j]! += v * w))
      })
    )
    const a = nonNegativeLeastSquares(H, f)
    for (let i = 0; i < n; i++) {
      const gradient = a.reduce((s, v, j) => s + H[i * n + j]! * v, -f[i]!)
      expect(a[i]).toBeGreaterThanOrEqual(0)
      expect(gradient).toBeGreaterThan(-1e-5)
      if (a[i]! > 0) expect(Math.abs(gradient)).toBeLessThan(1e-5)
    }
  }
})
it('leaves what has no column at 0', () =>
  expect([...nonNegativeLeastSquares(Float64Array.of(2, 0, 0, 0), Float64Array.of(3, 0))]).toEqual([1.5, 0]))
