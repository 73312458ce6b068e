/**
 * How much level peaks say, and the odds that go with it: plants in every so many songs to learn from and to tune on.
 *   node tools/run.mjs experiments/finished-songs/witness.ts MASTERS SCRATCH [EVERY]
 * SCRATCH as `listen.ts` left it. Prints, for each power, the mean likelihood of what was planted, and for each power and
 * odds how far clean songs move and the mean share removed. The package of a song is left out of what is expected of it.
 */
import { clipOf } from '@mixwright/dsp'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { unevenPeaks, witnessOf } from '../../packages/tasks/src/master/norms/ceiling.ts'
import { inBark, plants } from '../../packages/tasks/src/master/norms/plants.ts'
import { createBelief } from '../../packages/tasks/src/master/norms/posterior.ts'
import { barkError } from './bark-error.ts'
import { keptIn } from './kept.ts'
import { equalised } from './planted.ts'
import { covariance, leftOut, residual, ridge } from './regression.ts'
import { decoded } from './songs.ts'

const [masters, scratch, every = '5'] = process.argv.slice(2)
if (!masters || !scratch) {
  console.error('usage: node tools/run.mjs experiments/finished-songs/witness.ts MASTERS SCRATCH [EVERY]')
  process.exit(2)
}
const kernels = await loadKernels(),
  rate = 44100,
  known = keptIn(scratch).filter(({ part }) => part !== 'held-out'),
  mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length,
  /** Nothing, and the plants of middle strength. */
  truths = [0, ...plants.flatMap((_, h) => (h % 6 === 2 || h % 6 === 3 ? [h + 1] : []))],
  curves = truths.map(truth => inBark(truth === 0 ? () => 0 : plants[truth - 1]!.response, 24)),
  cases: { residual: number[]; levels: readonly number[]; uneven: number[][][]; sigma: number[][] }[] = [],
  sigmas = new Map<string, { model: ReturnType<typeof ridge>; sigma: number[][] }>()

for (const song of known.filter((_, i) => i % Number(every) === 0)) {
  const sound = decoded(song.path, 150)
  if (!sound) continue
  if (!sigmas.has(song.pack)) {
    const rest = known.filter(({ pack }) => pack !== song.pack)
    sigmas.set(song.pack, { model: ridge(rest, 0.5), sigma: covariance(leftOut(rest, ({ pack }) => pack, 0.5)) })
  }
  const { model, sigma } = sigmas.get(song.pack)!,
    uneven: number[][][] = []
  for (const truth of truths) {
    const audio = truth === 0 ? sound.audio : equalised(sound.audio, plants[truth - 1]!.response, rate)
    uneven.push(await unevenPeaks(clipOf(audio, rate), kernels))
  }
  cases.push({ residual: residual(song, model), levels: song.levels, uneven, sigma })
}
console.log(`${cases.length} songs`)
for (const power of [0, 3, 6, 9, 12, 18]) {
  const likelihoods = cases.flatMap(({ uneven }) =>
    truths.map((truth, t) => {
      const logs = witnessOf(uneven[t]!, power),
        most = Math.max(...logs)
      return logs[truth]! - most - Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0))
    })
  )
  console.log(`power ${power}: mean log likelihood ${mean(likelihoods).toFixed(2)}`)
  for (const nothing of [2, 3, 4.5, 6, 9]) {
    const away = curves.map((curve, t) =>
      cases.map(({ residual: plain, levels, uneven, sigma }) => {
        const { added } = createBelief(sigma, { nothing, freedom: 10 })(
            plain.map((v, b) => v + curve[b]!),
            witnessOf(uneven[t]!, power)
          ),
          planted = levels.map((v, b) => v + curve[b]!),
          left = barkError(
            planted.map((v, b) => v - added[b]!),
            levels
          )
        return t === 0 ? left : 1 - left / barkError(planted, levels)
      })
    )
    console.log(
      `  odds ${nothing}: clean moved ${mean(away[0]!).toFixed(2)} dB, removed ${away
        .slice(1)
        .map((shares, t) => `${plants[truths[t + 1]! - 1]!.kind} ${mean(shares).toFixed(2)}`)
        .join(', ')}`
    )
  }
}
