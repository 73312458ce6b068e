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
import {
  type Audio,
  barkDistance,
  createRealFft,
  hann,
  measureAudio,
  measureBark,
  measureLoudness
} from '@mixwright/dsp'
import { mix } from '../../apps/mixwright/src/api.ts'
import { openAudioFile } from '../../apps/mixwright/src/node/audio-files.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/mix-against-humans/run.ts FOLDER …')
  process.exit(2)
}
const reference = -18

async function load(path: string): Promise<{ audio: Float32Array[]; sampleRate: number }> {
  const file = await openAudioFile(path),
    parts: Audio[] = []
  for await (const block of file.blocks()) parts.push(block.map(c => c.slice()))
  file.close()
  const audio = Array.from({ length: file.channels }, (_, c) => Float32Array.from(parts.flatMap(p => [...p[c]!])))
  return { audio, sampleRate: file.sampleRate }
}
const scaled = (audio: Audio, gain: number) => audio.map(c => c.map(v => v * 10 ** (gain / 20)))
const wide = (audio: Audio): Audio => (audio.length === 2 ? audio : [audio[0]!, audio[0]!])
const levelled = (audio: Audio, rate: number): Audio =>
  scaled(wide(audio), reference - measureLoudness(wide(audio), rate).integrated)
function sumOf(parts: readonly Audio[]): Audio {
  const frames = Math.max(...parts.map(p => p[0]!.length))
  return [0, 1].map(c =>
    Float32Array.from({ length: frames }, (_, i) => parts.reduce((s, p) => s + (wide(p)[c]![i] ?? 0), 0))
  )
}

/** Magnitudes of all frames, floored at 1e-4 (measures.md, MR-STFT). */
function magnitudes(x: Float32Array, size: number): Float64Array[] {
  const fft = createRealFft(size),
    window = hann(size),
    frame = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    all: Float64Array[] = []
  for (let at = 0; at + size <= x.length; at += size / 4) {
    for (let i = 0; i < size; i++) frame[i] = x[at + i]! * window[i]!
    fft.forward(frame, re, im)
    all.push(re.map((r, k) => Math.max(1e-4, Math.hypot(r, im[k]!))))
  }
  return all
}
/** Mean over 512, 2048, 8192 of L1(|A| − |B|) + L1(ln|A| − ln|B|). */
function multiResolution(a: Float32Array, b: Float32Array): number {
  return [512, 2048, 8192].reduce((sum, size) => {
    const A = magnitudes(a, size),
      B = magnitudes(b, size),
      n = Math.min(A.length, B.length)
    let linear = 0,
      log = 0,
      count = 0
    for (let f = 0; f < n; f++)
      for (let k = 0; k < A[f]!.length; k++) {
        linear += Math.abs(A[f]![k]! - B[f]![k]!)
        log += Math.abs(Math.log(A[f]![k]! / B[f]![k]!))
        count++
      }
    return sum + (linear + log) / count / 3
  }, 0)
}
const side = (audio: Audio, sign: number) => Float32Array.from(audio[0]!, (v, i) => v + sign * audio[1]![i]!)

interface Distances {
  bark: number
  mid: number
  side: number
  crest: number
  width: number
}
/** Of the human mix's length: a tail that rings on would thin out every mean over time. */
function distances(one: Audio, human: Audio, rate: number): Distances {
  const a = levelled(
      one.map(c => c.subarray(0, human[0]!.length)),
      rate
    ),
    b = levelled(human, rate),
    ma = measureAudio(a, rate),
    mb = measureAudio(b, rate)
  return {
    bark: barkDistance(measureBark(a, rate).mid, measureBark(b, rate).mid, 0) ?? Number.NaN,
    mid: multiResolution(side(a, 1), side(b, 1)),
    side: multiResolution(side(a, -1), side(b, -1)),
    crest: Math.abs(ma.crest! - mb.crest!),
    width: Math.abs(ma.width! - mb.width!)
  }
}

const means = new Map<string, Distances[]>(),
  print = (name: string, song: string, d: Distances) =>
    console.log(
      `| ${song} | ${name} | ${d.bark.toFixed(2)} | ${d.mid.toFixed(2)} | ${d.side.toFixed(2)} | ${d.crest.toFixed(2)} | ${d.width.toFixed(3)} |`
    )
console.log('| song | mix | Bark dB | MR-STFT mid | MR-STFT side | crest dB | width |\n|---|---|---|---|---|---|---|')
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
    const found = distances(audio, human, rate)
    means.set(name, [...(means.get(name) ?? []), found])
    print(name, basename(folder), found)
  }
}
for (const [name, list] of means)
  print(
    name,
    `mean of ${list.length}`,
    Object.fromEntries(
      (['bark', 'mid', 'side', 'crest', 'width'] as const).map(key => [
        key,
        list.reduce((s, d) => s + d[key], 0) / list.length
      ])
    ) as unknown as Distances
  )
