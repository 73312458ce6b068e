/**
 * What a rough mix and a reference do to a mix.
 *   node tools/run.mjs experiments/steering/run.ts FOLDER FOLDER …
 * Each folder is one song: `dry/` holds its stems, `human_mix.*` the human's mix. The human's mix serves as the rough mix of
 * its own song, and as the reference of the next one; a reference is another song, so its distance to the own human mix
 * is printed beside.
 */
import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Audio, clipOf, measureAudio, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { createRoleReader, mixDistances } from '@mixwright/estimate'
import { type MixSettings, mix } from '../../apps/mixwright/src/api.ts'
import { readSound } from '../sound-files.ts'

const kernels = await compileKernels(bytes)

const folders = process.argv.slice(2)
if (folders.length < 2) {
  console.error('usage: node tools/run.mjs experiments/steering/run.ts FOLDER FOLDER …')
  process.exit(2)
}
const audible = (name: string) => /\.(wav|flac|mp3|ogg)$/i.test(name)

async function songOf(folder: string) {
  const dry = await Promise.all(
    readdirSync(join(folder, 'dry'))
      .filter(audible)
      .sort()
      .map(async name => ({ name: basename(name, extname(name)), ...(await readSound(join(folder, 'dry', name))) }))
  )
  const human = (await readSound(join(folder, readdirSync(folder).find(name => name.startsWith('human'))!))).audio,
    rate = dry[0]!.sampleRate
  return { name: basename(folder), dry, human, rate }
}
type Song = Awaited<ReturnType<typeof songOf>>
const mixed = async ({ dry, rate }: Song, settings: MixSettings = {}): Promise<Audio> =>
  (await mix(Object.fromEntries(dry.map(stem => [stem.name, stem.audio])), rate, settings)).audio.mix!

/** Mean absolute difference of the roles' levels from the human's, dB. */
async function balanceError({ dry, human, rate }: Song, mixes: readonly Audio[]): Promise<number[]> {
  const reader = createRoleReader(Object.fromEntries(dry.map(stem => [stem.name, clipOf(stem.audio, rate)])), kernels),
    theirs = (await reader.read(clipOf(human, rate)))!.roles
  const errors: number[] = []
  for (const one of mixes) {
    const { roles } = (await reader.read(clipOf(one, rate)))!
    errors.push(
      Object.keys(roles).reduce((sum, name) => sum + Math.abs(roles[name]!.relative - theirs[name]!.relative), 0) /
        dry.length
    )
  }
  return errors
}

const songs = await Promise.all(folders.map(songOf)),
  row = (...cells: (string | number | null)[]) =>
    console.log(`| ${cells.map(cell => (typeof cell === 'number' ? cell.toFixed(2) : (cell ?? '–'))).join(' | ')} |`)
console.log('| song | mix | balance from the human, dB | Bark from the human, dB |\n|---|---|---|---|')
for (const song of songs) {
  const plain = await mixed(song),
    rough = await mixed(song, { rough: song.human }),
    errors = await balanceError(song, [plain, rough])
  row(song.name, 'by rule', errors[0]!, mixDistances(plain, song.human, song.rate).bark)
  row(song.name, 'human mix as rough', errors[1]!, mixDistances(rough, song.human, song.rate).bark)
}
console.log(
  '\n| song | reference | mix | Bark | crest dB | width | Bark from the own human |\n|---|---|---|---|---|---|---|'
)
for (const [i, song] of songs.entries()) {
  const other = songs[(i + 1) % songs.length]!
  if (other.rate !== song.rate) continue
  // Of a reference only its averages count: as much of it as both have.
  const reference = other.human,
    aim = measureAudio(reference, other.rate)
  for (const [name, audio] of [
    ['without', await mixed(song)],
    ['with', await mixed(song, { reference })]
  ] as const) {
    const length = Math.min(audio[0]!.length, reference[0]!.length),
      ours = measureAudio(audio, song.rate),
      cut = (x: Audio) => x.map(c => c.subarray(0, length))
    row(
      song.name,
      other.name,
      name,
      mixDistances(cut(audio), cut(reference), song.rate).bark,
      Math.abs(ours.crest! - aim.crest!),
      Math.abs(ours.width! - aim.width!).toFixed(3),
      mixDistances(audio, song.human, song.rate).bark
    )
  }
}
