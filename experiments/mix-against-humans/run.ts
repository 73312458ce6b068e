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
import { openAudioFile } from '../../apps/mixwright/src/node/audio-files.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/mix-against-humans/run.ts FOLDER …')
  process.exit(2)
}

async function load(path: string): Promise<{ audio: Float32Array[]; sampleRate: number }> {
  const file = await openAudioFile(path),
    parts: Audio[] = []
  for await (const block of file.blocks()) parts.push(block.map(c => c.slice()))
  file.close()
  const audio = Array.from({ length: file.channels }, (_, c) => Float32Array.from(parts.flatMap(p => [...p[c]!])))
  return { audio, sampleRate: file.sampleRate }
}
const wide = (audio: Audio): Audio => (audio.length === 2 ? audio : [audio[0]!, audio[0]!])
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
      .map(async name => ({ name: basename(name, extname(name)), ...(await load(join(folder, 'dry', name))) }))
  )
  const rate = dry[0]!.sampleRate,
    human = (await load(join(folder, inside.find(name => name.startsWith('human'))!))).audio
  const ours = await mix(Object.fromEntries(dry.map(stem => [stem.name, stem.audio])), rate)
  const candidates: Record<string, Audio> = {
    'raw sum': sumOf(dry.map(stem => stem.audio)),
    'equal loudness': sumOf(dry.map(stem => levelled(stem.audio, rate))),
    'Mixwright, mix': ours.audio.mix!,
    'Mixwright, master': ours.audio.master!
  }
  for (const name of inside.filter(n => !n.startsWith('human')))
    candidates[basename(name, extname(name))] = (await load(join(folder, name))).audio
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
