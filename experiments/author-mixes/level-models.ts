/**
 * Ways to set faders from what is known of each stem, with free numbers to be found on other songs. All gains are in dB
 * up to a constant; the song's role table is the hand-written one, so that naming does not enter.
 */
import { type Role, rulesOf } from '../../packages/tasks/src/mix/roles.ts'
import { balanceOf, type Part, partLevels, partOf, type SongFigures, type StemFigures, stemErrors } from './figures.ts'
import { mean } from './statistics.ts'

export interface Model {
  readonly name: string
  /** Values tried for each free number. */
  readonly grid: Readonly<Record<string, readonly number[]>>
  readonly gain: (stem: StemFigures, p: Readonly<Record<string, number>>) => number
  /** Offsets that the training songs give to each kind of stem. */
  readonly offsets?: (stem: StemFigures) => string
  /** The parts' energies are brought to what the training songs have in the mean. */
  readonly targets?: boolean
}
const level = (stem: StemFigures): number => rulesOf(stem.role).level,
  steps = [0, 0.25, 0.5, 0.75, 1] as const,
  byPart = (stem: StemFigures): string => partOf(stem),
  byRole = (stem: StemFigures): string => (stem.lead ? 'lead' : stem.role)

/** One level of the table moved. */
const moved = (role: Role): Model => ({
  name: `level rule, ${role} moved by d`,
  grid: { d: [-6, -4, -2, 0, 2, 4, 6] },
  gain: (s, { d }) => level(s) - s.loudness + (s.role === role ? d! : 0)
})

export const models: readonly Model[] = [
  { name: 'raw sum', grid: {}, gain: () => 0 },
  { name: 'equal loudness while active', grid: {}, gain: s => -s.loudness },
  { name: 'equal energy over the song', grid: {}, gain: s => -s.power },
  { name: 'equal peaks', grid: {}, gain: s => -s.peak },
  { name: 'level rule', grid: {}, gain: s => level(s) - s.loudness },
  { name: 'level rule, levels × b', grid: { b: steps }, gain: (s, { b }) => b! * level(s) - s.loudness },
  { name: 'a of the way from raw to the rule', grid: { a: steps }, gain: (s, { a }) => a! * (level(s) - s.loudness) },
  {
    name: 'a (−loudness) + b level',
    grid: { a: steps, b: steps },
    gain: (s, { a, b }) => b! * level(s) - a! * s.loudness
  },
  {
    name: 'a (−loudness) + b level + c (−peak)',
    grid: { a: steps, b: steps, c: steps },
    gain: (s, { a, b, c }) => b! * level(s) - a! * s.loudness - c! * s.peak
  },
  { name: 'level rule + offset per part', grid: {}, gain: s => level(s) - s.loudness, offsets: byPart },
  { name: 'equal loudness + offset per part', grid: {}, gain: s => -s.loudness, offsets: byPart },
  { name: 'equal loudness + offset per role', grid: {}, gain: s => -s.loudness, offsets: byRole },
  { name: 'level rule + offset per role', grid: {}, gain: s => level(s) - s.loudness, offsets: byRole },
  { name: 'raw sum + offset per role', grid: {}, gain: () => 0, offsets: byRole },
  {
    name: 'a (−loudness) + b level + offset per part',
    grid: { a: steps, b: steps },
    gain: (s, { a, b }) => b! * level(s) - a! * s.loudness,
    offsets: byPart
  },
  {
    name: 'a (−loudness) + b level + offset per role',
    grid: { a: steps, b: steps },
    gain: (s, { a, b }) => b! * level(s) - a! * s.loudness,
    offsets: byRole
  },
  { name: 'level rule in each part, parts to the mean', grid: {}, gain: s => level(s) - s.loudness, targets: true },
  { name: 'equal loudness in each part, parts to the mean', grid: {}, gain: s => -s.loudness, targets: true },
  { name: 'raw in each part, parts to the mean', grid: {}, gain: () => 0, targets: true },
  ...(['kick', 'snare', 'hihat', 'bass', 'keys', 'synth', 'strings'] as const).map(moved)
]

/** Songs that an offset must be seen in before half of it counts. */
const shrink = 2

export type Fitted = (song: SongFigures) => number[]

/** The model with its numbers set, its offsets the shrunken means of what is left on the songs given. */
export function fitted(model: Model, p: Readonly<Record<string, number>>, training: readonly SongFigures[]): Fitted {
  const plain: Fitted = song => song.stems.map(stem => model.gain(stem, p)),
    kind = model.offsets
  if (model.targets) return toTargets(plain, training)
  if (!kind) return plain
  const left = new Map<string, number[]>()
  for (const song of training) {
    const errors = stemErrors(plain(song), balanceOf(song)),
      inSong = new Map<string, number[]>()
    song.stems.forEach((stem, i) => inSong.set(kind(stem), [...(inSong.get(kind(stem)) ?? []), -errors[i]!]))
    for (const [name, values] of inSong) left.set(name, [...(left.get(name) ?? []), mean(values)])
  }
  const offset = new Map(
    [...left].map(([name, values]) => [name, (mean(values) * values.length) / (values.length + shrink)])
  )
  return song => plain(song).map((gain, i) => gain + (offset.get(kind(song.stems[i]!)) ?? 0))
}

/** Parts shifted until their energies stand as in the training songs, against the mean over the song's parts. */
function toTargets(plain: Fitted, training: readonly SongFigures[]): Fitted {
  const seen = new Map<Part, number[]>()
  for (const song of training)
    for (const [part, level] of partLevels(song.stems, balanceOf(song)))
      seen.set(part, [...(seen.get(part) ?? []), level])
  const target = (part: Part): number => {
    const values = seen.get(part) ?? []
    return values.length ? (mean(values) * values.length) / (values.length + shrink) : 0
  }
  return song => {
    const gains = plain(song),
      levels = partLevels(song.stems, gains)
    return gains.map((gain, i) => gain + target(partOf(song.stems[i]!)) - levels.get(partOf(song.stems[i]!))!)
  }
}

/** All combinations of a grid. */
export function combinations(grid: Readonly<Record<string, readonly number[]>>): Record<string, number>[] {
  return Object.entries(grid).reduce<Record<string, number>[]>(
    (all, [name, values]) => all.flatMap(one => values.map(value => ({ ...one, [name]: value }))),
    [{}]
  )
}
