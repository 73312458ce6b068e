/**
 * Are faults of recordings found, and nothing else? Each is planted into one stem of songs that are clean but for what their
 * recordings have; what is found beyond that and is not planted is a false alarm.
 *   node tools/run.mjs experiments/planted-faults/run.ts TRIALS --tune FOLDER ... --held FOLDER ... [--only KIND ...] [--seed N]
 * A FOLDER holds the stems of one song; detectors were set by the songs after --tune alone. Needs ffmpeg (a lossy codec).
 */
import { clipOf, createRandom, defaultsOf } from '@mixwright/dsp'
import { assignRoles, decide, type FaultKind, faultKinds, faultNames, mixOptions, relate } from '@mixwright/tasks'
import { loadKernels } from '../../apps/mixwright/src/api.ts'
import { plants, variants } from './plant.ts'
import { analysed, excerptsOf, type Song } from './song.ts'
import { knownFaults } from './known.ts'
import { type Count, table } from './table.ts'

const given = {
    '--tune': [] as string[],
    '--held': [] as string[],
    '--only': [] as string[],
    '--seed': [] as string[]
  },
  trials = Number(process.argv[2])
for (let list: string[] | undefined, i = 3; i < process.argv.length; i++) {
  const word = process.argv[i]!
  if (word in given) list = given[word as keyof typeof given]
  else list?.push(word)
}
if (!(trials > 0) || given['--tune'].length + given['--held'].length === 0) {
  console.error(
    'usage: node tools/run.mjs experiments/planted-faults/run.ts TRIALS --tune FOLDER ... --held FOLDER ...'
  )
  process.exit(2)
}
const kernels = await loadKernels(),
  planted = (Object.keys(plants) as (keyof typeof plants)[]).filter(
    kind => given['--only'].length === 0 || given['--only'].includes(kind)
  ),
  kindOf = (plant: keyof typeof plants): FaultKind =>
    plant in variants ? variants[plant as keyof typeof variants].kind : (plant as FaultKind),
  titleOf = (plant: string): string =>
    plant in variants ? variants[plant as keyof typeof variants].title : faultKinds[plant as FaultKind].title

interface Found {
  readonly stem: string
  readonly kind: FaultKind
  readonly text: string
}
const same = (a: Found, b: Found) => a.stem === b.stem && a.kind === b.kind

const known = new WeakMap<Song, Promise<Found[]>>()
function faultsIn(song: Song): Promise<Found[]> {
  const found = known.get(song) ?? heardIn(song)
  known.set(song, found)
  return found
}
/** As the task `mix` comes to its decisions. */
async function heardIn(song: Song): Promise<Found[]> {
  const clips = song.stems.map(stem => clipOf(stem.audio, song.rate)),
    analyses = []
  for (const stem of song.stems) analyses.push(await analysed(stem, song.rate, kernels))
  const { roles, relations } = await relate(clips, analyses, assignRoles(analyses))
  return decide(analyses, roles, relations, defaultsOf(mixOptions)).stems.flatMap(({ stem, faults }) =>
    faults.map(fault => ({ stem, ...fault }))
  )
}

async function evaluate(folders: readonly string[], seed: number): Promise<Record<string, Count>> {
  const counts = Object.fromEntries(
      [...planted, ...faultNames.filter(kind => !planted.includes(kind))].map(kind => [
        kind,
        { planted: 0, found: 0, alarms: 0 }
      ])
    ),
    songs: Song[] = []
  for (const folder of folders) songs.push(...(await excerptsOf(folder, kernels)))
  for (const song of songs) {
    const found = await faultsIn(song)
    console.log(`${song.title}: ${song.stems.length} stems; ${found.length} faults found untouched`)
    for (const { stem, kind, text } of found) {
      const real = knownFaults.some(one => song.title.startsWith(one.song) && one.stem === stem && one.kind === kind)
      console.log(`  ${real ? 'real' : 'ALARM'} ${kind}: ${stem}: ${text}`)
      if (!real) counts[kind]!.alarms++
    }
  }
  for (const plant of planted)
    for (let n = 0, tries = 0; n < trials && tries < 4 * trials; tries++) {
      const song = songs[tries % songs.length]!,
        random = createRandom(seed * 100000 + 1000 * (Object.keys(plants) as string[]).indexOf(plant) + tries),
        analyses = []
      for (const stem of song.stems) analyses.push(await analysed(stem, song.rate, kernels))
      const done = plants[plant]({ song, analyses, random, kernels })
      if (!done) continue
      n++
      const before = await faultsIn(done.before),
        after = await faultsIn(done.after),
        kind = kindOf(plant),
        count = counts[plant]!,
        isPlanted = (one: Found) => one.kind === kind && done.stems.includes(one.stem),
        fresh = after.filter(one => !isPlanted(one) && !before.some(old => same(old, one)))
      // Where the recording has that fault already, nothing can be said.
      if (before.some(isPlanted)) {
        console.log(`  ${plant} there already: ${song.title}: ${before.find(isPlanted)!.text}`)
        if (done.before !== song) count.alarms++
        n--
        continue
      }
      count.planted++
      if (after.some(isPlanted)) count.found++
      else console.log(`  MISSED ${plant}: ${song.title}: ${done.stems.join(' / ')}: ${done.how}`)
      for (const one of fresh) {
        counts[one.kind]!.alarms++
        console.log(
          `  ALARM ${one.kind}: ${one.stem}: ${one.text} [${plant} in ${done.stems.join(' / ')}, ${done.how}; ${song.title}]`
        )
      }
    }
  return counts
}

const seed = Number(given['--seed'][0] ?? 1)
for (const [title, folders] of [
  ['Songs that detectors were set by', given['--tune']],
  ['Held-out songs', given['--held']]
] as const)
  if (folders.length) {
    const counts = await evaluate(folders, seed)
    console.log(`\n${title}\n\n${table(counts, titleOf)}\n`)
  }
