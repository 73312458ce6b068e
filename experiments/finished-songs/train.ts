/**
 * Learns what finished songs are like, from what `listen.ts` kept of the training part; the tuning part chooses the odds.
 *   node tools/run.mjs experiments/finished-songs/train.ts SCRATCH [WEIGHTS.ts]
 */
import { writeFileSync } from 'node:fs'
import { cholesky, forward } from '@mixwright/estimate'
import { createBelief, type Prior } from '../../packages/tasks/src/master/norms/posterior.ts'
import { inBark } from '../../packages/tasks/src/master/norms/plants.ts'
import { barkError } from './bark-error.ts'
import { type Heard, keptIn } from './kept.ts'
import { tonePlants } from './planted.ts'
import { covariance, leftOut, residual, ridge } from './regression.ts'

const [scratch, file] = process.argv.slice(2)
if (!scratch) {
  console.error('usage: node tools/run.mjs experiments/finished-songs/train.ts SCRATCH [WEIGHTS.ts]')
  process.exit(2)
}
const songs = keptIn(scratch),
  [training, tuning] = (['training', 'tuning'] as const).map(part => songs.filter(song => song.part === part)) as [
    Heard[],
    Heard[]
  ],
  bands = training[0]!.levels.length,
  small = (pack: string) => training.filter(song => song.pack === pack).length < 8,
  /** Packages of a few songs count as one. */
  packOf = ({ pack }: Heard) => (small(pack) ? 'small' : pack),
  mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length,
  rms = (list: readonly number[]) => Math.sqrt(mean(list.map(v => v * v)))
console.log(`${training.length} songs to learn from, ${tuning.length} to tune on`)

/** Removed share per plant, and how far clean songs move, over songs. */
function outcome(
  of: readonly Heard[],
  residuals: readonly (readonly number[])[],
  sigma: number[][],
  prior: Prior
): string {
  const belief = createBelief(sigma, prior)
  return Object.entries({ clean: () => 0, ...tonePlants })
    .map(([name, response]) => {
      const curve = inBark(response, bands),
        shares = of.map(({ levels }, i) => {
          const { added } = belief(residuals[i]!.map((v, b) => v + curve[b]!)),
            planted = levels.map((v, b) => v + curve[b]!),
            left = barkError(
              planted.map((v, b) => v - added[b]!),
              levels
            )
          return name === 'clean' ? left : 1 - left / barkError(planted, levels)
        })
      return `${name} ${mean(shares).toFixed(2)} (${shares.sort((a, b) => a - b)[shares.length >> 1]!.toFixed(2)})`
    })
    .join(', ')
}

/** Standard deviations by which a plant stands out of what songs differ by, whatever their level: more than 2.5 could be told. */
const distinctness = (curve: readonly number[], sigma: readonly (readonly number[])[]): number =>
  Math.hypot(...forward(cholesky(sigma.map(row => row.map(v => v + 1e4))), curve))

const penalty = 0.5,
  priors = [2, 4, 6, 8, 12, 20].map((nothing): Prior => ({ nothing, freedom: 10 }))
for (const [name, cost] of [
  ['mean spectrum', 1e9],
  ['ridge', penalty]
] as const) {
  const left = leftOut(training, packOf, cost),
    sigma = covariance(left),
    model = ridge(training, cost),
    tuned = tuning.map(song => residual(song, model))
  console.log(
    `  against what is left: ${Object.entries(tonePlants)
      .map(([plant, response]) => `${plant} ${distinctness(inBark(response, bands), sigma).toFixed(2)}`)
      .join(', ')}`
  )
  console.log(`${name}: residual ${rms(left.flat()).toFixed(2)} dB left out, ${rms(tuned.flat()).toFixed(2)} dB tuning`)
  for (const prior of priors) console.log(`  nothing ${prior.nothing}: ${outcome(tuning, tuned, sigma, prior)}`)
}
if (file) {
  const model = ridge(training, penalty),
    sigma = covariance(leftOut(training, packOf, penalty)),
    units = model.weights.map(row => Math.max(...row.map(Math.abs)) / 999),
    words = (list: readonly number[], unit: number) => `'${list.map(v => Math.round(v / unit)).join(' ')}'`
  writeFileSync(
    file,
    `// Learned by experiments/finished-songs/train.ts from ${training.length} songs: see docs/models/master-norms.md. Not to be edited.
export const weights = {
  mean: ${words(model.mean, 0.001)},
  deviation: ${words(model.deviation, 0.001)},
  base: ${words(model.base, 0.01)},
  units: [${units.map(v => v.toPrecision(6)).join(', ')}],
  rows: [${model.weights.map((row, b) => words(row, units[b]!)).join(',\n    ')}],
  sigma: [${sigma.map(row => words(row, 0.01)).join(',\n    ')}]
}
`
  )
}
