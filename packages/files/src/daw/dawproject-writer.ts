/** A session as a DAWproject 1.0: the XML, and the archive with it. */
import type { ByteSink } from '../bytes.ts'
import {
  type DawClip,
  type DawMedia,
  type DawPoints,
  type DawSend,
  type DawSession,
  type DawStrip,
  type DawTrack,
  filesOf,
  numbered
} from './session.ts'
import { deviceElements } from './twins.ts'
import { element, type Element, writeXml } from './xml.ts'
import { createZipWriter } from './zip-writer.ts'

export interface DawprojectOptions {
  /** What each file of a clip holds. */
  readonly media: Readonly<Record<string, DawMedia>>
  /** The bytes of a file that goes into the archive; absent: files lie beside it, where the clips say. */
  readonly bytes?: (file: string) => AsyncIterable<Uint8Array>
  /** Of Mixwright. */
  readonly version: string
}

/** Writes the archive, in memory that does not grow with the audio. @param sink at its start */
export async function writeDawproject(sink: ByteSink, session: DawSession, options: DawprojectOptions): Promise<void> {
  const zip = createZipWriter(sink),
    encoder = new TextEncoder(),
    text = (xml: Element) => [encoder.encode(writeXml(xml))]
  await zip.add('metadata.xml', text(element('MetaData', {}, [])))
  await zip.add('project.xml', text(projectXml(session, options)))
  if (options.bytes) for (const file of filesOf(session)) await zip.add(file, options.bytes(file))
  await zip.close()
}

const masterId = 'master'
export function projectXml(given: DawSession, options: DawprojectOptions): Element {
  const session = { ...given, tracks: numbered(given.tracks) },
    roots = session.tracks.filter(track => track.group === undefined)
  return element('Project', { version: '1.0' }, [
    element('Application', { name: 'Mixwright', version: options.version }),
    element('Transport', {}, [
      element('Tempo', { value: session.tempo, unit: 'bpm', id: 'tempo', name: 'Tempo' }),
      element('TimeSignature', { numerator: 4, denominator: 4, id: 'signature' })
    ]),
    element('Structure', {}, [
      ...roots.map(track => trackElement(track, session)),
      element('Track', { id: masterId, name: 'Master', contentType: 'audio', loaded: true }, [
        channel(masterId, 'master', session.master, [], undefined)
      ])
    ]),
    element('Arrangement', { id: 'arrangement', name: session.title }, [
      element('Lanes', { timeUnit: 'seconds', id: 'lanes' }, [
        ...session.tracks.map(track => laneOf(track, options)),
        ...automation(masterId, session.master).map(points => element('Lanes', { track: masterId }, [points]))
      ])
    ])
  ])
}

const roles = { audio: 'regular', group: 'submix', effect: 'effect' } as const
function trackElement(track: DawTrack, session: DawSession): Element {
  const { id, name, kind } = track,
    members = session.tracks.filter(other => other.group === id),
    to = channelId(track.group ?? masterId)
  return element('Track', { id, name, contentType: kind === 'group' ? 'tracks audio' : 'audio', loaded: true }, [
    // The format has no switch for "to its sends only": the fader is down and the sends lie before it.
    track.silent
      ? channel(id, roles[kind], { ...track, volume: 0 }, track.sends.map(before(track.volume)), to)
      : channel(id, roles[kind], track, track.sends, to),
    ...members.map(member => trackElement(member, session))
  ])
}
const before =
  (volume: number) =>
  ({ to, gain, pre }: DawSend): DawSend => ({ to, gain: pre ? gain : gain * volume, pre: true })
const channelId = (id: string): string => `${id}-channel`

function channel(
  id: string,
  role: string,
  strip: DawStrip,
  sends: readonly DawSend[],
  to: string | undefined
): Element {
  const devices = deviceElements(strip.devices)
  return element('Channel', { id: channelId(id), role, audioChannels: 2, solo: false, destination: to }, [
    ...(devices.length ? [element('Devices', {}, devices)] : []),
    element('Mute', { value: strip.mute, id: `${id}-mute`, name: 'Mute' }),
    element('Pan', { value: placed(strip.pan), min: 0, max: 1, unit: 'normalized', id: `${id}-pan`, name: 'Pan' }),
    ...(sends.length
      ? [
          element(
            'Sends',
            {},
            sends.map((send, i) => sendElement(`${id}-send-${i + 1}`, send))
          )
        ]
      : []),
    element('Volume', { value: strip.volume, min: 0, max: 2, unit: 'linear', id: `${id}-volume`, name: 'Volume' })
  ])
}
/** −1 … 1 as 0 … 1 */
const placed = (pan: number): number => (pan + 1) / 2
const sendElement = (id: string, { to, gain, pre }: DawSend): Element =>
  element('Send', { id, destination: channelId(to), type: pre ? 'pre' : 'post' }, [
    element('Volume', { value: gain, min: 0, max: 2, unit: 'linear', id: `${id}-volume` })
  ])

const laneOf = (track: DawTrack, options: DawprojectOptions): Element =>
  element('Lanes', { track: track.id, id: `${track.id}-lanes` }, [
    element(
      'Clips',
      { id: `${track.id}-clips` },
      track.clips.map(clip => clipElement(clip, options))
    ),
    ...automation(track.id, track)
  ])

/** The format's automation is the parameter's value itself. */
function automation(id: string, { volume, ride, panRide }: DawStrip): Element[] {
  const points = (target: string, unit: string, list: DawPoints) =>
    element('Points', { id: `${target}-points`, unit }, [
      element('Target', { parameter: target }),
      ...list.map(([time, value]) => element('RealPoint', { time, value, interpolation: 'linear' }))
    ])
  return [
    ...(ride
      ? [
          points(
            `${id}-volume`,
            'linear',
            ride.map(([t, v]) => [t, v * volume])
          )
        ]
      : []),
    ...(panRide
      ? [
          points(
            `${id}-pan`,
            'normalized',
            panRide.map(([t, v]) => [t, placed(v)])
          )
        ]
      : [])
  ]
}

function clipElement(clip: DawClip, { media, bytes }: DawprojectOptions): Element {
  const form = media[clip.file]
  if (!form) throw new RangeError(`nothing is known of the file "${clip.file}" that a clip plays`)
  const audio = element(
    'Audio',
    { channels: form.channels, sampleRate: form.sampleRate, duration: form.seconds, algorithm: 'raw' },
    [element('File', { path: clip.file, external: !bytes })]
  )
  const times = {
    time: clip.start,
    duration: clip.length,
    contentTimeUnit: 'seconds',
    playStart: clip.offset,
    fadeTimeUnit: 'seconds',
    fadeInTime: clip.fadeIn,
    fadeOutTime: clip.fadeOut,
    name: clip.file.split('/').at(-1)
  }
  return element('Clip', times, [clip.gain === 1 ? audio : element('Lanes', {}, [audio, gainOf(clip)])])
}
const gainOf = ({ gain, offset }: DawClip): Element =>
  element('Points', { unit: 'linear' }, [
    element('Target', { expression: 'gain' }),
    element('RealPoint', { time: offset, value: gain })
  ])
