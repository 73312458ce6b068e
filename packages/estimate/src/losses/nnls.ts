/**
 * Non-negative least squares from the normal equations: min ½ aᵀHa - fᵀa, a ≥ 0, one coordinate after the other until
 * nothing moves (Franc, Hlaváč & Navara, "Sequential coordinate-wise algorithm for the non-negative least squares
 * problem", CAIP 2005).
 * @param H n × n, row by row, symmetric, not negative definite; a row of zeros leaves its coordinate at 0
 * @param f n numbers
 */
export function nonNegativeLeastSquares(H: Float64Array, f: Float64Array): Float64Array {
  const n = f.length,
    a = new Float64Array(n)
  // The gradient Ha - f.
  const gradient = f.map(v => -v)
  for (let sweep = 0; sweep < 5000; sweep++) {
    let moved = 0
    for (let i = 0; i < n; i++) {
      const curvature = H[i * n + i]!
      if (!(curvature > 0)) continue
      const next = Math.max(0, a[i]! - gradient[i]! / curvature),
        step = next - a[i]!
      if (step === 0) continue
      a[i] = next
      for (let j = 0; j < n; j++) gradient[j]! += step * H[j * n + i]!
      moved = Math.max(moved, Math.abs(step) / (next + 1e-12))
    }
    if (moved < 1e-9) break
  }
  return a
}
