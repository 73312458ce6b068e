/**
 * Where do levels err, and which simple change of the rules helps on songs that it has not seen?
 *   node tools/run.mjs experiments/author-mixes/analyse.ts build/author-mixes/SONG.json …
 * Reads what `run.ts` keeps. Errors are against the author's balance; free numbers are found on all songs but one, the
 * error is that of the one (leave one song out).
 */
import { readFileSync } from 'node:fs'
import { balanceOf, errorsOf, partErrors, partOf, parts, type SongFigures, stemErrors } from './figures.ts'
import { combinations, fitted, type Model, models } from './level-models.ts'
import { interval, mean } from './statistics.ts'

const songs = process.argv.slice(2).map(path => JSON.parse(readFileSync(path, 'utf8')) as SongFigures)
if (songs.length < 3) {
  console.error('usage: node tools/run.mjs experiments/author-mixes/analyse.ts SONG.json … (three songs at least)')
  process.exit(2)
}
const line = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`),
  head = (title: string, cells: readonly string[]) => {
    console.log(`\n${title}\n`)
    line(cells)
    line(cells.map(() => '---'))
  },
  signed = (v: number) => `${v > 0 ? '+' : ''}${v.toFixed(1)}`,
  withInterval = (values: readonly number[], show = (v: number) => v.toFixed(2)) => {
    const [low, high] = interval(values)
    return `${show(mean(values))} (${show(low)} … ${show(high)})`
  }

/** Signed error per kind of stem: mean in each song first, then over songs. */
function bias(mix: string, kind: (song: SongFigures, i: number) => string): Map<string, number[]> {
  const all = new Map<string, number[]>()
  for (const song of songs) {
    if (!song.mixes[mix]) continue
    const errors = stemErrors(song.mixes[mix].gains, balanceOf(song)),
      kinds = new Map<string, number[]>()
    errors.forEach((e, i) => kinds.set(kind(song, i), [...(kinds.get(kind(song, i)) ?? []), e]))
    for (const [name, values] of kinds) all.set(name, [...(all.get(name) ?? []), mean(values)])
  }
  return all
}
const compared = ['raw sum', 'equal loudness', 'level rule', 'faders and pans', 'ours']
head('Signed error by role (mean over songs that have it; + is too loud)', ['role', 'songs', ...compared])
{
  const found = compared.map(mix => bias(mix, (song, i) => song.stems[i]!.role))
  for (const [role, values] of [...found[0]!].sort((a, b) => b[1].length - a[1].length))
    line([role, String(values.length), ...found.map(f => withInterval(f.get(role)!, signed))])
}
head('Signed error by part (energies added, relative to the mean over parts)', ['part', 'songs', ...compared])
for (const part of parts) {
  const of = (mix: string) => songs.flatMap(s => partErrors(s.stems, s.mixes[mix]!.gains, balanceOf(s)).get(part) ?? [])
  if (of('ours').length > 0)
    line([part, String(of('ours').length), ...compared.map(mix => withInterval(of(mix), signed))])
}

/** How often the task's role is the hand-written one. */
head('Roles and groups found', ['from', 'stems', 'role', 'group with lead'])
for (const from of ['named', 'heard'] as const) {
  const stems = songs.flatMap(s => s.stems),
    group = (role: string) => songs.flatMap(s => s.stems).find(s => s.role === role)?.group
  line([
    from,
    String(stems.length),
    `${Math.round(100 * mean(stems.map(s => Number(s[from] === s.role))))} %`,
    `${Math.round(100 * mean(stems.map(s => Number(group(s[from]) === s.group))))} %`
  ])
}

const score = (song: SongFigures, gains: readonly number[]): number => {
  const e = errorsOf(song.stems, gains, balanceOf(song))
  return (e.stems + e.parts) / 2
}
function bestNumbers(model: Model, training: readonly SongFigures[]): Record<string, number> {
  const tried = combinations(model.grid).map(p => {
    const set = fitted(model, p, training)
    return { p, error: mean(training.map(song => score(song, set(song)))) }
  })
  return tried.reduce((a, b) => (b.error < a.error ? b : a)).p
}
function leaveOneOut(model: Model, among: readonly SongFigures[], held: readonly SongFigures[]) {
  const rows = held.map(song => {
    const training = among.filter(s => s !== song),
      p = bestNumbers(model, training)
    return errorsOf(song.stems, fitted(model, p, training)(song), balanceOf(song))
  })
  return {
    rows,
    numbers: Object.entries(bestNumbers(model, among))
      .map(([k, v]) => `${k} ${v}`)
      .join(', ')
  }
}
const recorded = songs.filter(s => !s.stems[0]!.author)
for (const [title, held] of [
  ['Leave one song out, all songs', songs],
  ['The same, held out: only the songs recorded from people', recorded]
] as const) {
  if (held.length === 0) continue
  head(title, ['model', 'stems dB', 'parts dB', 'lead dB', 'stems and parts − rule', 'numbers (all songs)'])
  const rule = held.map(song => score(song, song.mixes['level rule']!.gains))
  for (const model of models) {
    const { rows, numbers } = leaveOneOut(model, songs, held),
      leads = rows.map(r => r.lead).filter(Number.isFinite)
    line([
      model.name,
      withInterval(rows.map(r => r.stems)),
      withInterval(rows.map(r => r.parts)),
      withInterval(leads),
      withInterval(rows.map((r, i) => (r.stems + r.parts) / 2 - rule[i]!)),
      numbers
    ])
  }
}

head('Level of each role in the mix against the mean over stems, while it plays, as the authors have it', [
  'role',
  'songs',
  'dB'
])
{
  const levels = new Map<string, number[]>()
  for (const song of songs) {
    const at = song.stems.map((s, i) => balanceOf(song)[i]! + s.loudness),
      centre = mean(at),
      inSong = new Map<string, number[]>()
    song.stems.forEach((s, i) => {
      const kind = s.lead ? `lead (${partOf({ ...s, lead: false })})` : s.role
      inSong.set(kind, [...(inSong.get(kind) ?? []), at[i]! - centre])
    })
    for (const [kind, values] of inSong) levels.set(kind, [...(levels.get(kind) ?? []), mean(values)])
  }
  for (const [kind, values] of [...levels].sort((a, b) => mean(b[1]) - mean(a[1])))
    line([kind, String(values.length), withInterval(values, signed)])
}
