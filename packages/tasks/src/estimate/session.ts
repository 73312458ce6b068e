/** A console that was found as a session: what `export`, `revise` and `render` go on with. */
import type { Console, Device as FoundDevice, Strip } from '@mixwright/estimate'
import { type Device, type Send, standsStill, type StemDecision } from '../mix/decisions.ts'
import { rolesFromNames } from '../mix/role-names.ts'
import { rulesOf } from '../mix/roles.ts'
import { mixOptions } from '../mix/options.ts'
import { type Session, type SessionPort, sessionVersion } from '../revise/session.ts'

/** Why a device is there: what the likeness would be without it. */
export type Because = (id: string) => string

/** The return of a session that a room becomes. */
const room = 'room'
/** A level, which may move, and a place that stands still: strips of a session end with them. */
const endsChain = (device: FoundDevice): boolean =>
  device.type === 'gain' || (device.type === 'panning' && standsStill(device))

/** @param names of the files, by the console's inputs */
export function sessionOf(
  console: Console,
  names: Readonly<Record<string, string>>,
  about: { readonly folder: string; readonly sampleRate: number; readonly loudness: number; readonly because: Because }
): Session {
  const { strips, rooms, bus, channels } = console,
    { because, folder, sampleRate, loudness } = about,
    roles = rolesFromNames(strips.map(({ input }) => names[input]!)),
    stems = strips.map((strip, s) => stemOf(strip, names[strip.input]!, roles[s]?.role ?? 'music', because)),
    ports = strips.map(({ input, channels: own }): SessionPort => ({ name: names[input]!, channels: own })),
    groups = [...new Set(stems.map(({ group }) => group))].map(group => ({ group, gain: 0 }))
  return {
    version: sessionVersion,
    folder,
    sampleRate,
    ports,
    master: {
      loudness: Math.max(mixOptions.loudness.min, Math.min(mixOptions.loudness.max, Number(loudness.toFixed(1)))),
      ceiling: mixOptions.ceiling.default,
      ...(channels === 1 && { channels: 1 })
    },
    stems,
    groups,
    returns: rooms.map(one => ({
      name: room,
      chain: one.chain.map(device => deviceOf(device, because)),
      gain: 0,
      reason: 'A room that several sources share.'
    })),
    mixBus: bus.map(device => deviceOf(device, because))
  }
}

function stemOf({ chain, sends }: Strip, stem: string, role: StemDecision['role'], because: Because): StemDecision {
  const gains = chain.filter(({ type }) => type === 'gain'),
    gain = gains.find(({ lanes }) => !lanes),
    ride = gains.find(({ lanes }) => lanes),
    pan = chain.find(device => device.type === 'panning' && endsChain(device)),
    reason = 'As loud as it stands in the mix.'
  return {
    stem,
    role,
    confidence: 1,
    roleFrom: 'name',
    group: rulesOf(role).group,
    faults: [],
    chain: chain.filter(device => !endsChain(device)).map(device => deviceOf(device, because)),
    fader: { gain: gain?.params.gain ?? 0, reason },
    ...(ride && { ride: { points: ride.lanes!.gain!.lane, reason: 'How its level moves in the mix.' } }),
    ...(pan && { pan: { pan: pan.params.pan!, reason: 'Where it stands in the mix.' } }),
    sends: Object.values(sends).map(
      (dB): Send => ({ to: room, gain: dB, reason: 'Of the room that is heard with it.' })
    )
  }
}
const deviceOf = ({ id, ...device }: FoundDevice, because: Because): Device => ({
  ...device,
  slot: id.replace(/^.*\//, ''),
  reason: because(id)
})
