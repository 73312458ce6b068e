/** A DAWproject as a session. */
import type { ByteSource } from '../bytes.ts'
import { AudioFileError } from '../error.ts'
import { clipsOn, factorOf, type Timing } from './dawproject-clips.ts'
import {
  checkDaw,
  checkTracks,
  type DawSend,
  type DawStrip,
  type DawTrack,
  dawLimits,
  numbered,
  type ReadSession,
  unityStrip
} from './session.ts'
import { devicesFrom, inUnit } from './twins.ts'
import { childOf, childrenOf, type Element, parseXml } from './xml.ts'
import { type Inflate, openZip, type ZipEntry } from './zip-reader.ts'

export interface Dawproject extends ReadSession {
  /** What the archive holds, by the names that clips give; other files lie beside it. */
  readonly entries: ReadonlyMap<string, ZipEntry>
}

const text = 'project.xml'

/** @throws AudioFileError if it is no DAWproject, damaged, made to do harm, or beyond `dawLimits` */
export async function readDawproject(source: ByteSource, place: string, inflate: Inflate): Promise<Dawproject> {
  const entries = await openZip(source, place, inflate),
    entry = entries.get(text)
  if (!entry)
    throw new AudioFileError('corrupt', place, `there is no ${text} in it`, 'give a DAWproject as a DAW has written it')
  if (entry.size > dawLimits.text)
    throw new AudioFileError(
      'corrupt',
      place,
      `${text} has ${entry.size} bytes; at most ${dawLimits.text} can be read`,
      'split the project'
    )
  const bytes = new Uint8Array(entry.size)
  let at = 0
  for await (const piece of entry.read()) {
    bytes.set(piece, at)
    at += piece.length
  }
  return { ...readProject(parseXml(new TextDecoder().decode(bytes), `${place}: ${text}`), place), entries }
}

interface Found {
  readonly source: Element
  readonly channel: Element | undefined
  readonly parent: Found | undefined
}

/** @throws AudioFileError as `readDawproject` */
export function readProject(project: Element, place: string): ReadSession {
  if (project.name !== 'Project')
    throw new AudioFileError(
      'corrupt',
      place,
      `its document element is <${project.name}>, not <Project>`,
      'give a DAWproject'
    )
  const transport = childOf(project, 'Transport'),
    tempo = Number(childOf(transport, 'Tempo')?.attributes.value ?? 120),
    arrangement = childOf(project, 'Arrangement'),
    left = new Set<string>(),
    all = tracksIn(childOf(project, 'Structure'), undefined),
    master = all.find(
      one => one.channel?.attributes.role === 'master' && !one.source.attributes.contentType?.includes('tracks')
    ),
    tracks = all.filter(one => one !== master)
  if (slotsIn(childOf(project, 'Scenes'))) left.add('clips of scenes')
  if (childOf(arrangement, 'TempoAutomation')) left.add('changes of tempo (the first is taken for all)')
  const lanes = lanesBy(childOf(arrangement, 'Lanes'), { unit: 'beats', tempo })
  checkTracks(all.length, place)
  const strips = (one: Found | undefined, name: string) =>
    one
      ? stripOf(one, lanes.get(one.source.attributes.id ?? '') ?? [], tempo, what => left.add(`${name}: ${what}`))
      : unityStrip
  const session = {
    title: arrangement?.attributes.name ?? '',
    sampleRate: rateOf(arrangement),
    tempo,
    master: strips(master, 'master'),
    tracks: numbered(
      tracks.map((one, i): DawTrack => {
        const name = one.source.attributes.name || `Track ${i + 1}`,
          leave = (what: string) => left.add(`${name}: ${what}`),
          group = groupOf(one, tracks, master)
        if (one.channel?.attributes.solo === 'true') leave('solo (all tracks are taken)')
        return {
          id: String(i),
          name,
          kind: kindOf(one, tracks),
          ...(group !== undefined && { group: String(group) }),
          ...strips(one, name),
          sends: sendsOf(one, tracks),
          clips: (lanes.get(one.source.attributes.id ?? '') ?? []).flatMap(({ lane, timing }) =>
            clipsOn(lane, timing, leave)
          )
        }
      })
    )
  }
  checkDaw(session, place)
  return { session, left: [...left] }
}

const tracksIn = (within: Element | undefined, parent: Found | undefined): Found[] =>
  childrenOf(within, 'Track').flatMap(source => {
    const one = { source, channel: childOf(source, 'Channel'), parent }
    return [one, ...tracksIn(source, one)]
  })

/** Whether scenes hold anything that would play. */
const slotsIn = (scenes: Element | undefined): boolean =>
  !!scenes?.children.some(one => one.name === 'Clip' || slotsIn(one))

/** What clips do not tell: the highest rate among the files. */
function rateOf(within: Element | undefined): number {
  const rates = (one: Element): number =>
    Math.max(one.name === 'Audio' ? Number(one.attributes.sampleRate) || 0 : 0, ...one.children.map(rates))
  return (within && rates(within)) || 44100
}

interface LaneOf {
  readonly lane: Element
  readonly timing: Timing
}
/** Timelines by the track that they belong to, their own or that of what they stand in. */
function lanesBy(root: Element | undefined, timing: Timing): Map<string, LaneOf[]> {
  const found = new Map<string, LaneOf[]>()
  const visit = (one: Element, track: string | undefined, outer: Timing): void => {
    const own = one.attributes.track ?? track,
      inner = { ...outer, unit: one.attributes.timeUnit ?? outer.unit }
    if (one.name === 'Lanes') for (const child of one.children) visit(child, own, inner)
    else if (own !== undefined) {
      const list = found.get(own) ?? []
      found.set(own, list)
      list.push({ lane: one, timing: inner })
    }
  }
  if (root) visit(root, undefined, timing)
  return found
}

const indexOf = (channel: string | undefined, tracks: readonly Found[]): number =>
  channel === undefined ? -1 : tracks.findIndex(one => one.channel?.attributes.id === channel)
/** Where it goes before the master: its channel's destination, else the track that it lies in. */
function groupOf({ channel, parent }: Found, tracks: readonly Found[], master: Found | undefined): number | undefined {
  const to = indexOf(channel?.attributes.destination, tracks)
  if (to >= 0) return to
  return parent?.channel && parent !== master ? tracks.indexOf(parent) : undefined
}
function kindOf(one: Found, tracks: readonly Found[]): DawTrack['kind'] {
  if (one.channel?.attributes.role === 'effect') return 'effect'
  const feeds = tracks.some(other => other !== one && groupOf(other, tracks, undefined) === tracks.indexOf(one))
  return feeds || one.source.attributes.contentType?.includes('tracks') ? 'group' : 'audio'
}
const sendsOf = ({ channel }: Found, tracks: readonly Found[]): DawSend[] =>
  childrenOf(childOf(channel, 'Sends'), 'Send').flatMap(send => {
    const to = indexOf(send.attributes.destination, tracks),
      volume = childOf(send, 'Volume')
    if (to < 0 || !volume || childOf(send, 'Enable')?.attributes.value === 'false') return []
    return [
      { to: String(to), gain: inUnit(volume, 'linear'), ...(send.attributes.type === 'pre' && { pre: true as const }) }
    ]
  })

const tidy = (value: number): number => Number(value.toFixed(12)) + 0
/** 0 … 1 as −1 … 1, or as it is where it is written so. */
const panOf = (value: number, unit: string | undefined): number =>
  unit === 'linear' ? value : tidy(2 * (unit === 'percent' ? value / 100 : value) - 1)

function stripOf({ channel }: Found, lanes: readonly LaneOf[], tempo: number, leave: (what: string) => void): DawStrip {
  const volume = childOf(channel, 'Volume'),
    pan = childOf(channel, 'Pan'),
    level = volume ? inUnit(volume, 'linear') : 1,
    moves = pointsFor(volume, lanes, tempo),
    places = pointsFor(pan, lanes, tempo)
  const ride = moves?.map(([t, v, unit]) => {
    const factor = unit === 'decibel' ? 10 ** (v / 20) : v
    return [t, level > 0 ? tidy(factor / level) : factor] as const
  })
  remark(channel, lanes, leave)
  return {
    // Where the fader stands at nothing and moves, all of its level is in how it moves.
    volume: ride && !(level > 0) ? 1 : level,
    pan: pan ? panOf(Number(pan.attributes.value ?? 0.5), pan.attributes.unit) : 0,
    mute: childOf(channel, 'Mute')?.attributes.value === 'true',
    devices: (childOf(channel, 'Devices')?.children ?? []).flatMap(one => {
      const taken = devicesFrom(one)
      if (taken.length === 0 && (one.name !== 'Equalizer' || childOf(one, 'Band')))
        leave(`the device ${one.attributes.name ?? one.attributes.deviceName ?? one.name}`)
      return taken
    }),
    ...(ride && { ride }),
    ...(places && { panRide: places.map(([t, v, unit]) => [t, panOf(v, unit)] as const) })
  }
}

/** What a channel does that no strip of ours does. */
function remark(channel: Element | undefined, lanes: readonly LaneOf[], leave: (what: string) => void): void {
  const known = [childOf(channel, 'Volume'), childOf(channel, 'Pan')].map(one => one?.attributes.id)
  for (const { lane } of lanes)
    if (lane.name === 'Points' && !known.includes(childOf(lane, 'Target')?.attributes.parameter))
      leave('automation of anything but volume and pan')
  for (const send of childrenOf(childOf(channel, 'Sends'), 'Send')) {
    const pan = childOf(send, 'Pan')
    if (pan && panOf(Number(pan.attributes.value ?? 0.5), pan.attributes.unit) !== 0) leave('the pan of a send')
  }
}

type Point = readonly [seconds: number, value: number, unit: string | undefined]
/** Automation of a parameter, its steps as short slopes. */
function pointsFor(parameter: Element | undefined, lanes: readonly LaneOf[], tempo: number): Point[] | undefined {
  const id = parameter?.attributes.id,
    found = lanes.find(
      ({ lane }) => lane.name === 'Points' && id !== undefined && childOf(lane, 'Target')?.attributes.parameter === id
    )
  if (!found) return undefined
  const unit = found.lane.attributes.unit ?? parameter!.attributes.unit,
    factor = factorOf(found.lane.attributes.timeUnit ?? found.timing.unit, tempo),
    points: Point[] = []
  let held = false
  for (const { attributes } of childrenOf(found.lane, 'RealPoint')) {
    const time = Number(attributes.time) * factor,
      last: Point | undefined = points.at(-1)
    if (held && last && time - step > last[0]) points.push([time - step, last[1], unit])
    points.push([last && time <= last[0] ? last[0] + step : time, Number(attributes.value), unit])
    held = attributes.interpolation === 'hold'
  }
  return points.length ? points : undefined
}
/** Seconds that a jump takes. */
const step = 1e-4
