/**
 * Does the judge hear what is wrong? Every fault of packages/estimate/test/faults.ts is planted in every mix of a song,
 * and every measure says whether the clean mix or the faulty one is better.
 *   node tools/run.mjs experiments/sabotage/run.ts [--save TALLIES.json] FOLDER|TALLIES.json …
 * Songs may run side by side: `--save` keeps a run's tallies, which another run adds to its own.
 * Each folder is one song: `dry/` holds its roles (one named after the voice, one after the bass), `human_mix.*` the
 * human's mix, other audio files are other mixes. What needs a reference compares the others with the human's.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { judge, judgeMeasures } from '@mixwright/estimate'
import { benchOf, emptyTallies, faultNames, type Song, tally } from '../../packages/estimate/test/sabotage.ts'
import { readSound, wide } from '../sound-files.ts'

const given = process.argv.slice(2)
if (given.length === 0) {
  console.error('usage: node tools/run.mjs experiments/sabotage/run.ts [--save TALLIES.json] FOLDER|TALLIES.json …')
  process.exit(2)
}
const saved = given[0] === '--save' ? given.splice(0, 2)[1] : undefined
/** Seconds of a song that are used. */
const longest = 8

const load = async (path: string) => {
  const { audio, sampleRate } = await readSound(path),
    start = audio.map(c => c.subarray(0, longest * sampleRate))
  return { audio: wide(start), sampleRate }
}
const audible = (name: string) => /\.(wav|flac|mp3|ogg)$/i.test(name),
  nameOf = (file: string) => basename(file, extname(file))

const tallies = emptyTallies()
let cases = 0
for (const path of given.filter(name => name.endsWith('.json'))) {
  const earlier = JSON.parse(readFileSync(path, 'utf8')) as { cases: number; tallies: typeof tallies }
  cases += earlier.cases
  for (const { key } of judgeMeasures)
    for (const fault of faultNames)
      for (const of of ['better', 'worse', 'cases'] as const) tallies[key][fault][of] += earlier.tallies[key][fault][of]
}
for (const folder of given.filter(name => !name.endsWith('.json'))) {
  const dry = readdirSync(join(folder, 'dry')).filter(audible).sort(),
    loaded = await Promise.all(dry.map(name => load(join(folder, 'dry', name)))),
    names = dry.map(nameOf),
    song: Song = {
      sampleRate: loaded[0]!.sampleRate,
      roles: Object.fromEntries(names.map((name, i) => [name, loaded[i]!.audio])),
      lead: names.find(name => /voc|vox|lead/i.test(name))!,
      bass: names.find(name => /bass/i.test(name))!
    },
    files = readdirSync(folder).filter(audible),
    humanFile = files.find(name => name.startsWith('human'))!,
    human = (await benchOf(song, (await load(join(folder, humanFile))).audio)).clean
  for (const file of files) {
    const bench = await benchOf(song, (await load(join(folder, file))).audio),
      // Every distance would prefer the reference itself.
      reference = file === humanFile ? undefined : human,
      clean = judge(bench.clean, reference),
      started = performance.now()
    for (const fault of faultNames)
      for (let severity = 0; severity < 3; severity++) {
        tally(tallies, fault, clean, judge(await bench.faulty(fault, severity), reference))
        cases++
      }
    console.error(tables())
    console.error(`${basename(folder)} ${file}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
  }
}
if (saved) writeFileSync(saved, JSON.stringify({ cases, tallies }))
console.log(tables())

/** Both tables as they stand. */
function tables(): string {
  const share = (part: number, whole: number) => (whole > 0 ? String(Math.round((100 * part) / whole)) : '–'),
    rows = judgeMeasures.map(({ label, key, needs }) => ({
      label,
      needs,
      cells: faultNames.map(fault => ({ fault, ...tallies[key][fault] }))
    })),
    heard = ({ better, cases: n }: { better: number; cases: number }) => n > 0 && better / n >= 0.95,
    cellOf = (c: (typeof rows)[number]['cells'][number]) =>
      `${heard(c) ? `**${share(c.better, c.cases)}**` : share(c.better, c.cases)}${c.worse > 0 ? ` (${share(c.worse, c.cases)})` : ''}`,
    sum = (cells: (typeof rows)[number]['cells'], of: 'better' | 'cases') => cells.reduce((s, c) => s + c[of], 0)
  return [
    `${cases} planted faults. Share (%) of cases in which the clean mix is better; (in which the faulty one is).\n`,
    `| measure | ${faultNames.join(' | ')} |\n|---|${faultNames.map(() => '---').join('|')}|`,
    ...rows.map(({ label, cells }) => `| ${label} | ${cells.map(cellOf).join(' | ')} |`),
    '\n| measure | needs | may guide (≥ 95 %) against | all faults |\n|---|---|---|---|',
    ...rows.map(({ label, needs, cells }) => {
      const guides = cells.filter(heard).map(c => c.fault)
      return `| ${label} | ${needs} | ${guides.join(', ') || 'nothing'} | ${share(sum(cells, 'better'), sum(cells, 'cases'))} |`
    })
  ].join('\n')
}
