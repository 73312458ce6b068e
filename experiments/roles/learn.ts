/**
 * Learns what each role sounds like (packages/tasks/src/mix/sounds.ts) from stems whose roles are known.
 *   node tools/run.mjs experiments/roles/learn.ts FOLDER …
 * Each folder holds one song: dry/ with its stems, labels.json (stem → role) or a line in author-mixes/song-roles.ts.
 * Recognition is printed with each song left out of what is learnt, and for the songs of song-roles.ts also learnt from
 * all other songs alone; then the table is written.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { likeliest, roleFromSignal } from '../../packages/tasks/src/mix/role-signal.ts'
import type { RoleGuess } from '../../packages/tasks/src/mix/role-names.ts'
import { type Group, type Role, rulesOf } from '../../packages/tasks/src/mix/roles.ts'
import { rolesBySong } from '../author-mixes/song-roles.ts'
import { knownStems } from './data.ts'
import { examplesOf } from './heard.ts'
import type { Hearing } from '../../packages/tasks/src/mix/sounds.ts'
import { type Example, learn } from './model.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/roles/learn.ts FOLDER …')
  process.exit(2)
}
const examples: Example[] = []
for (const folder of folders) examples.push(...(await knownStems(folder)).flatMap(examplesOf))
const songs = [...new Set(examples.map(e => e.song))],
  judged = examples.filter(e => rolesBySong[e.song]),
  others = examples.filter(e => !rolesBySong[e.song])

function print(title: string, list: readonly Example[], guess: (e: Example) => readonly RoleGuess[]): void {
  let role = 0,
    group = 0,
    surprise = 0
  for (const e of list) {
    const found = guess(e),
      belief = (wanted: Group) =>
        found.reduce((sum, g) => sum + (rulesOf(g.role).group === wanted ? g.confidence : 0), 0)
    const best = likeliest(found)!
    if (best.role === e.role) role++
    if (rulesOf(best.role).group === rulesOf(e.role).group) group++
    surprise -= Math.log2(Math.max(1e-6, belief(rulesOf(e.role).group)))
  }
  const percent = (n: number) => `${((100 * n) / list.length).toFixed(0)} %`
  console.log(
    `| ${title} | ${list.length} | ${percent(role)} | ${percent(group)} | ${(surprise / list.length).toFixed(2)} |`
  )
}
/** Songs are left out an eighth at a time. */
const folds = 8,
  foldOf = (song: string) => songs.indexOf(song) % folds,
  without = Array.from({ length: folds }, (_, fold) => learn(examples.filter(e => foldOf(e.song) !== fold))),
  by = (model: Hearing) => (e: Example) => roleFromSignal(e.analysis, model),
  leftOut = (e: Example) => by(without[foldOf(e.song)]!)(e)
console.log('| stems | number | role | group | bits of surprise at the group |\n|---|---|---|---|---|')
if (judged.length && others.length)
  print('author mixes, learnt from the other material alone', judged, by(learn(others)))
if (judged.length) print('author mixes, each song left out', judged, leftOut)
print('other material, each song left out', others, leftOut)
const recognised = new Map<Role, [number, number]>()
for (const e of examples) {
  const [right, all] = recognised.get(e.role) ?? [0, 0]
  recognised.set(e.role, [right + (likeliest(leftOut(e))!.role === e.role ? 1 : 0), all + 1])
}
console.log([...recognised].map(([role, [right, all]]) => `${role} ${right}/${all}`).join(', '))

const path = 'packages/tasks/src/mix/sounds.ts',
  { scales, roles } = learn(examples),
  list = (values: readonly number[], digits: number) => `[${values.map(v => Number(v.toFixed(digits))).join(', ')}]`,
  rows = roles.map(({ role, weights }) => `    { role: '${role}', weights: ${list(weights, 2)} }`),
  table = `{\n  scales: [${scales.map(s => list(s, 3)).join(', ')}],\n  roles: [\n${rows.join(',\n')}\n  ]\n}\n`
writeFileSync(path, readFileSync(path, 'utf8').replace(/(export const sounds: Hearing = )[\s\S]*$/, `$1${table}`))
