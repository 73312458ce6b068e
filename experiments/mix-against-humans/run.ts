/**
 * How far is a mix from a human one of the same song? Ours beside the simple baselines and whatever other mixes lie in
 * the folder.
 *   node tools/run.mjs experiments/mix-against-humans/run.ts FOLDER …
 * Each folder is one song: `dry/` holds its stems, `human_mix.*` the human's mix, other audio files are rivals' mixes.
 * Everything is compared at −18 LUFS. These distances are guard rails, not quality: four published mixes of one song
 * differ by 1.5 dB Bark.
 */
import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { Audio } from '@mixwright/dsp'
import { levelled, type MixDistances, mixDistances } from '@mixwright/estimate'
import { mix } from '../../apps/mixwright/src/api.ts'
import { readSound, wide } from '../sound-files.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/mix-against-humans/run.ts FOLDER …')
  process.exit(2)
}

function sumOf(parts: readonly Audio[]): Audio {
  const frames = Math.max(...parts.map(p => p[0]!.length))
  return [0, 1].map(c =>
    Float32Array.from({ length: frames }, (_, i) => parts.reduce((s, p) => s + (wide(p)[c]![i] ?? 0), 0))
  )
}

const columns = { bark: 2, mid: 2, side: 2, audibleSide: 2, crest: 2, width: 3 } as const satisfies Record<
  keyof MixDistances,
  number
>
type Key = keyof MixDistances
const keys = Object.keys(columns) as Key[],
  means = new Map<string, MixDistances[]>(),
  print = (name: string, song: string, d: Record<Key, number | null>) =>
    console.log(`| ${song} | ${name} | ${keys.map(key => d[key]?.toFixed(columns[key]) ?? '–').join(' | ')} |`)
console.log(
  '| song | mix | Bark dB | MR-STFT mid | MR-STFT side | audible side | crest dB | width |\n|---|---|---|---|---|---|---|---|'
)
for (const folder of folders) {
  const audible = (name: string) => /\.(wav|flac|mp3|ogg)$/i.test(name),
    inside = readdirSync(folder).filter(audible)
  const dry = await Promise.all(
    readdirSync(join(folder, 'dry'))
      .filter(audible)
      .sort()
      .map(async name => ({ name: basename(name, extname(name)), ...(await readSound(join(folder, 'dry', name))) }))
  )
  const rate = dry[0]!.sampleRate,
    human = (await readSound(join(folder, inside.find(name => name.startsWith('human'))!))).audio
  const ours = await mix(Object.fromEntries(dry.map(stem => [stem.name, stem.audio])), rate)
  const candidates: Record<string, Audio> = {
    'raw sum': sumOf(dry.map(stem => stem.audio)),
    'equal loudness': sumOf(dry.map(stem => levelled(stem.audio, rate))),
    'Mixwright, mix': ours.audio.mix!,
    'Mixwright, master': ours.audio.master!
  }
  for (const name of inside.filter(n => !n.startsWith('human')))
    candidates[basename(name, extname(name))] = (await readSound(join(folder, name))).audio
  for (const [name, audio] of Object.entries(candidates)) {
    const found = mixDistances(audio, human, rate)
    means.set(name, [...(means.get(name) ?? []), found])
    print(name, basename(folder), found)
  }
}
for (const [name, list] of means)
  print(
    name,
    `mean of ${list.length}`,
    Object.fromEntries(keys.map(key => [key, list.reduce((s, d) => s + d[key]!, 0) / list.length])) as Record<
      Key,
      number
    >
  )
