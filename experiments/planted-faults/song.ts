/** Stems of real songs, cut to an excerpt in which most of them play. */
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Audio, clipOf, createRandom, type Kernels, resample } from '@mixwright/dsp'
import { analyseStem, type StemAnalysis } from '@mixwright/tasks'
import { readSound } from '../sound-files.ts'

export interface Stem {
  readonly name: string
  readonly audio: Audio
}
export interface Song {
  readonly title: string
  readonly rate: number
  readonly stems: readonly Stem[]
}

const seconds = 30
/** A song of several minutes gives more than one excerpt, s each. */
const perExcerpt = 80
const mixes = /mix|master|baseline|system/i

/** @param folder of one song's stems @returns its excerpts, the same for the same folder */
export async function excerptsOf(folder: string, kernels: Kernels): Promise<Song[]> {
  const files = readdirSync(folder).filter(name => /\.(wav|flac|mp3|m4a|ogg)$/.test(name) && !mixes.test(name)),
    sounds = []
  for (const name of files.sort()) sounds.push({ name: nameOf(name, files), ...(await readSound(join(folder, name))) })
  const rate = Math.max(44100, ...sounds.map(sound => sound.sampleRate)),
    stems = sounds.map(({ name, audio, sampleRate }) => ({
      name,
      audio: sampleRate === rate ? audio : resample(audio, sampleRate, rate, kernels)
    })),
    frames = Math.max(...stems.map(stem => stem.audio[0]!.length)),
    length = Math.min(frames, seconds * rate),
    count = Math.max(1, Math.floor(frames / rate / perExcerpt)),
    random = createRandom(files.length)
  return Array.from({ length: count }, (_, i) => {
    // Of some places in this part of the song the one where most stems play.
    const from = (i * (frames - length)) / count,
      places = Array.from({ length: 8 }, () => Math.round(from + (random.uniform() * (frames - length)) / count)),
      playing = (start: number) => stems.filter(({ audio }) => level(cut(audio, start, length)) > -55).length,
      start = places.reduce((best, place) => (playing(place) > playing(best) ? place : best))
    return {
      title: `${basename(dirname(folder))}/${basename(folder)} ${Math.round(start / rate)} s`,
      rate,
      stems: stems
        .map(({ name, audio }) => ({ name, audio: cut(audio, start, length) }))
        .filter(({ audio }) => level(audio) > -70)
    }
  })
}

/** Without the ending, and what all names of a folder begin with. */
function nameOf(file: string, files: readonly string[]): string {
  let shared = 0
  while (files.length > 1 && files.every(name => name[shared] === files[0]![shared])) shared++
  return file.slice(shared).replace(/(_mobile|_dry)?\.\w+$/, '')
}
const cut = (audio: Audio, start: number, length: number): Float32Array[] =>
  audio.map(channel => {
    const out = new Float32Array(length)
    out.set(channel.subarray(Math.min(start, channel.length), Math.min(start + length, channel.length)))
    return out
  })

/** dBFS of the louder channel's mean power. */
export const level = (audio: Audio): number =>
  Math.max(...audio.map(c => 10 * Math.log10(c.reduce((sum, v) => sum + v * v, 0) / c.length + 1e-20)))
export const peakOf = (audio: Audio): number =>
  Math.max(...audio.map(c => c.reduce((most, v) => Math.max(most, Math.abs(v)), 0)))

const known = new WeakMap<Audio, StemAnalysis>()
/** Analyses are kept: planting changes one stem of many. */
export async function analysed({ name, audio }: Stem, rate: number, kernels: Kernels): Promise<StemAnalysis> {
  const found = known.get(audio) ?? (await analyseStem(clipOf(audio, rate), name, { kernels }))
  known.set(audio, found)
  return { ...found, name }
}
