/**
 * Plant and repair: finished songs that nobody learned from are made worse, one thing at a time, and repaired without a
 * reference.
 *   node tools/run.mjs experiments/finished-songs/plant.ts MASTERS SCRATCH [--master] [--records] [--songs N] [--others] [--part PART] [--plants A,B]
 * By itself: what `normsOf` says, applied to perfection. `--records`: so the rule of the mix bus beside it (slow).
 * `--others`: the songs that the same number does not choose. `--master`: the command line's `master`, over all plants. Removed share: 1 - |out - original| / |planted - original|,
 * over Bark bands at equal loudness, the dB of the sides below 150 Hz, or the dB of peaks over loudness; means and medians
 * over songs. Clean songs: mean |Bark| moved.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Audio, clipOf } from '@mixwright/dsp'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { normsOf } from '../../packages/tasks/src/master/norms/norms.ts'
import { barkError } from './bark-error.ts'
import { levelsOf, mastered, likeRecordsLevels } from './repairs.ts'
import { peaksOver } from './peaks-over.ts'
import { bassSides, equalised, otherPlants, type TonePlant, tonePlants } from './planted.ts'
import { chosenOf, decoded, type Part, songsOf } from './songs.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    master: { type: 'boolean', default: false },
    records: { type: 'boolean', default: false },
    songs: { type: 'string', default: '45' },
    part: { type: 'string', default: 'held-out' },
    others: { type: 'boolean', default: false },
    plants: { type: 'string', default: Object.keys(tonePlants).join() }
  }
})
const [masters, scratch] = positionals
if (!masters || !scratch) {
  console.error(
    'usage: node tools/run.mjs experiments/finished-songs/plant.ts MASTERS SCRATCH [--master] [--records] [--songs N] [--part PART]'
  )
  process.exit(2)
}
mkdirSync(scratch, { recursive: true })
const kernels = await loadKernels(),
  rate = 44100,
  /** Seconds of each song. */
  seconds = 100,
  all = songsOf(masters, [values.part as Part]),
  wanted = values.plants.split(',') as TonePlant[],
  /** Shares, or dB moved, per way and plant. */
  found = new Map<string, number[]>(),
  note = (key: string, value: number) => void found.set(key, [...(found.get(key) ?? []), value]),
  share = (out: number, planted: number) => 1 - out / planted

async function repaired(audio: Audio, clean: readonly number[], plant: TonePlant | 'clean'): Promise<string> {
  const levels = await levelsOf(audio, rate, kernels),
    planted = barkError(levels, clean),
    told = (way: string, out: readonly number[]) => {
      const away = barkError(out, clean)
      note(`${way}: ${plant}`, plant === 'clean' ? away : share(away, planted))
    },
    { tone, reason } = await normsOf(clipOf(audio, rate), { kernels })
  told(
    'norms',
    levels.map((v, b) => v + tone[b]!)
  )
  if (values.records) told('records', await likeRecordsLevels(audio, rate, kernels, levels))
  return reason
}

async function throughMaster(name: string, audio: Audio): Promise<void> {
  const clean = await levelsOf(audio, rate, kernels),
    sides = bassSides(audio, rate),
    peaks = peaksOver(audio, rate).psr,
    run = (plant: string, planted: Audio) =>
      mastered(join(scratch!, `${name}-${plant.replace(' ', '-')}`), planted, rate)
  note('master: clean', barkError(await levelsOf(await run('clean', audio), rate, kernels), clean))
  for (const plant of wanted) {
    const planted = equalised(audio, tonePlants[plant], rate),
      error = barkError(await levelsOf(planted, rate, kernels), clean)
    note(`master: ${plant}`, share(barkError(await levelsOf(await run(plant, planted), rate, kernels), clean), error))
  }
  for (const [plant, make] of Object.entries(otherPlants)) {
    if (plant === 'wide bass' && audio.length === 1) continue
    const planted = make(audio, rate),
      read = plant === 'wide bass' ? bassSides : (of: Audio) => peaksOver(of, rate).psr,
      was = plant === 'wide bass' ? sides : peaks,
      error = Math.abs(read(planted, rate) - was)
    if (error > 1) note(`master: ${plant}`, share(Math.abs(read(await run(plant, planted), rate) - was), error))
  }
}

let songs = 0
for (const { path, pack } of chosenOf(all, Number(values.songs), values.others)) {
  const sound = decoded(path, seconds)
  if (!sound) continue
  songs++
  if (values.master) await throughMaster(`${pack}-${songs}`, sound.audio)
  else {
    const clean = await levelsOf(sound.audio, rate, kernels)
    console.error(`${path}: ${await repaired(sound.audio, clean, 'clean')}`)
    for (const plant of wanted)
      console.error(`  ${plant}: ${await repaired(equalised(sound.audio, tonePlants[plant], rate), clean, plant)}`)
  }
  if (songs % 5 === 0) console.error(table())
}
console.log(table())

function table(): string {
  const rows = [...found].map(([key, list]) => {
    const sorted = list.slice().sort((a, b) => a - b),
      mean = list.reduce((a, b) => a + b, 0) / list.length,
      show = (v: number) => (key.endsWith('clean') ? `${v.toFixed(2)} dB` : `${Math.round(100 * v)} %`)
    return `| ${key} | ${show(mean)} | ${show(sorted[sorted.length >> 1]!)} | ${list.length} |`
  })
  return ['| way: plant | mean | median | songs |', '|---|---|---|---|', ...rows].join('\n')
}
