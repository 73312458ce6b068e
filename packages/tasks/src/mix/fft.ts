/** In-place complex FFT of a power of two (Cooley–Tukey, radix 2). */
export function fftOf(size: number): (re: Float64Array, im: Float64Array) => void {
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos(2 * Math.PI * i / size)), sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin(2 * Math.PI * i / size))
  const bits = Math.log2(size), swap = Uint32Array.from({ length: size }, (_, i) => { let r = 0; for (let b = 0; b < bits; b++) r = r << 1 | i >> b & 1; return r })
  return (re, im) => {
    for (let i = 0; i < size; i++) { const j = swap[i]!; if (j > i) { const a = re[i]!, b = im[i]!; re[i] = re[j]!; im[i] = im[j]!; re[j] = a; im[j] = b } }
    for (let half = 1, step = size / 2; half < size; half *= 2, step /= 2)
      for (let start = 0; start < size; start += 2 * half)
        for (let k = 0, t = 0; k < half; k++, t += step) {
          const i = start + k, j = i + half, wr = cos[t]!, wi = sin[t]!, xr = re[j]! * wr - im[j]! * wi, xi = re[j]! * wi + im[j]! * wr
          re[j] = re[i]! - xr; im[j] = im[i]! - xi; re[i] = re[i]! + xr; im[i] = im[i]! + xi
        }
  }
}
