/** The task `master` for an album: songs that belong together, with relations of loudness and tone that are kept on purpose. */
import { amount, type Clip, type Values } from '@mixwright/dsp'
import { task } from '../define.ts'
import { rounded } from '../mix/decisions.ts'
import { emptyChain } from './chain.ts'
import { asHeard, cleanLoudness, type LoudnessTarget, statedTarget } from './loudness.ts'
import {
  hearReferences,
  master,
  masterHeard,
  type MasterInput,
  type MasterResult,
  type MasterServices
} from './master.ts'
import { normsOf } from './norms/index.ts'
import { passagesOf } from './passages.ts'
import { heardSound, type Sound } from './sound.ts'
import { changeTowards, fromBark, toneOf } from './tone.ts'

export interface AlbumInput extends Omit<MasterInput, 'song'> {
  /** In their order; all at one sample rate. */
  readonly songs: readonly { readonly name: string; readonly clip: Clip }[]
}
export interface AlbumServices extends Pick<MasterServices, 'kernels' | 'render' | 'signal'> {
  open(song: string, ...rest: Parameters<MasterServices['open']>): ReturnType<MasterServices['open']>
  progress?(stage: 'listening' | 'mastering', fraction: number): void
}
/** What is planned for a song. */
export interface AlbumPlace {
  readonly name: string
  /** LUFS: as it came, and as it is to be. */
  readonly loudness: number
  readonly planned: number
  /** dB per third octave (31 Hz up) to be added. */
  readonly change: readonly number[]
}
export interface AlbumResult {
  readonly plan: readonly AlbumPlace[]
  readonly songs: readonly (MasterResult & { readonly name: string })[]
}

const albumOptions = {
  ...master.options,
  evenness: amount(
    0,
    1,
    0.5,
    'Album: how far differences of loudness between songs are evened out; 0 keeps them, 1 makes all equally loud'
  ),
  cohesion: amount(
    0,
    1,
    0.3,
    'Album: how far the tone of each song goes towards that of the album; 0 keeps what they differ by'
  )
} as const
type Settings = Values<typeof albumOptions>

export const masterAlbum = task({
  id: 'master-album',
  title: 'Master an album',
  doc: 'Masters songs that belong together: the loudest meets the target, the others keep their distance from it as far as wished, and one change of tone serves all, with a part of what each differs from the album by.',
  options: albumOptions,
  run
})

/** @throws TaskError as `master`, naming the song; the abort reason */
async function run(input: AlbumInput, settings: Settings, services: AlbumServices): Promise<AlbumResult> {
  const sounds: { name: string; sound: Sound }[] = [],
    { songs } = input
  for (const [i, { name, clip }] of songs.entries())
    sounds.push({
      name,
      sound: await heardSound(clip, name, services, f => services.progress?.('listening', (i + f) / songs.length))
    })
  const references = await hearReferences(input, services),
    loudest = sounds.reduce((a, b) => (asHeard(b.sound.measured) > asHeard(a.sound.measured) ? b : a)).sound,
    target = statedTarget(settings, references.loudnessReferences) ?? (await cleanTarget(loudest, settings, services)),
    common = references.references.length ? undefined : await commonNorms(sounds, services),
    plan = planOf(sounds, references.references, common, target, settings),
    done: (MasterResult & { name: string })[] = []
  for (const [i, { name, sound }] of sounds.entries()) {
    const { planned, change } = plan[i]!,
      stated = { target: { ...target, loudness: planned }, tone: { change, against: 'what the album is to be' } }
    done.push({
      name,
      ...(await masterHeard({ song: sound, ...references }, settings, stated, {
        ...services,
        open: (...rest) => services.open(name, ...rest),
        progress: (stage, f) =>
          services.progress?.('mastering', (i + (stage === 'master' ? 0.5 + f / 2 : f / 2)) / songs.length)
      }))
    })
  }
  return { plan, songs: done }
}
async function cleanTarget(song: Sound, { ceiling }: Settings, services: AlbumServices): Promise<LoudnessTarget> {
  const toned = await passagesOf(song, services).toned(emptyChain)
  return { loudness: await cleanLoudness(toned, song.measured, ceiling, services), ceiling }
}

const meanOf = (all: readonly (readonly number[])[]) =>
  all[0]!.map((_, b) => all.reduce((sum, one) => sum + one[b]!, 0) / all.length)
/** What is wrong with the album as a whole. */
async function commonNorms(sounds: readonly { readonly sound: Sound }[], services: AlbumServices): Promise<number[]> {
  const tones: (readonly number[])[] = []
  for (const { sound } of sounds)
    tones.push(fromBark((await normsOf(sound.clip, services)).tone, sound.clip.sampleRate))
  return meanOf(tones)
}

/** One change for all, towards the references or away from what is wrong with the album as a whole, and a part of each song's own. */
function planOf(
  sounds: readonly { readonly name: string; readonly sound: Sound }[],
  references: Parameters<typeof changeTowards>[1],
  norms: readonly number[] | undefined,
  { loudness }: LoudnessTarget,
  { evenness, cohesion }: Settings
): AlbumPlace[] {
  const levels = sounds.map(({ sound }) => asHeard(sound.measured)),
    loudest = Math.max(...levels),
    tones = sounds.map(({ sound }) => toneOf(sound)),
    album = meanOf(tones),
    common = norms ?? changeTowards(album, references)
  return sounds.map(({ name }, i) => ({
    name,
    loudness: rounded(levels[i]!, 2),
    planned: rounded(loudness + (1 - evenness) * (levels[i]! - loudest), 2),
    change: common.map((dB, b) => dB + cohesion * (album[b]! - tones[i]![b]!))
  }))
}
