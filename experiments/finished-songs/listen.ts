/**
 * Listens to every finished song once and keeps what `createTraits` says of it.
 *   node tools/run.mjs experiments/finished-songs/listen.ts MASTERS SCRATCH [PART …]
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { createTraits } from '../../packages/tasks/src/master/norms/traits.ts'
import { keptAs } from './kept.ts'
import { peaksOver } from './peaks-over.ts'
import { decoded, type Part, songsOf } from './songs.ts'

const [masters, scratch, ...parts] = process.argv.slice(2)
if (!masters || !scratch) {
  console.error('usage: node tools/run.mjs experiments/finished-songs/listen.ts MASTERS SCRATCH')
  process.exit(2)
}
mkdirSync(scratch, { recursive: true })
const kernels = await loadKernels()
for (const song of songsOf(masters, parts.length ? (parts as Part[]) : undefined)) {
  const file = join(scratch, keptAs(song.name))
  if (existsSync(file)) continue
  const sound = decoded(song.path)
  if (!sound) {
    writeFileSync(file, JSON.stringify({ ...song, short: true }))
    continue
  }
  const started = performance.now(),
    reader = createTraits(kernels, sound.sampleRate, sound.audio.length)
  reader.push(sound.audio)
  const heard = reader.result(),
    took = performance.now() - started,
    peaks = peaksOver(sound.audio, sound.sampleRate)
  writeFileSync(file, JSON.stringify({ ...song, ...heard, ...peaks }))
  console.log(
    `${song.part} ${song.name} ${(sound.audio[0]!.length / 44100).toFixed(0)} s, heard in ${(took / 1000).toFixed(1)} s`
  )
}
