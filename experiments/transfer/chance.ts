/**
 * By how much the level features of two passages of one recording differ, development recordings alone: the `chance` of
 * packages/tasks/src/transfer/levels.ts.
 *   node tools/run.mjs experiments/transfer/chance.ts SOURCES
 */
import { levelFeatures, levelsOf } from '../../packages/tasks/src/transfer/levels.ts'
import { halves, rate, seeded, sourcesIn } from './pairs.ts'

const random = seeded(11),
  differences: number[][] = levelFeatures.map(() => [])
for (let round = 0; round < 3; round++)
  for (const source of sourcesIn(process.argv[2]!).development) {
    const cut = halves(source, random)
    if (!cut) continue
    const [a, b] = cut.map(audio => levelsOf(audio, rate).values)
    a!.forEach((value, i) => differences[i]!.push(value - b![i]!))
  }
levelFeatures.forEach(({ of, quantile }, i) => {
  const all = differences[i]!.map(Math.abs).sort((p, q) => p - q),
    rms = Math.sqrt(all.reduce((sum, d) => sum + d * d, 0) / all.length)
  // Of the middle: a normal one's median is 0.6745 of its deviation.
  console.log(
    `${of} ${quantile}: ${rms.toFixed(2)}, by the median ${(all[Math.floor(all.length / 2)]! / 0.6745).toFixed(2)}`
  )
})
