/**
 * A mix to go on with in a workstation: dry stems, faders, pans, groups, sends and automation, devices where the format
 * has their like. What has none is printed: all of a strip up to its last such device, and returns as they sound.
 */
import { type DawDevice, type DawTrack, unityStrip } from '@mixwright/files'
import { consoleGraph, stemIds, stemOutput } from '../mix/console.ts'
import { chain, isWiring } from '../mix/chain.ts'
import { type Device, type GroupDecision, standsStill, type StemDecision } from '../mix/decisions.ts'
import type { Session } from '../revise/session.ts'
import { factorOf, toFactors } from './automation.ts'
import {
  anyTempo,
  audioFile,
  audioTrack,
  type Exchange,
  groupId,
  inputEnd,
  wholeClip,
  withoutOutputs
} from './printed.ts'

/** @param hasTwin whether the format has a device like one of ours, as it is set */
export function editableSession(
  session: Session,
  title: string,
  hasTwin: (device: Pick<Device, 'type' | 'params' | 'key'>) => boolean
): Exchange {
  const console = consoleGraph({ ...session, apart: [] }, session.ports),
    { b, at } = withoutOutputs(console),
    ids = stemIds(session.ports.map(port => port.name)),
    idOf = (stem: string) => ids[session.ports.findIndex(port => port.name === stem)]!,
    native = (device: Device) => !isWiring(device.type) && standsStill(device) && hasTwin(device),
    files: Record<string, string> = {},
    left: string[] = []
  const strips = session.stems.map(stem => {
    const id = idOf(stem.stem),
      all = [...stem.chain, ...(stem.after ?? [])],
      cut = all.findLastIndex(device => !native(device)) + 1,
      port = session.ports.find(one => one.name === stem.stem)!,
      source = Object.hasOwn(console.inputs, id)
        ? inputEnd(id)
        : b.input(id, { channels: port.channels, doc: port.name })
    b.output(id, { channels: cut ? 2 : port.channels }, chain(b, `dry/${id}`, source, all.slice(0, cut)))
    files[id] = audioFile(id)
    return { stem, id, devices: all.slice(cut).map(deviceOf) }
  })
  const returns = session.returns.filter(({ name }) => Object.hasOwn(console.outputs, stemOutput(name))),
    printed = returns.filter(one => !one.chain.every(native))
  for (const { name } of printed) {
    const { from, gain } = at(stemOutput(name))
    b.output(name, { channels: 2 }, from, gain)
    files[name] = audioFile(name)
  }
  const glues = session.groups.flatMap(({ group, glue }) =>
    glue ? [{ what: `the glue of the ${group}`, device: glue }] : []
  )
  for (const { what, device } of [...glues, ...session.mixBus.map(one => ({ what: 'the mix bus', device: one }))])
    if (!native(device)) left.push(`${what}: ${device.type} (set it by hand, from the settings sheet)`)
  return {
    graph: b.graph(),
    files,
    left,
    session: seconds => ({
      title,
      sampleRate: session.sampleRate,
      tempo: anyTempo,
      master: { ...unityStrip, devices: session.mixBus.filter(native).map(deviceOf) },
      tracks: [
        ...session.groups.flatMap(one => groupTrack(session, one, native)),
        ...strips.map(({ stem, id, devices }) => stemTrack(session, stem, id, devices, seconds)),
        ...returns.flatMap(one => returnTracks(one, printed.includes(one), seconds))
      ]
    })
  }
}

const deviceOf = ({ slot, type, params, key }: Device): DawDevice => ({ name: slot, type, params, ...(key && { key }) })

function groupTrack(
  session: Session,
  { group, gain, glue }: GroupDecision,
  native: (one: Device) => boolean
): DawTrack[] {
  if (!session.stems.some(stem => stem.group === group)) return []
  return [
    audioTrack(groupId(group), group, {
      kind: 'group',
      volume: factorOf(gain),
      devices: glue && native(glue) ? [deviceOf(glue)] : []
    })
  ]
}

/** A locked stem does not pass the glue of its group, so it goes past the group. */
function stemTrack(
  session: Session,
  { stem, group, fader, trim, pan, ride, muted, locked, sends }: StemDecision,
  id: string,
  devices: readonly DawDevice[],
  seconds: number
): DawTrack {
  const bus = session.groups.find(one => one.group === group),
    inside = bus && !(locked && bus.glue)
  return audioTrack(id, stem, {
    ...(inside && { group: groupId(group) }),
    volume: factorOf(fader.gain + (trim?.gain ?? 0) + (inside ? 0 : (bus?.gain ?? 0))),
    pan: pan?.pan ?? 0,
    mute: muted !== undefined,
    devices,
    ...(ride && { ride: toFactors(ride.points) }),
    // A send leaves before the group's fader.
    sends: sends.map(send => ({ to: effectId(send.to), gain: factorOf(send.gain + (inside ? bus.gain : 0)) })),
    clips: [wholeClip(audioFile(id), seconds)]
  })
}

const effectId = (name: string): string => `effect ${name}`
/** Where the effect is printed, the sends still lead somewhere: to a muted track that waits for an effect of the workstation. */
function returnTracks(
  { name, chain: devices, gain }: Session['returns'][number],
  print: boolean,
  seconds: number
): DawTrack[] {
  const effect = audioTrack(effectId(name), print ? `${name} (put your own here)` : name, {
    kind: 'effect',
    volume: factorOf(gain),
    mute: print,
    devices: print ? [] : devices.map(deviceOf)
  })
  return print ? [effect, audioTrack(name, name, { clips: [wholeClip(audioFile(name), seconds)] })] : [effect]
}
