/**
 * What a reference from the same package would give instead: its Bark levels as they are, or as what is expected of the song.
 * Plants are added to the levels; how level the peaks are bears no witness here.
 *   node tools/run.mjs experiments/finished-songs/references.ts SCRATCH
 */
import { inBark } from '../../packages/tasks/src/master/norms/plants.ts'
import { createBelief } from '../../packages/tasks/src/master/norms/posterior.ts'
import { withoutCliff } from '../../packages/tasks/src/master/norms/traits.ts'
import { barkError } from './bark-error.ts'
import { type Heard, keptIn } from './kept.ts'
import { tonePlants } from './planted.ts'
import { covariance, leftOut, levelFree, residual, ridge } from './regression.ts'

const [scratch] = process.argv.slice(2)
if (!scratch) {
  console.error('usage: node tools/run.mjs experiments/finished-songs/references.ts SCRATCH')
  process.exit(2)
}
const songs = keptIn(scratch),
  learned = songs.filter(({ part }) => part === 'training'),
  unseen = songs.filter(({ part }) => part === 'held-out'),
  model = ridge(learned, 0.5),
  /** Each song with the next of its package. */
  pairs = (of: readonly Heard[]) =>
    of.flatMap((song): [Heard, Heard][] => {
      const pack = of.filter(other => other.pack === song.pack),
        next = pack[(pack.indexOf(song) + 1) % pack.length]!
      return next === song ? [] : [[song, next]]
    }),
  mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length,
  plain = (song: Heard) => levelFree(withoutCliff(song.levels)),
  expected = (song: Heard) => residual(song, model),
  apart = (of: (song: Heard) => readonly number[], [a, b]: [Heard, Heard]) => {
    const other = of(b)
    return of(a).map((v, i) => v - other[i]!)
  },
  report = (
    name: string,
    out: (pair: [Heard, Heard], planted: readonly number[], curve: readonly number[]) => readonly number[]
  ) =>
    console.log(
      `| ${name} | ${Object.entries({ clean: () => 0, ...tonePlants })
        .map(([plant, response]) => {
          const curve = inBark(response, 24),
            shares = pairs(unseen).map(pair => {
              const clean = pair[0].levels,
                planted = clean.map((v, b) => v + curve[b]!),
                away = barkError(out(pair, planted, curve), clean)
              return plant === 'clean' ? away : 100 * (1 - away / barkError(planted, clean))
            }),
            middle = shares.slice().sort((a, b) => a - b)[shares.length >> 1]!
          return plant === 'clean'
            ? `${mean(shares).toFixed(2)} dB`
            : `${mean(shares).toFixed(0)} (${middle.toFixed(0)})`
        })
        .join(' | ')} |`
    )

console.log(`${pairs(unseen).length} held-out songs`)
console.log(
  `| way | clean moved | ${Object.keys(tonePlants).join(' | ')} |\n|---|---|${Object.keys(tonePlants)
    .map(() => '---')
    .join('|')}|`
)
report('the reference as it is', ([, other]) => other.levels)
for (const [name, of] of [
  ['reference as expectation', plain],
  ['reference and traits as expectation', expected]
] as const) {
  const belief = createBelief(covariance(pairs(learned).map(pair => apart(of, pair))), { nothing: 4.5, freedom: 10 })
  report(name, (pair, planted, curve) => {
    const { added } = belief(apart(of, pair).map((v, b) => v + curve[b]!))
    return planted.map((v, b) => v - added[b]!)
  })
}
for (const [name, of] of [
  ['mean spectrum as expectation', 1e9],
  ['traits as expectation', 0.5]
] as const) {
  const own = ridge(learned, of),
    belief = createBelief(covariance(leftOut(learned, ({ pack }) => pack, of)), { nothing: 4.5, freedom: 10 })
  report(name, ([song], planted, curve) => {
    const { added } = belief(residual(song, own).map((v, b) => v + curve[b]!))
    return planted.map((v, b) => v - added[b]!)
  })
}
