/** A console that was found as a session: what `export`, `revise` and `render` go on with. */
import type { Console, Device as FoundDevice, Strip } from '@mixwright/estimate'
import type { Device, Send, StemDecision } from '../mix/decisions.ts'
import { rolesFromNames } from '../mix/role-names.ts'
import { rulesOf } from '../mix/roles.ts'
import { mixOptions } from '../mix/options.ts'
import { type Session, type SessionPort, sessionVersion } from '../revise/session.ts'

/** Why a device is there: what the likeness would be without it. */
export type Because = (id: string) => string

/** The return of a session that a room becomes. */
const room = 'room'
const endOfChain = ['panning', 'gain']

/**
 * @param names of the files, by the console's inputs
 * @returns undefined where the console has what a session cannot hold: an oscillator that moves a device, a place that moves
 */
export function sessionOf(
  console: Console,
  names: Readonly<Record<string, string>>,
  about: { readonly folder: string; readonly sampleRate: number; readonly loudness: number; readonly because: Because }
): Session | undefined {
  const { strips, rooms, bus, channels } = console,
    { because, folder, sampleRate, loudness } = about,
    all = [...strips.flatMap(strip => strip.chain), ...rooms.flatMap(one => one.chain), ...bus]
  if (all.some(({ type, modulator, lanes }) => modulator || (lanes && type !== 'gain'))) return undefined
  const roles = rolesFromNames(strips.map(({ input }) => names[input]!)),
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
    pan = chain.find(({ type }) => type === 'panning'),
    reason = 'As loud as it stands in the mix.'
  return {
    stem,
    role,
    confidence: 1,
    roleFrom: 'name',
    group: rulesOf(role).group,
    faults: [],
    chain: chain.filter(({ type }) => !endOfChain.includes(type)).map(device => deviceOf(device, because)),
    fader: { gain: gain?.params.gain ?? 0, reason },
    ...(ride && { ride: { points: ride.lanes!.gain!.lane, reason: 'How its level moves in the mix.' } }),
    ...(pan && { pan: { pan: pan.params.pan!, reason: 'Where it stands in the mix.' } }),
    sends: Object.values(sends).map(
      (dB): Send => ({ to: room, gain: dB, reason: 'Of the room that is heard with it.' })
    )
  }
}
const deviceOf = ({ id, type, params }: FoundDevice, because: Because): Device => ({
  slot: id.replace(/^.*\//, ''),
  type,
  params,
  reason: because(id)
})
