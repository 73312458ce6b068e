/**
 * How near do our mixes come to the balance that the songs' authors chose? Beside simple baselines.
 *   node tools/run.mjs experiments/author-mixes/run.ts FOLDER …
 * Each folder is one song: from `render.ts` (dry/, author_mix.wav, truth.json) or with dry/ and human_mix.*. A song's
 * figures are kept in build/author-mixes and not made again while they are there; `analyse.ts` reads them.
 * Roles for the evaluation are written by hand in `song-roles.ts`; what mixes does not see them, unless it says so.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { balanceOf, errorsOf, type SongFigures, stemErrors } from './figures.ts'
import { judgeSong } from './judge-song.ts'
import { interval, mean } from './statistics.ts'
import { stages } from './our-mix.ts'
import { readSong } from './song.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/author-mixes/run.ts FOLDER …')
  process.exit(2)
}
const kept = 'build/author-mixes'
mkdirSync(kept, { recursive: true })

const all: SongFigures[] = []
for (const folder of folders) {
  const path = join(kept, `${basename(folder)}.json`)
  if (!existsSync(path)) {
    const began = performance.now(),
      note = (line: string) =>
        console.error(`${basename(folder)}: ${line} (${((performance.now() - began) / 1000).toFixed(0)} s)`)
    writeFileSync(
      path,
      // A stem that is not there stands at -Infinity, which JSON does not have.
      JSON.stringify(await judgeSong(await readSong(folder), note), (_, v) => (v === -Infinity ? -200 : v), 1)
    )
  }
  all.push(JSON.parse(readFileSync(path, 'utf8')) as SongFigures)
}

type Row = readonly (number | null)[]
const headings = ['stems dB', 'parts dB', 'lead dB', 'Bark dB', 'mid', 'side', 'audible side', 'crest dB', 'width'],
  shown = (row: Row) => row.map((v, i) => (v === null || !Number.isFinite(v) ? '–' : v.toFixed(i === 8 ? 3 : 2)))
function rowOf(song: SongFigures, mix: string, reference = balanceOf): Row | undefined {
  const one = song.mixes[mix]
  if (!one) return undefined
  const e = errorsOf(song.stems, one.gains, reference(song)),
    d = one.distances
  return [
    e.stems,
    e.parts,
    e.lead,
    ...(d ? [d.bark, d.mid, d.side, d.audibleSide, d.crest, d.width] : Array.from({ length: 6 }, () => null))
  ]
}
const names = [...new Set(all.flatMap(song => Object.keys(song.mixes)))],
  isStage = (name: string) => (stages as readonly string[]).includes(name),
  line = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`),
  head = (first: readonly string[], rest = headings) => {
    line([...first, ...rest])
    line([...first, ...rest].map(() => '---'))
  }

head(['song', 'mix'])
for (const song of all)
  for (const name of names.filter(n => !isStage(n))) {
    const row = rowOf(song, name)
    if (row) line([song.song, name, ...shown(row)])
  }

/** Means over the songs that have the mix, with what a resampling of the songs would give. */
function summary(title: string, mixes: readonly string[], columns: number, reference = balanceOf): void {
  console.log(`\n${title}\n`)
  head(['mix', 'songs'], headings.slice(0, columns))
  for (const name of mixes) {
    const list = all.map(song => rowOf(song, name, reference)).filter(row => row !== undefined)
    if (list.length === 0) continue
    line([
      name,
      String(list.length),
      ...headings.slice(0, columns).map((_, c) => {
        const values = list.map(row => row[c]).filter((v): v is number => v !== null && Number.isFinite(v)),
          digits = c === 8 ? 3 : 2
        if (values.length === 0) return '–'
        const [low, high] = interval(values)
        return `${mean(values).toFixed(digits)} (${low.toFixed(digits)} … ${high.toFixed(digits)})`
      })
    ])
  }
}
summary(
  'Means over songs, 95 % bootstrap intervals',
  names.filter(n => !isStage(n)),
  headings.length
)
summary('Our mix, stage by stage', [...names.filter(isStage), 'ours'], 3)
summary(
  'The same, the reference read by the reader too',
  names.filter(n => !isStage(n)),
  3,
  song => song.reference
)

console.log("\nReader against the energies of the author's stems (relative to the mean), dB\n")
head(['song', 'stems'], ['mean', 'largest', 'parts'])
for (const song of all.filter(s => s.stems[0]!.author)) {
  const off = stemErrors(song.reference, balanceOf(song)).map(Math.abs),
    parts = errorsOf(song.stems, song.reference, balanceOf(song)).parts
  line([song.song, String(off.length), ...[mean(off), Math.max(...off), parts].map(v => v.toFixed(2))])
}
