/** Songs to limit: which, and what of them. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createRealFft, measureLoudness, measureTruePeak } from '@mixwright/dsp'
import { type Sound, readSound, writeSound } from '../sound-files.ts'

export const rate = 44100
/** Loudness at which every source enters, LUFS; seconds of it; peak to loudness that it must have, LU. */
const entry = -18,
  seconds = 12,
  leastPlr = 12
/** Packages of Debian that the limiter was tuned on; it was never heard on the others before the final figures. */
const tuning = ['singularity-music', 'supertux-data', 'warzone2100-music'],
  heldOut = [
    'asc-music',
    'extremetuxracer-data',
    'freedroidrpg-data',
    'hedgewars-data',
    'hyperrogue-music',
    'megaglest-data',
    'naev-data',
    'supertuxkart-data',
    'unknown-horizons',
    'wesnoth-1.16-music',
    'widelands-data',
    'xmoto-data'
  ]
export const sets = { tuning: { packages: tuning, songs: 8 }, 'held-out': { packages: heldOut, songs: 20 } } as const
export type SetName = keyof typeof sets

export interface Source {
  readonly name: string
  /** The excerpt, and the 50-Hz tone under what of it lies above 1 kHz. */
  readonly song: string
  readonly tone: string
}

/**
 * The rule: packages in turns, from each the song at n/4, 3n/4, n/2, 0 of its sorted names (files of music of 60 s or
 * more), or the next one whose loudest 12 s have a peak-to-loudness ratio of at least 12 LU.
 */
export async function sourcesOf(masters: string, set: SetName, work: string): Promise<Source[]> {
  const { packages, songs } = sets[set],
    found: Source[] = [],
    used = new Set<string>()
  mkdirSync(work, { recursive: true })
  for (const share of [1 / 4, 3 / 4, 1 / 2, 0])
    for (const from of packages) {
      if (found.length === songs) return found
      const paths = music(join(masters, from)),
        start = Math.floor(share * paths.length)
      for (let i = 0; i < paths.length; i++) {
        const path = paths[(start + i) % paths.length]!
        if (used.has(path)) continue
        used.add(path)
        const source = await sourceOf(path, `${from}--${basename(path).replace(/\W+/g, '-')}`, work)
        if (!source) continue
        found.push(source)
        break
      }
    }
  return found
}

const music = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile() && /music/i.test(e.parentPath) && /\.(ogg|opus|mp3|flac)$/i.test(e.name))
    .map(e => join(e.parentPath, e.name))
    .sort()

async function sourceOf(path: string, name: string, work: string): Promise<Source | undefined> {
  const source = { name, song: join(work, `${name}.song.wav`), tone: join(work, `${name}.tone.wav`) }
  if (existsSync(source.tone)) return source
  const decoded = join(work, 'decoded.wav'),
    done = spawnSync('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-i',
      path,
      '-ar',
      `${rate}`,
      '-ac',
      '2',
      '-c:a',
      'pcm_f32le',
      decoded
    ])
  if (done.status !== 0) return undefined
  const { audio } = await readSound(decoded)
  if (audio[0]!.length < 60 * rate) return undefined
  const part = loudest(audio),
    { integrated } = measureLoudness(part, rate)
  if (!(measureTruePeak(part, rate).max - integrated >= leastPlr)) return undefined
  const song = levelled(part)
  await writeSound(source.song, { audio: song, sampleRate: rate })
  await writeSound(source.tone, { audio: toneUnder(song), sampleRate: rate })
  return source
}

/** The loudest stretch (mean of short-term powers), faded over 10 ms. */
function loudest(audio: Sound['audio']): Float32Array[] {
  const { shortTerm } = measureLoudness(audio, rate),
    power = Array.from(shortTerm, v => 10 ** (v / 10)),
    windows = 10 * (seconds - 3) + 1
  let best = 0,
    most = 0
  for (let i = 0; i + windows <= power.length; i++) {
    const sum = power.slice(i, i + windows).reduce((a, b) => a + b)
    if (sum > most) [most, best] = [sum, i]
  }
  const start = Math.round((best * rate) / 10),
    n = seconds * rate
  return audio.map(x =>
    x.slice(start, start + n).map((v, i) => v * Math.min(1, i / (0.01 * rate), (n - 1 - i) / (0.01 * rate)))
  )
}

const levelled = (audio: Float32Array[]): Float32Array[] => {
  const gain = 10 ** ((entry - measureLoudness(audio, rate).integrated) / 20)
  return audio.map(x => x.map(v => v * gain))
}

/** What lies above 1 kHz (raised cosine from 900 to 1100 Hz), and a sine of 50 Hz, 3 dB above its RMS. */
function toneUnder(song: readonly Float32Array[]): Float32Array[] {
  const n = song[0]!.length,
    size = 2 ** Math.ceil(Math.log2(n)),
    fft = createRealFft(size),
    high = song.map(x => {
      const padded = new Float32Array(size),
        re = new Float64Array(fft.bins),
        im = new Float64Array(fft.bins)
      padded.set(x)
      fft.forward(padded, re, im)
      for (let k = 0; k < fft.bins; k++) {
        const t = Math.max(0, Math.min(1, ((k * rate) / size - 900) / 200)),
          weight = Math.sin((Math.PI / 2) * t) ** 2
        re[k]! *= weight
        im[k]! *= weight
      }
      fft.inverse(re, im, padded)
      return padded.slice(0, n)
    }),
    power = high.reduce((sum, x) => sum + x.reduce((s, v) => s + v * v, 0), 0) / (2 * n),
    amplitude = Math.sqrt(2 * power) * 10 ** (3 / 20),
    fade = (i: number) => Math.min(1, i / (0.1 * rate), (n - 1 - i) / (0.1 * rate))
  return levelled(high.map(x => x.map((v, i) => fade(i) * (v + amplitude * Math.sin((2 * Math.PI * 50 * i) / rate)))))
}
