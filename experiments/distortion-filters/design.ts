/**
 * The two linear-phase filters of kernels/oversampling.ts, equiripple by Lawson's iteration (weighted least squares whose
 * weights follow the
 * error; Rice & Usow, Math. Comp. 22, 1968). Prints the coefficients from the end to the middle, and the errors
 * reached.
 */
interface Band {
  readonly from: number
  readonly to: number
  readonly want: (f: number) => number
  readonly weight: number
}
type Basis = (f: number) => number[]

function solve(a: number[][], b: number[]): number[] {
  const n = b.length
  for (let i = 0; i < n; i++) {
    let best = i
    for (let r = i + 1; r < n; r++) if (Math.abs(a[r]![i]!) > Math.abs(a[best]![i]!)) best = r
    ;[a[i], a[best]] = [a[best]!, a[i]!]
    ;[b[i], b[best]] = [b[best]!, b[i]!]
    for (let r = i + 1; r < n; r++) {
      const q = a[r]![i]! / a[i]![i]!
      for (let c = i; c < n; c++) a[r]![c]! -= q * a[i]![c]!
      b[r]! -= q * b[i]!
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = i + 1; c < n; c++) b[i]! -= a[i]![c]! * b[c]!
    b[i]! /= a[i]![i]!
  }
  return b
}

/** Coefficients of `basis` that keep weight × |error| least at its worst; and the worst, per band. */
function chebyshev(basis: Basis, bands: readonly Band[], rounds = 400): { x: number[]; worst: number[] } {
  const points = bands.flatMap((band, k) => {
    const count = Math.ceil((band.to - band.from) * 3000)
    return Array.from({ length: count + 1 }, (_, i) => {
      const f = band.from + ((band.to - band.from) * i) / count
      return { k, row: basis(f), want: band.want(f), weight: band.weight }
    })
  })
  const size = points[0]!.row.length,
    lawson = new Float64Array(points.length).fill(1 / points.length)
  let x: number[] = [],
    best = Number.POSITIVE_INFINITY,
    found: { x: number[]; worst: number[] } = { x, worst: [] }
  for (let round = 0; round < rounds; round++) {
    const a = Array.from({ length: size }, () => new Array<number>(size).fill(0)),
      b = new Array<number>(size).fill(0)
    points.forEach((p, i) => {
      const w = lawson[i]! * p.weight ** 2
      for (let r = 0; r < size; r++) {
        const wr = w * p.row[r]!
        b[r]! += wr * p.want
        for (let c = 0; c <= r; c++) a[r]![c]! += wr * p.row[c]!
      }
    })
    for (let r = 0; r < size; r++) for (let c = r + 1; c < size; c++) a[r]![c] = a[c]![r]!
    x = solve(a, b)
    const errors = points.map(p => Math.abs(p.row.reduce((s, v, i) => s + v * x[i]!, 0) - p.want)),
      top = Math.max(...errors.map((e, i) => e * points[i]!.weight))
    if (top < best) {
      best = top
      found = { x, worst: bands.map((_, k) => Math.max(...errors.filter((_e, i) => points[i]!.k === k))) }
    }
    const mean = errors.reduce((s, e, i) => s + lawson[i]! * e * points[i]!.weight, 0)
    errors.forEach((e, i) => {
      lawson[i]! *= (e * points[i]!.weight) / mean
    })
  }
  return found
}
const show = (title: string, h: readonly number[], worst: readonly number[]) =>
  console.log(
    `${title}: pass band ±${(20 * Math.log10(1 + worst[0]!)).toFixed(4)} dB, stop band ${(20 * Math.log10(worst[1]!)).toFixed(1)} dB\n${h.map(v => v.toFixed(10)).join(', ')}`
  )
const cosine = (f: number, offset: number): number => 2 * Math.cos(2 * Math.PI * f * offset)

// Steep: at twice the sample rate, flat to 0.4 of the sample rate, closed from one half of it. Frequencies in cycles
// per sample at twice the
// rate. What is wanted in the pass band undoes one half of what piecewise lines in and triangular means out do to small
// signals,
// (1, 4, 1)/6 at four times the rate. Each phase sums to 1/2, so that a constant stays one: that settles the
// coefficients at offsets 0 and 1.
const reach = Number(process.argv[2] ?? 32),
  weight = Number(process.argv[3] ?? 16)
const droop = (f: number): number => (2 + Math.cos(Math.PI * f)) / 3,
  fixed = (f: number): number => 0.5 + cosine(f, 1) / 4
const offsets = Array.from({ length: reach - 1 }, (_, k) => reach - k)
const steep = chebyshev(
  f => offsets.map(o => cosine(f, o) - cosine(f, o % 2)),
  [
    { from: 0, to: 0.2, want: f => 1 / Math.sqrt(droop(f)) - fixed(f), weight: 1 },
    { from: 0.25, to: 0.5, want: f => -fixed(f), weight }
  ]
)
const rest = (parity: number): number =>
  0.5 - 2 * steep.x.reduce((s, v, k) => s + (offsets[k]! % 2 === parity ? v : 0), 0)
show(`steep, ${2 * reach + 1} taps`, [...steep.x, rest(1) / 2, rest(0)], steep.worst)

// Half-band: at four times the sample rate, open to one eighth, closed from three eighths. The middle is 1/2, every
// other coefficient 0.
const d = Number(process.argv[4] ?? 7),
  odd = Array.from({ length: (d - 1) / 2 }, (_, k) => d - 2 * k)
const half = chebyshev(
  f => odd.map(o => cosine(f, o) - cosine(f, 1)),
  [{ from: 0, to: 0.125, want: f => 0.5 - cosine(f, 1) / 4, weight: 1 }]
)
show(
  `half-band, ${2 * d + 1} taps`,
  [...half.x, 0.25 - half.x.reduce((s, v) => s + v, 0)],
  [half.worst[0]!, half.worst[0]!]
)
