import { createRandom } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { sumsOf } from './swing-windows.ts'

it.each([
  [1, 6.8],
  [4, 17]
])('sums energies of windows in bins of %i along a way that swings by %f, silent beyond their ends', (bin, swing) => {
  const random = createRandom(2),
    bins = 53,
    rows = Array.from({ length: 9 }, () => Float64Array.from({ length: bins }, () => random.normal())),
    way = Float64Array.from(rows, (_, w) => Math.sin(w)),
    sum = sumsOf({ bin, rows, deviation: 1 }, kernels)
  for (const [from, to] of [
    [0, bins],
    [8, 41],
    [50, 50]
  ] as const) {
    const expected = Array.from({ length: to - from }, (_, k) =>
      rows.reduce((all, row, w) => all + (row[from + k + Math.round((swing * way[w]!) / bin)] ?? 0), 0)
    )
    // Nine numbers of about 1 in single precision.
    expect([...sum(from, to, way, swing)].map((v, k) => Math.abs(v - expected[k]!) < 1e-5)).toEqual(
      expected.map(() => true)
    )
  }
})
