/**
 * How well roles are heard, without names.
 *   node tools/run.mjs experiments/roles/run.ts FOLDER …
 * Each folder holds one song: dry/ with its stems, labels.json (stem → role, as general-midi.ts and recorded.ts write it)
 * or a line in author-mixes/song-roles.ts. "Chance": the share of the commonest role and group.
 */
import { likeliest, roleFromSignal } from '../../packages/tasks/src/mix/role-signal.ts'
import { rulesOf } from '../../packages/tasks/src/mix/roles.ts'
import { rolesBySong } from '../author-mixes/song-roles.ts'
import { type KnownStem, knownStems } from './data.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/roles/run.ts FOLDER …')
  process.exit(2)
}
const stems: KnownStem[] = []
for (const folder of folders) stems.push(...(await knownStems(folder)))

// Voices are told apart by names, not by sound; effects can sound like anything.
const judged = stems
    .filter(stem => stem.role !== 'fx')
    .map(({ role, ...stem }) => ({ ...stem, role: rulesOf(role).group === 'vocals' ? ('lead-vocal' as const) : role })),
  percent = (count: number, of: number) => `${((100 * count) / of).toFixed(0)} %`
type Judged = (typeof judged)[number]
const commonest = (keys: readonly string[]): number =>
  Math.max(...[...new Set(keys)].map(key => keys.filter(k => k === key).length))

function print(title: string, list: readonly Judged[]): void {
  if (list.length === 0) return
  const groups = list.map(({ role }) => rulesOf(role).group),
    heard = list.map(({ analysis }) => likeliest(roleFromSignal(analysis))!.role),
    role = heard.filter((r, i) => r === list[i]!.role).length,
    group = heard.filter((r, i) => rulesOf(r).group === groups[i]).length,
    chance = [commonest(list.map(one => one.role)), commonest(groups)]
  console.log(
    `| ${title} | ${list.length} | ${percent(role, list.length)} | ${percent(group, list.length)} | ${chance.map(n => percent(n, list.length)).join(', ')} |`
  )
}
console.log('| stems | number | role | group | chance |\n|---|---|---|---|---|')
print(
  'songs of song-roles.ts',
  judged.filter(stem => rolesBySong[stem.song])
)
print(
  'other material',
  judged.filter(stem => !rolesBySong[stem.song])
)
for (const song of new Set(judged.map(stem => stem.song)))
  if (rolesBySong[song])
    print(
      song,
      judged.filter(stem => stem.song === song)
    )
