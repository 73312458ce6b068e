/** What was heard of each song, as `listen.ts` keeps it in a scratch folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Traits } from '../../packages/tasks/src/master/norms/traits.ts'
import type { Song } from './songs.ts'

export interface Heard extends Song, Traits {
  /** `peaksOver` */
  readonly psr: number
  readonly crest: number
  readonly integrated: number
}
export const keptAs = (name: string): string => `${name.replace(/[^a-z0-9]+/gi, '-')}.json`

/** All songs but those that are too short, silent, or heard already (a song and its remix differ; a copy does not). */
export function keptIn(scratch: string): Heard[] {
  const all = readdirSync(scratch)
      .filter(file => file.endsWith('.json'))
      .map(file => JSON.parse(readFileSync(join(scratch, file), 'utf8')) as Heard)
      .filter(song => song.levels),
    order = ['training', 'tuning', 'held-out']
  all.sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part) || (a.name < b.name ? -1 : 1))
  const kept: Heard[] = []
  for (const song of all) if (!kept.some(other => copies(song, other))) kept.push(song)
  return kept
}
/** Alike to half a dB in every band, whatever their levels. */
function copies(a: Heard, b: Heard): boolean {
  const differences = a.levels.map((level, i) => level - b.levels[i]!),
    mean = differences.reduce((x, y) => x + y, 0) / differences.length
  return differences.every(d => Math.abs(d - mean) < 0.5)
}
