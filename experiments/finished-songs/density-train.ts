/** The regression of density.ts: multinomial, with a penalty, by L-BFGS. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lbfgs } from '@mixwright/estimate'
import {
  densityChances,
  type DensityKind,
  densityKinds,
  type DensityModel,
  prior
} from '../../packages/tasks/src/master/norms/density.ts'
import { clipped } from '../../packages/tasks/src/master/norms/learned.ts'
import type { Song } from './songs.ts'

interface Planted {
  readonly traits: readonly number[]
  /** `peakiness` of the whole, dB. */
  readonly peaks: number
}
interface HeardPlants extends Song {
  readonly heard: Readonly<Record<string, Planted>>
}
const kindOf: Readonly<Record<string, DensityKind>> = {
  clean: 'as it was',
  crushed: 'crushed',
  limited: 'crushed',
  torn: 'torn',
  'torn quickly': 'torn'
}
/** Of weights, per plant; songs are as often as they were as they are crushed or torn. */
const penalty = 3
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length

interface Row {
  readonly z: readonly number[]
  readonly kind: number
  readonly weight: number
}
export function regression(songs: readonly HeardPlants[], plants: readonly string[]): DensityModel {
  const all = songs.flatMap(({ heard }) => plants.flatMap(plant => (heard[plant] ? [{ plant, ...heard[plant] }] : []))),
    traits = all[0]!.traits.length,
    centre = Array.from({ length: traits }, (_, i) => mean(all.map(row => row.traits[i]!))),
    deviation = centre.map((m, i) => Math.max(1e-2, Math.sqrt(mean(all.map(row => (row.traits[i]! - m) ** 2))))),
    share = (kind: DensityKind) => 2 / plants.filter(plant => kindOf[plant] === kind).length,
    rows = all.map(
      (row): Row => ({
        z: row.traits.map((value, i) => clipped(value, centre[i]!, deviation[i]!)),
        kind: densityKinds.indexOf(kindOf[row.plant]!),
        weight: share(kindOf[row.plant]!)
      })
    ),
    { x } = lbfgs(new Float64Array(densityKinds.length * (traits + 1)), at => unlikely(rows, traits, at), {
      iterations: 300,
      tolerance: 1e-4
    }),
    part = (k: number) => [...x.subarray(k * (traits + 1), (k + 1) * (traits + 1))]
  return {
    mean: centre,
    deviation,
    base: densityKinds.map((_, k) => part(k)[0]!),
    weights: densityKinds.map((_, k) => part(k).slice(1))
  }
}
/** Minus the logarithm of how likely the rows are, with the penalty. */
function unlikely(rows: readonly Row[], traits: number, x: Float64Array) {
  const size = traits + 1,
    gradient = new Float64Array(x.length)
  let loss = 0
  for (const { z, kind, weight } of rows) {
    const scores = densityKinds.map((_, k) => z.reduce((sum, v, i) => sum + v * x[k * size + 1 + i]!, x[k * size]!)),
      most = Math.max(...scores),
      likely = scores.map(score => Math.exp(score - most)),
      sum = likely.reduce((a, b) => a + b, 0)
    loss -= weight * Math.log(likely[kind]! / sum)
    for (let k = 0; k < likely.length; k++) {
      const slope = weight * (likely[k]! / sum - (k === kind ? 1 : 0))
      gradient[k * size]! += slope
      for (let i = 0; i < traits; i++) gradient[k * size + 1 + i]! += slope * z[i]!
    }
  }
  for (let k = 0; k < x.length; k++)
    if (k % size) {
      loss += penalty * x[k]! ** 2
      gradient[k]! += 2 * penalty * x[k]!
    }
  return { loss, gradient }
}

/** Shares of songs that are taken for each kind, and how they are told: a kind from a probability of `prior.sure` on. */
function shown(songs: readonly HeardPlants[], modelFor: (song: HeardPlants) => DensityModel, nothing: number): void {
  for (const plant of Object.keys(kindOf)) {
    const taken = songs.flatMap(song => {
      const heard = song.heard[plant]
      if (!heard) return []
      const chances = densityChances(heard.traits, modelFor(song), nothing)
      return [chances.findIndex((chance, k) => k > 0 && chance >= prior.sure)]
    })
    const share = (k: number) => (taken.filter(t => t === k).length / taken.length).toFixed(2)
    console.log(`  ${plant}: left ${share(-1)}, taken for crushed ${share(1)}, for torn ${share(2)}`)
  }
}

export function learnDensity(scratch: string, file?: string): void {
  const songs = readdirSync(scratch)
      .filter(name => name.endsWith('.json'))
      .map(name => JSON.parse(readFileSync(join(scratch, name), 'utf8')) as HeardPlants),
    plants = Object.keys(kindOf),
    training = songs.filter(({ part }) => part === 'training'),
    packs = [...new Set(training.map(({ pack }) => pack))],
    leaving = (among: readonly string[]) =>
      new Map(
        packs.map(pack => [
          pack,
          regression(
            training.filter(song => song.pack !== pack),
            among
          )
        ])
      ),
    whole = regression(training, plants),
    [first, other] = [leaving(plants), leaving(['clean', 'limited', 'torn quickly'])]
  for (const plant of plants.slice(1)) {
    const moved = songs.flatMap(({ heard }) =>
      heard[plant] && heard.clean ? [heard[plant].peaks - heard.clean.peaks] : []
    )
    console.log(`${plant}: peakiness ${mean(moved).toFixed(2)} dB`)
  }
  for (const nothing of [1, 2, 4]) {
    console.log(`odds ${nothing}; ${training.length} songs, each package left out`)
    shown(training, ({ pack }) => first.get(pack)!, nothing)
    console.log(`the same, learned from "limited" and "torn quickly" alone`)
    shown(training, ({ pack }) => other.get(pack)!, nothing)
    for (const part of ['tuning', 'held-out'] as const) {
      const some = songs.filter(song => song.part === part)
      if (some.length === 0) continue
      console.log(`${part}, ${some.length} songs`)
      shown(some, () => whole, nothing)
    }
  }
  if (!file) return
  const words = (list: readonly number[]) => `'${list.map(v => Math.round(v / 0.001)).join(' ')}'`
  writeFileSync(
    file,
    `// Learned by experiments/finished-songs/density.ts from ${training.length} songs: see docs/models/master-norms.md. Not to be edited.
export const densityWeights = {
  mean: ${words(whole.mean)},
  deviation: ${words(whole.deviation)},
  base: ${words(whole.base)},
  rows: [${whole.weights.map(words).join(',\n    ')}]
}
`
  )
}
