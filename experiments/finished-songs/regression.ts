/** Ridge regression in its dual form (fewer songs than traits), and the covariance of what it leaves. */
import { backward, cholesky, forward } from '@mixwright/estimate'
import { expectedLevels, type Learned, standardised } from '../../packages/tasks/src/master/norms/learned.ts'
import { type Traits, withoutCliff } from '../../packages/tasks/src/master/norms/traits.ts'

type Model = Omit<Learned, 'sigma'>
const column = (rows: readonly (readonly number[])[], i: number) => rows.map(row => row[i]!),
  meanOf = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length
export const levelFree = (levels: readonly number[]): number[] => {
  const mean = meanOf(levels)
  return levels.map(level => level - mean)
}

/** @param penalty per song, where the standardised traits of a song have a mean square of 1 */
export function ridge(songs: readonly Traits[], penalty: number): Model {
  const inputs = songs.map(({ traits }) => traits.flat()),
    outputs = songs.map(({ levels }) => levelFree(withoutCliff(levels))),
    mean = inputs[0]!.map((_, i) => meanOf(column(inputs, i))),
    deviation = mean.map((m, i) => Math.max(1e-3, Math.sqrt(meanOf(column(inputs, i).map(v => (v - m) ** 2))))),
    z = songs.map(({ traits }) => standardised(traits, { mean, deviation })),
    factor = cholesky(z.map((a, i) => z.map((b, j) => dot(a, b) / mean.length + (i === j ? penalty : 0)))),
    base = outputs[0]!.map((_, b) => meanOf(column(outputs, b))),
    weights = base.map((level, b) => {
      const dual = backward(
        factor,
        forward(
          factor,
          column(outputs, b).map(v => v - level)
        )
      )
      return mean.map((_, i) => z.reduce((sum, row, n) => sum + dual[n]! * row[i]!, 0) / mean.length)
    })
  return { mean, deviation, base, weights }
}
function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** dB per band by which a song stands above what is expected of it, less their mean. */
export const residual = ({ levels, traits }: Traits, model: Model): number[] => {
  const expected = expectedLevels(traits, model as Learned)
  return levelFree(withoutCliff(levels).map((level, b) => level - expected[b]!))
}

/** What is left of songs that were not learned from: each package in turn is left out. */
export function leftOut<S extends Traits>(
  songs: readonly S[],
  packOf: (song: S) => string,
  penalty: number
): number[][] {
  return [...new Set(songs.map(packOf))].flatMap(pack => {
    const model = ridge(
      songs.filter(song => packOf(song) !== pack),
      penalty
    )
    return songs.filter(song => packOf(song) === pack).map(song => residual(song, model))
  })
}

/** Of rows about zero, shrunk a tenth of the way towards its own diagonal. */
export const covariance = (rows: readonly (readonly number[])[]): number[][] =>
  rows[0]!.map((_, i) =>
    rows[0]!.map((_, j) => (i === j ? 1 : 0.9) * meanOf(rows.map(row => row[i]! * row[j]!)) + (i === j ? 0.05 : 0))
  )
