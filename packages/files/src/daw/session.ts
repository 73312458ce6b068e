/**
 * What digital audio workstations have in common: tracks with clips in time, faders, groups, sends and devices. Levels
 * are factors (1 is unity), as the formats hold them; times are seconds.
 */
import { AudioFileError } from '../error.ts'

/** [seconds, value], ascending in time: linear in between, held before the first and after the last. */
export type DawPoints = readonly (readonly [seconds: number, value: number])[]

/** A stretch of an audio file on a track. */
export interface DawClip {
  /** As the project names it: relative to the project or inside the archive, with slashes; or absolute. */
  readonly file: string
  /** Where it begins on the track, ≥ 0. */
  readonly start: number
  /** Where it begins in the file, ≥ 0. */
  readonly offset: number
  /** > 0 */
  readonly length: number
  /** Negative: upside down. */
  readonly gain: number
  /** Lengths of linear fades; 0: none. */
  readonly fadeIn: number
  readonly fadeOut: number
  /** Where the file ends before the clip does, it begins again. */
  readonly loop?: true
}

/** One of our processors, or what comes closest to a foreign one. */
export interface DawDevice {
  readonly name: string
  readonly type: string
  readonly params: Readonly<Record<string, number>>
  /** It listens to its signal through this filter. */
  readonly key?: { readonly type: string; readonly params: Readonly<Record<string, number>> }
  readonly off?: true
}
/** A send to an effect or another track. */
export interface DawSend {
  /** Id of the track. */
  readonly to: string
  readonly gain: number
  /** Taken before the fader. */
  readonly pre?: true
}

/** What every strip of the mixer has, the master too. */
export interface DawStrip {
  readonly volume: number
  /** −1: left, 1: right. */
  readonly pan: number
  readonly mute: boolean
  /** In signal order, before the fader. */
  readonly devices: readonly DawDevice[]
  /** Multiplies the volume. */
  readonly ride?: DawPoints
  /** Replaces the pan. */
  readonly panRide?: DawPoints
}
export const trackKinds = ['audio', 'group', 'effect'] as const
export interface DawTrack extends DawStrip {
  readonly id: string
  readonly name: string
  /** `group`: others go through it; `effect`: it lives on sends. */
  readonly kind: (typeof trackKinds)[number]
  /** Id of the group that it goes through; absent: the master. */
  readonly group?: string
  /** Only its sends are heard. */
  readonly silent?: true
  readonly sends: readonly DawSend[]
  readonly clips: readonly DawClip[]
}
export interface DawSession {
  readonly title: string
  /** Hz */
  readonly sampleRate: number
  /** Beats per minute. */
  readonly tempo: number
  readonly master: DawStrip
  /** A group stands directly before its members. */
  readonly tracks: readonly DawTrack[]
}
/** What a reader made of a project, and what it could not take over, in words. */
export interface ReadSession {
  readonly session: DawSession
  readonly left: readonly string[]
}

/** Audio as a project must describe it. */
export interface DawMedia {
  readonly channels: number
  /** Hz */
  readonly sampleRate: number
  readonly seconds: number
}

/** What one project may hold; far beyond what any DAW opens. */
export const dawLimits = {
  /** Characters of the project's text. */
  text: 64 * 2 ** 20,
  /** Lines or elements of that text. */
  elements: 1_000_000,
  tracks: 2000,
  clips: 200_000,
  /** Times that one loop may come round. */
  rounds: 10_000,
  points: 500_000,
  /** A day, seconds. */
  time: 86_400,
  /** Bytes of audio that an archive may unpack to. */
  audio: 64 * 2 ** 30
} as const

export const unityStrip: DawStrip = { volume: 1, pan: 0, mute: false, devices: [] }

/** Ids by position, groups before their members: alike sessions become equal. */
export function numbered(tracks: readonly DawTrack[]): DawTrack[] {
  const ordered: DawTrack[] = [],
    known = new Set(tracks.map(track => track.id)),
    below = new Map<string | undefined, DawTrack[]>()
  for (const track of tracks) {
    const at = track.group !== undefined && known.has(track.group) ? track.group : undefined
    below.set(at, [...(below.get(at) ?? []), track])
  }
  const visit = (group: string | undefined) => {
    for (const track of below.get(group) ?? []) {
      ordered.push(track)
      below.delete(group)
      visit(track.id)
    }
  }
  visit(undefined)
  const ids = new Map(ordered.map((track, i) => [track.id, `t${i + 1}`]))
  return ordered.map(({ group, ...track }) => ({
    ...track,
    id: ids.get(track.id)!,
    ...(group !== undefined && ids.has(group) && { group: ids.get(group)! }),
    sends: track.sends.flatMap(send => (ids.has(send.to) ? [{ ...send, to: ids.get(send.to)! }] : []))
  }))
}

/** The names of all files that clips play. */
export const filesOf = (session: DawSession): string[] => [
  ...new Set(session.tracks.flatMap(track => track.clips.map(clip => clip.file)))
]
/** Seconds until the last clip has ended. */
export const lengthOf = (session: DawSession): number =>
  session.tracks.reduce(
    (end, { clips }) => clips.reduce((last, clip) => Math.max(last, clip.start + clip.length), end),
    0
  )

const refuse = (place: string, what: string): never => {
  throw new AudioFileError('corrupt', place, what, 'open and save the project in its DAW again')
}

/** @throws AudioFileError for more tracks than can be read */
export function checkTracks(count: number, place: string): void {
  if (count > dawLimits.tracks) refuse(place, `${count} tracks; at most ${dawLimits.tracks} can be read`)
}

/** @throws AudioFileError for numbers out of their range, loops among groups and sends, or more than `dawLimits` */
export function checkDaw(session: DawSession, place: string): void {
  const { tracks } = session
  checkTracks(tracks.length, place)
  const clips = tracks.reduce((sum, track) => sum + track.clips.length, 0),
    points = tracks.reduce((sum, { ride, panRide }) => sum + (ride?.length ?? 0) + (panRide?.length ?? 0), 0)
  for (const [what, count, most] of [
    ['clips', clips, dawLimits.clips],
    ['automation points', points, dawLimits.points]
  ] as const)
    if (count > most) refuse(place, `${count} ${what}; at most ${most} can be read`)
  within(session.tempo, 1, 1000, place, 'tempo')
  within(session.sampleRate, 1000, 1536000, place, 'sample rate')
  checkStrip(session.master, place, 'master')
  for (const track of tracks) {
    const at = `track "${track.name}"`
    checkStrip(track, place, at)
    for (const { gain } of track.sends) within(gain, 0, mostGain, place, `${at}: send`)
    for (const { start, offset, length, gain, fadeIn, fadeOut } of track.clips) {
      for (const time of [start, offset, length, fadeIn, fadeOut])
        within(time, 0, dawLimits.time, place, `${at}: time of a clip`)
      within(gain, -mostGain, mostGain, place, `${at}: gain of a clip`)
    }
  }
  checkRouting(tracks, place)
}
/** +48 dB: the most that an edge of a graph can do. */
const mostGain = 250

function within(value: number, min: number, max: number, place: string, what: string): void {
  if (!(value >= min && value <= max)) refuse(place, `${what}: ${value} is not between ${min} and ${max}`)
}
function checkStrip({ volume, pan, ride = [], panRide = [] }: DawStrip, place: string, what: string): void {
  within(volume, 0, mostGain, place, `${what}: volume`)
  within(pan, -1, 1, place, `${what}: pan`)
  for (const [points, min, max] of [
    [ride, 0, mostGain],
    [panRide, -1, 1]
  ] as const)
    points.forEach(([seconds, value], i) => {
      within(seconds, 0, dawLimits.time, place, `${what}: time of automation`)
      within(value, min, max, place, `${what}: automation`)
      if (i > 0 && seconds <= points[i - 1]![0])
        refuse(place, `${what}: automation at ${seconds} s does not come after ${points[i - 1]![0]} s`)
    })
}
/** Where signals go must end at the master. */
function checkRouting(tracks: readonly DawTrack[], place: string): void {
  const byId = new Map(tracks.map(track => [track.id, track])),
    state = new Map<string, 'open' | 'done'>()
  const visit = (id: string, what: string) => {
    const track = byId.get(id)
    if (!track) throw refuse(place, `${what} goes to a track that is not there (${id})`)
    if (state.get(id) === 'open') refuse(place, `track "${track.name}" feeds itself through groups or sends`)
    if (state.has(id)) return
    state.set(id, 'open')
    for (const to of [...(track.group !== undefined ? [track.group] : []), ...track.sends.map(send => send.to)])
      visit(to, `track "${track.name}"`)
    state.set(id, 'done')
  }
  for (const { id, name } of tracks) visit(id, name)
}
