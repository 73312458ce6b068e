/** What a report's page plays: versions of the song at one loudness, and what each move changes. */
import { type Audio, type Clip, type Kernels, type MeasurementSeries, resample } from '@mixwright/dsp'
import { type Leveled, levels, ceiling } from '../compare/level.ts'
import type { Decisions } from '../mix/decisions.ts'
import { excerptsAt } from './cover.ts'
import type { Auditions, MoveDifference } from './job.ts'
import type { Moment } from './moments.ts'
import { movesOf } from '../mix/moves.ts'
import { doesOf, varied } from './picked.ts'

/** A finished sound under its name. */
export interface Version {
  readonly title: string
  readonly clip: Clip
  /** Another recording, with its loudness over time: it plays its own loudest passages, and is chosen by the key 0. */
  readonly other?: MeasurementSeries
}
/** Audio as text that a page can hold. `seed` of the dither. */
export type Embed = (audio: Audio, sampleRate: number, seed: number) => Promise<string>

export interface PlayedVersion {
  readonly id: string
  readonly title: string
  readonly other: boolean
  /** Per moment: loudness as it was, LUFS, and the dB it is turned by; undefined where it is silent. */
  readonly moments: readonly (Pick<Leveled, 'loudness' | 'gain'> | undefined)[]
}
export interface PlayedMove {
  /** Of the move. */
  readonly id: string
  /** Name of its audio. */
  readonly audio: string
  /** Seconds of the page's time. */
  readonly at: number
  readonly seconds: number
  /** Loudness of the difference against the mix, LU. */
  readonly level: number
  /** dB by which the audio that is embedded is softer than the difference, so that it holds its peaks. */
  readonly down: number
  /** dB by which the mix without the move is turned down, so that it does not clip. */
  readonly turn: number
  /** dB by which the difference alone is turned up. */
  readonly boost: number
}
export interface ReportSound {
  /** Hz of what is embedded. */
  readonly sampleRate: number
  readonly seconds: number
  /** `at` in the page's time, `start` in the song's, all in seconds. */
  readonly moments: readonly {
    readonly title: string
    readonly at: number
    readonly seconds: number
    readonly start: number
  }[]
  readonly versions: readonly PlayedVersion[]
  /** Name of the version that the moves belong to. */
  readonly mix: string
  readonly moves: readonly PlayedMove[]
  /** Level along the page's time, 0 to 1. */
  readonly outline: readonly number[]
}
export interface PageSound {
  readonly sound: ReportSound
  /** Audio by name. */
  readonly audio: ReadonlyMap<string, string>
}

/** Title of the bare sum of the stems. */
export const roughTitle = 'Raw stems'
/** Moves at most: they are about half of the page. */
const mostMoves = 12
/** Of all audio as text; a song takes 8 to 12 million, noise more. */
const mostBytes = 14e6
/** LU against the mix to which a difference alone is brought, and dB at most. */
const alone = -12,
  mostBoost = 30
const edge = 0.005
const dB = (gain: number): number => 10 ** (gain / 20)

/**
 * @param given versions in the order of their keys, after the bare sum of the stems @param mix title of the one that the
 * moves belong to
 * @param first title of the bare sum, or of what stands in its place
 * @throws RangeError if there is no such version
 */
export async function pageSound(
  auditions: Auditions,
  decisions: Decisions,
  given: readonly Version[],
  mix: string,
  { kernels, embed }: { readonly kernels: Kernels; readonly embed: Embed },
  first: string = roughTitle
): Promise<PageSound> {
  const at = given.findIndex(version => version.title === mix) + 1
  if (at === 0) throw new RangeError(`no version "${mix}"; there are ${given.map(v => v.title).join(', ')}`)
  const rate = given[0]!.clip.sampleRate,
    sampleRate = rate <= 48000 ? rate : rate % 44100 === 0 ? 44100 : 48000,
    { played, levelled, offsets } = await levelledVersions(auditions, given, rate),
    { moments } = auditions,
    embedded: Promise<readonly [name: string, text: string]>[] = []
  const put = (name: string, audio: Audio) => {
    const form = rate === sampleRate ? audio : resample(audio, rate, sampleRate, kernels)
    embedded.push(embed(form, sampleRate, embedded.length + 1).then(text => [name, text]))
  }
  played.forEach((audio, v) => put(`version-${v}`, audio))
  const moves = heardOf(auditions, decisions).map((found, k) => {
      const end = found.start + auditions.frames,
        m = moments.findIndex(({ start, frames }) => found.start >= start && end <= start + frames),
        from = offsets[m]! + found.start - moments[m]!.start,
        { audio, ...move } = playedMove(found, levelled[m]![at]?.gain ?? 0, played[at]!, from, rate)
      put(`move-${k}`, audio)
      return { ...move, audio: `move-${k}`, at: from / rate, seconds: auditions.frames / rate }
    }),
    texts = new Map(await Promise.all(embedded)),
    dropped = new Set(beyond(texts, moves))
  for (const { audio } of dropped) texts.delete(audio)
  const sound: ReportSound = {
    sampleRate,
    seconds: played[0]![0]!.length / rate,
    moments: moments.map(({ title, start, frames }, m) => ({
      title,
      start: start / rate,
      seconds: frames / rate,
      at: offsets[m]! / rate
    })),
    versions: [first, ...given.map(v => v.title)].map((title, v) => ({
      id: `version-${v}`,
      title,
      other: given[v - 1]?.other !== undefined,
      moments: levelled.map(all => all[v] && { loudness: all[v].loudness, gain: all[v].gain })
    })),
    mix,
    moves: moves.filter(move => !dropped.has(move)),
    outline: outlineOf(played[at]!)
  }
  return { sound, audio: texts }
}

/** The moves to hear, in the order of the console. */
function heardOf({ differences }: Auditions, decisions: Decisions): MoveDifference[] {
  const moves = movesOf(decisions),
    candidates = differences.flatMap(found => {
      const move = found.audio && moves.find(one => one.id === found.id)
      return move ? [{ move, does: doesOf(move, decisions), level: found.level, found }] : []
    })
  return varied(candidates, mostMoves)
    .sort((a, b) => moves.indexOf(a.move) - moves.indexOf(b.move))
    .map(({ found }) => found)
}

/** Moves for which a page has no room: those that change least. */
function beyond(texts: ReadonlyMap<string, string>, moves: readonly PlayedMove[]): PlayedMove[] {
  const dropped: PlayedMove[] = []
  let size = [...texts.values()].reduce((sum, text) => sum + text.length, 0)
  for (const move of [...moves].sort((a, b) => a.level - b.level)) {
    if (size <= mostBytes) break
    size -= texts.get(move.audio)!.length
    dropped.push(move)
  }
  return dropped
}

/** All versions over the moments, in stereo, in each moment equally loud. */
async function levelledVersions({ moments, rough }: Auditions, given: readonly Version[], rate: number) {
  const read = await Promise.all(
      given.map(({ clip, other }) => excerptsAt(clip, other ? ownMoments(other, moments, rate) : moments))
    ),
    played = [rough.audio, ...read].map(([left, right]) => [left!.slice(), (right ?? left)!.slice()] as const),
    offsets = moments.map((_, m) => moments.slice(0, m).reduce((sum, moment) => sum + moment.frames, 0)),
    part = (audio: Audio, m: number) => audio.map(c => c.subarray(offsets[m]!, offsets[m]! + moments[m]!.frames)),
    levelled = moments.map(
      (_, m) =>
        levels(
          played.map(audio => part(audio, m)),
          rate
        ).all
    )
  played.forEach((audio, v) => {
    moments.forEach((_, m) => {
      for (const channel of part(audio, m)) faded(channel, dB(levelled[m]![v]?.gain ?? 0), rate)
    })
  })
  return { played, levelled, offsets }
}

/** Where another recording is loudest: passages as long as the moments that do not overlap. */
function ownMoments({ momentary, step }: MeasurementSeries, moments: readonly Moment[], sampleRate: number) {
  const taken: { start: number; frames: number }[] = []
  for (const { frames } of moments) {
    const long = Math.round(frames / sampleRate / step),
      powerFrom = (i: number) =>
        momentary.slice(i, i + long).reduce<number>((sum, level) => sum + 10 ** ((level ?? -100) / 10), 0)
    let best = 0,
      most = -1
    for (let i = 0; i <= Math.max(0, momentary.length - long); i += Math.round(0.5 / step)) {
      const start = Math.round(i * step * sampleRate)
      if (taken.some(one => Math.abs(one.start - start) < frames)) continue
      const power = powerFrom(i)
      if (power > most) [best, most] = [start, power]
    }
    taken.push({ start: best, frames })
  }
  return taken
}

/** In place: at a gain, its edges faded. */
function faded(channel: Float32Array, factor: number, rate: number): void {
  const fade = edge * rate,
    last = channel.length - 1
  for (let i = 0; i <= last; i++) channel[i]! *= factor * Math.min(1, i / fade, (last - i) / fade)
}

/** A difference at the level at which the mix is played, and how the page lets it be heard. */
function playedMove(
  { id, level, audio }: MoveDifference,
  gain: number,
  mix: Audio,
  from: number,
  rate: number
): Omit<PlayedMove, 'audio' | 'at' | 'seconds'> & { readonly audio: Audio } {
  const full = audio!.map(channel => channel.slice())
  for (const channel of full) faded(channel, dB(gain), rate)
  let peak = 0,
    sum = 0
  full.forEach((channel, c) => {
    for (let i = 0; i < channel.length; i++) {
      peak = Math.max(peak, Math.abs(channel[i]!))
      sum = Math.max(sum, Math.abs(mix[c]![from + i]! + channel[i]!))
    }
  })
  const down = Math.max(0, 20 * Math.log10(peak + 1e-9)),
    room = -20 * Math.log10(peak + 1e-9) + ceiling
  return {
    id,
    level,
    down,
    turn: Math.min(0, ceiling - 20 * Math.log10(sum + 1e-9)),
    boost: Math.min(mostBoost, room, Math.max(0, alone - level)),
    audio: full.map(channel => channel.map(x => x / dB(down)))
  }
}

function outlineOf(audio: Audio, points = 300): number[] {
  const frames = audio[0]!.length,
    sums = Array.from({ length: points }, (_, p) => {
      const from = Math.floor((p * frames) / points),
        to = Math.floor(((p + 1) * frames) / points)
      let sum = 0
      for (const channel of audio) for (let i = from; i < to; i++) sum += channel[i]! ** 2
      return Math.sqrt(sum / Math.max(1, to - from))
    }),
    most = Math.max(...sums, Number.MIN_VALUE)
  return sums.map(x => Math.round((100 * x) / most) / 100)
}
