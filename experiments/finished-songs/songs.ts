/**
 * Finished songs from Debian's packages of game music, unpacked as PACKAGE/usr/share/…, and who may see them: the split
 * goes by package and was fixed before anything was measured.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Sound } from '../sound-files.ts'

export type Part = 'training' | 'tuning' | 'held-out'
const split: Readonly<Record<Part, readonly string[]>> = {
  training: [
    'wesnoth-1.16-music',
    'supertuxkart-data',
    'hedgewars-data',
    'naev-data',
    'supertux-data',
    'megaglest-data',
    'drascula-music',
    'asc-music',
    'torcs-data',
    'ufoai-music',
    'pingus-data',
    'neverball-data',
    'boswars-data',
    'lugaru-data',
    'nexuiz-music'
  ],
  tuning: ['singularity-music', 'unknown-horizons', 'freedroidrpg-data', 'xmoto-data'],
  'held-out': ['warzone2100-music', 'hyperrogue-music', 'widelands-data', 'extremetuxracer-data', 'frozen-bubble-data']
}
/** What is no music, among what is long. */
const effects = /\/(sfx|sounds|Sounds)\//
/** Bytes: shorter files are effects and jingles. */
const least = 800_000
/** Longest part of a song that is heard, s. */
const longest = 240

export interface Song {
  readonly part: Part
  readonly pack: string
  readonly path: string
  /** Its path below the folder of all packages. */
  readonly name: string
}
/** @param root folder of the unpacked packages */
export const songsOf = (root: string, parts: readonly Part[] = ['training', 'tuning', 'held-out']): Song[] =>
  parts.flatMap(part =>
    split[part].flatMap(pack =>
      (existsSync(join(root, pack)) ? (readdirSync(join(root, pack), { recursive: true }) as string[]) : [])
        .filter(file => /[.](ogg|opus|mp3|flac|wav)$/i.test(file) && !effects.test(file))
        .filter(file => statSync(join(root, pack, file)).size >= least)
        .sort()
        .map(file => ({ part, pack, path: join(root, pack, file), name: join(pack, file) }))
    )
  )

/** As many as are wanted, evenly from all, or all the others; packages in turn, so that a run that is cut short has heard of all. */
export function chosenOf(all: readonly Song[], count: number, others = false): Song[] {
  const share = (i: number) => Math.floor((i * count) / all.length),
    heard = all.filter((_, i) => (share(i) !== share(i - 1)) !== others)
  return heard
    .map((song, i) => ({ song, turn: heard.slice(0, i).filter(({ pack }) => pack === song.pack).length }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ song }) => song)
}

/** At 44.1 kHz, at most `seconds` from the beginning; undefined for what is shorter than a minute. */
export function decoded(path: string, seconds = longest): Sound | undefined {
  const probe = spawnSync('ffprobe', [
      '-v',
      'error',
      '-select_streams',
      'a:0',
      '-show_entries',
      'stream=channels',
      '-of',
      'csv=p=0',
      path
    ]),
    channels = Number.parseInt(probe.stdout.toString(), 10) === 1 ? 1 : 2,
    { stdout } = spawnSync(
      'ffmpeg',
      ['-v', 'error', '-i', path, '-t', String(seconds), '-ac', String(channels), '-ar', '44100', '-f', 'f32le', '-'],
      { maxBuffer: 2 ** 30 }
    ),
    samples = new Float32Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 4)),
    frames = Math.floor(samples.length / channels)
  if (frames < 60 * 44100) return undefined
  const audio = Array.from({ length: channels }, () => new Float32Array(frames))
  for (let c = 0; c < channels; c++) for (let i = 0, k = c; i < frames; i++, k += channels) audio[c]![i] = samples[k]!
  return { audio, sampleRate: 44100 }
}
