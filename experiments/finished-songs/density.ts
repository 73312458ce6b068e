/**
 * Learns whether the dynamics of a finished song were crushed or torn, and says how well that is told.
 *   node tools/run.mjs experiments/finished-songs/density.ts listen MASTERS SCRATCH PART COUNT
 *   node tools/run.mjs experiments/finished-songs/density.ts train SCRATCH [WEIGHTS.ts]
 * `listen` plants what is wrong in 60 s of each song and keeps what is heard of it; `train` learns from the training part
 * with each package left out, and from all for the tuning and held-out parts.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Audio, clipOf } from '@mixwright/dsp'
import { peakiness } from '@mixwright/estimate'
import { densityTraits, heardWindows } from '../../packages/tasks/src/master/norms/density.ts'
import { crushed, limited, torn, tornQuickly } from './dynamics.ts'
import { keptAs } from './kept.ts'
import { type Part, chosenOf, decoded, songsOf } from './songs.ts'
import { learnDensity } from './density-train.ts'

const densityPlants = {
  clean: (audio: Audio) => audio,
  crushed,
  limited,
  torn,
  'torn quickly': tornQuickly
} as const

async function listen([masters, scratch, part, count]: readonly string[]): Promise<void> {
  mkdirSync(scratch!, { recursive: true })
  for (const song of chosenOf(songsOf(masters!, [part as Part]), Number(count))) {
    const file = join(scratch!, keptAs(song.name))
    if (existsSync(file)) continue
    const sound = decoded(song.path, 60)
    if (!sound) continue
    const heard: Record<string, { traits: readonly number[]; peaks: number }> = {}
    for (const [name, plant] of Object.entries(densityPlants)) {
      const audio = plant(sound.audio, sound.sampleRate),
        traits = densityTraits(await heardWindows(clipOf(audio, sound.sampleRate)))
      if (traits) heard[name] = { traits, peaks: peakiness(audio) }
    }
    writeFileSync(file, JSON.stringify({ ...song, heard }))
    console.log(song.name)
  }
}

const [what, ...rest] = process.argv.slice(2)
if (what === 'listen' && rest.length === 4) await listen(rest)
else if (what === 'train' && rest[0]) learnDensity(rest[0], rest[1])
else {
  console.error('usage: node tools/run.mjs experiments/finished-songs/density.ts listen MASTERS SCRATCH PART COUNT')
  process.exit(2)
}
