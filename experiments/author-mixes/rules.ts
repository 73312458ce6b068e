/**
 * What the rules' faders alone make of the authors' balance, without sound: quick enough to compare rules.
 *   node tools/run.mjs experiments/author-mixes/rules.ts FOLDER …
 * The songs' figures lie in build/author-mixes (run.ts).
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createRandom } from '@mixwright/dsp'
import { faders, type Part } from '../../packages/tasks/src/mix/levels.ts'
import { assignRoles } from '../../packages/tasks/src/mix/role-signal.ts'
import { knownStems } from '../roles/data.ts'
import { balanceOf, errorsOf, partErrors, type SongFigures } from './figures.ts'
import { interval, mean } from './statistics.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/author-mixes/rules.ts FOLDER …')
  process.exit(2)
}
const unrelated = { duplicates: [], bleed: [], coherent: [], own: [] }

/** "track 1" … in an order that says nothing. */
function scrambled(count: number): string[] {
  const random = createRandom(7),
    keys = Array.from({ length: count }, () => random.uniform()),
    order = keys.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]!)
  return order.map(i => `track ${i + 1}`)
}
const rows = new Map<string, { song: string; stems: number; parts: number; lead: number; signed: number }[]>()
for (const folder of folders) {
  const song = basename(folder),
    figures = JSON.parse(readFileSync(join('build/author-mixes', `${song}.json`), 'utf8')) as SongFigures,
    known = await knownStems(folder),
    analyses = figures.stems.map(stem => known.find(k => k.name === stem.name)!.analysis),
    names = figures.stems.map(stem => stem.name),
    given = (wish: (stem: SongFigures['stems'][number]) => string) =>
      Object.fromEntries(figures.stems.map(stem => [stem.name, wish(stem)])),
    backing = (stem: SongFigures['stems'][number]) => (stem.group === 'vocals' ? stem.role : `backing-${stem.role}`),
    judge = (title: string, called: readonly string[], roles: Record<string, string>) => {
      const heard = analyses.map((a, i) => ({ ...a, name: called[i]! })),
        assigned = assignRoles(heard, roles),
        parts = heard.map(
          (analysis, i): Part => ({
            analysis,
            role: assigned[i]!.role,
            muted: analysis.silent,
            lead: assigned[i]!.lead !== undefined
          })
        ),
        gains = faders(parts, unrelated).map(fader => fader.gain),
        reference = balanceOf(figures)
      rows.set(title, [
        ...(rows.get(title) ?? []),
        {
          song,
          ...errorsOf(figures.stems, gains, reference),
          signed: partErrors(figures.stems, gains, reference).get('lead') ?? Number.NaN
        }
      ])
      return assigned.flatMap((one, i) => (one.lead ? [`${names[i]}${figures.stems[i]!.lead ? '*' : ''}`] : []))
    }
  judge('roles given, no instrument leads', names, given(backing))
  judge(
    'roles given, leads given',
    names,
    given(s => (s.lead && s.group !== 'vocals' ? `lead-${s.role}` : backing(s)))
  )
  const found = judge(
    'roles given, leads found',
    names,
    given(s => s.role)
  )
  judge('by name and sound', names, {})
  const unseen = judge('by sound', scrambled(names.length), {})
  console.log(`${song}: leads found ${found.join(', ') || 'none'}; by sound ${unseen.join(', ') || 'none'}`)
}
const first = [...rows.values()][0]!
console.log(
  '| faders of the rules | stems dB | parts dB | lead dB | lead, signed | stems − first row |\n|---|---|---|---|---|---|'
)
for (const [title, list] of rows) {
  const cell = (values: readonly number[]) => {
    const usable = values.filter(Number.isFinite),
      [low, high] = interval(usable)
    return `${mean(usable).toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`
  }
  console.log(
    `| ${[title, cell(list.map(r => r.stems)), cell(list.map(r => r.parts)), cell(list.map(r => r.lead)), cell(list.map(r => r.signed)), cell(list.map((r, i) => r.stems - first[i]!.stems))].join(' | ')} |`
  )
}
