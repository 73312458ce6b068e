/** A folder with a song: its dry stems, the mix to come near to, and what is known of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Audio, type Clip, clipOf } from '@mixwright/dsp'
import { type Assigned, rolesBySong } from './song-roles.ts'
import { readSound, wide } from '../sound-files.ts'

export interface DryStem {
  readonly name: string
  readonly audio: Audio
  readonly clip: Clip
  readonly assigned: Assigned
  /** Of LMMS songs: the constant gain of each channel, by the author's faders and pans. */
  readonly gains?: readonly [number, number]
  /** Of LMMS songs: dB, energy of the author's stem over the dry one's. */
  readonly wetOverDry?: number
  /** Nothing but gain and pan lies between the dry stem and the author's. */
  readonly onlyGain?: boolean
}
export interface Song {
  readonly name: string
  readonly sampleRate: number
  readonly stems: readonly DryStem[]
  /** The author's or the human's mix. */
  readonly reference: Audio
  /** The stems and the mix begin at the same sample. */
  readonly aligned: boolean
  /** Other mixes that lie in the folder. */
  readonly rivals: Readonly<Record<string, Audio>>
}
interface TruthTrack {
  readonly file: string
  readonly gainLeft: number
  readonly gainRight: number
  readonly onlyGain: boolean
  readonly volume: { readonly moves: boolean }
  readonly channel: number
}
interface Truth {
  readonly tracks: readonly TruthTrack[]
  readonly channels: readonly { readonly index: number; readonly volume: { readonly moves: boolean } }[]
}
/** A fader that moves counts as one at rest that gives the stem its energy in the mix, effects included. */
function gainsOf({ channels }: Truth, track: TruthTrack, wetOverDry: number): readonly [number, number] {
  const { gainLeft, gainRight, volume, channel } = track,
    moves = volume.moves || channels.some(c => c.index === channel && c.volume.moves)
  if (!moves) return [gainLeft, gainRight]
  const power = (gainLeft ** 2 + gainRight ** 2) / 2,
    scale = power > 0 ? Math.sqrt(10 ** (wetOverDry / 10) / power) : 10 ** (wetOverDry / 20)
  return power > 0 ? [gainLeft * scale, gainRight * scale] : [scale, scale]
}
const energyOf = (audio: Audio): number => wide(audio).reduce((sum, c) => c.reduce((s, v) => s + v * v, sum), 0)
const audible = (name: string): boolean => /\.(wav|flac|mp3|ogg)$/i.test(name)
const titleOf = (file: string): string => basename(file, extname(file))

/** Seconds that are judged, from the middle: what a song of 20 stems takes minutes for. */
const judged = 60
const middle = (audio: Audio, sampleRate: number): Audio => {
  const frames = Math.min(audio[0]!.length, judged * sampleRate),
    from = (audio[0]!.length - frames) >> 1
  return audio.map(c => c.subarray(from, from + frames))
}

async function authored(folder: string, file: string, dry: Audio, truth: Truth, track: TruthTrack) {
  const { audio, sampleRate } = await readSound(join(folder, 'wet', file)),
    wetOverDry = 10 * Math.log10(energyOf(middle(audio, sampleRate)) / energyOf(dry))
  return { gains: gainsOf(truth, track, wetOverDry), wetOverDry, onlyGain: track.onlyGain }
}

export async function readSong(folder: string): Promise<Song> {
  const name = basename(folder),
    inside = readdirSync(folder).filter(audible),
    isReference = (file: string) => /^(human_mix|author_mix)\./.test(file),
    reference = await readSound(join(folder, inside.find(isReference)!)),
    truthPath = join(folder, 'truth.json'),
    truth: Truth | undefined = existsSync(truthPath) ? JSON.parse(readFileSync(truthPath, 'utf8')) : undefined,
    table = rolesBySong[name]
  if (!table) throw new Error(`no roles are written down for ${name}; add them to song-roles.ts`)
  const stems: DryStem[] = []
  for (const file of readdirSync(join(folder, 'dry')).filter(audible).sort()) {
    const { audio: whole, sampleRate } = await readSound(join(folder, 'dry', file)),
      audio = middle(whole, sampleRate),
      title = titleOf(file),
      assigned = table[title] ?? table[title.slice(0, 2)],
      known = truth?.tracks.find(t => t.file === title)
    // It rests in the part that is judged.
    if (audio.every(c => c.every(v => Math.abs(v) < 1e-4))) continue
    if (!assigned) throw new Error(`${name}: no role for ${title}`)
    const truthful = truth && known ? await authored(folder, file, audio, truth, known) : {}
    stems.push({ name: title, audio, clip: clipOf(audio, sampleRate), assigned, ...truthful })
  }
  const rivals: Record<string, Audio> = {}
  for (const file of inside.filter(f => !isReference(f)))
    rivals[titleOf(file)] = (await readSound(join(folder, file))).audio
  return {
    name,
    sampleRate: reference.sampleRate,
    stems,
    reference: wide(middle(reference.audio, reference.sampleRate)),
    aligned: truth !== undefined,
    rivals
  }
}

/** @param gains dB per stem, or factors per channel */
export function sumOf(stems: readonly DryStem[], gains: readonly (number | readonly [number, number])[]): Audio {
  const frames = Math.max(...stems.map(s => s.audio[0]!.length)),
    sum = [new Float32Array(frames), new Float32Array(frames)]
  stems.forEach(({ audio }, i) => {
    const gain = gains[i]!,
      factors = typeof gain === 'number' ? [10 ** (gain / 20), 10 ** (gain / 20)] : gain
    wide(audio).forEach((c, side) => {
      for (let n = 0; n < c.length; n++) sum[side]![n]! += c[n]! * factors[side]!
    })
  })
  return sum
}
