/** A workstation's session as a graph: what our renderer plays of it. */
import type { DawSession, DawStrip, DawTrack } from '@mixwright/files'
import { type Automatable, type Builder, builder, type End, type Graph } from '@mixwright/graph'
import { TaskError } from '../define.ts'
import { chain } from '../mix/chain.ts'
import { decibels, toDecibels } from './automation.ts'

/** Channels of the input of each track that has clips, by the track's id. */
export type DawInputs = Readonly<Record<string, 1 | 2>>

/**
 * The session's tracks are inputs of the graph, by their ids, those that are not heard left out; its output is `main`.
 * Pans are constant power with unity in the centre, whatever the law of the workstation.
 * @throws TaskError if nothing of it is heard
 */
export function dawGraph(session: DawSession, inputs: DawInputs): Graph {
  const b = builder(session.title || 'session'),
    made = new Map<string, { pre: End; post: End } | undefined>()
  const outOf = (track: DawTrack) => {
    if (!made.has(track.id)) made.set(track.id, played(track))
    return made.get(track.id)
  }
  const played = (track: DawTrack) => {
    if (track.mute) return undefined
    const channels = track.clips.length ? inputs[track.id] : undefined,
      own = channels && b.input(track.id, { channels, doc: track.name }),
      sources = [...(own ? [{ from: own, gain: 0 }] : []), ...into(track.id)]
    return sources.length ? strip(b, track.id, track, sources) : undefined
  }
  /** What goes to a track or, without an id, to the master: signals through groups, and sends. */
  const into = (id: string | undefined): { from: End; gain: number }[] =>
    session.tracks.flatMap(track => {
      const direct = track.group === id && !track.silent,
        sends = track.sends.filter(send => send.to === id && send.gain > 0),
        ends = direct || sends.length ? outOf(track) : undefined
      if (!ends) return []
      return [
        ...(direct && (track.volume > 0 || track.ride) ? [{ from: ends.post, gain: 0 }] : []),
        ...sends.map(send => ({ from: send.pre ? ends.pre : ends.post, gain: decibels(send.gain) }))
      ]
    })
  const all = session.master.mute ? [] : into(undefined)
  if (all.length === 0)
    throw new TaskError('the session is silent: all of its tracks are muted or empty; unmute one, or give its stems')
  b.output('main', { channels: 2, doc: 'What the master plays' }, strip(b, 'master', session.master, all).post)
  return b.graph()
}

function strip(
  b: Builder,
  id: string,
  { devices, volume, ride, pan, panRide }: DawStrip,
  sources: readonly { from: End; gain: number }[]
): { pre: End; post: End } {
  const sum = b.node(`${id}/in`, { type: 'mix' })
  for (const { from, gain } of sources) b.wire(from, sum, ...(gain ? [gain] : []))
  const pre = chain(
      b,
      id,
      sum,
      devices.flatMap(({ name, type, params, key, off }, i) =>
        off ? [] : [{ slot: `${i + 1}-${type}`, type, params, reason: name, ...(key && { key }) }]
      )
    ),
    level: Automatable = ride ? { lane: toDecibels(ride, volume) } : decibels(volume),
    post =
      pan || panRide
        ? b.node(`${id}/pan`, { type: 'panning', params: { pan: panRide ? { lane: panRide } : pan } })
        : b.node(`${id}/out`, { type: 'mix' })
  b.wire(pre, post, ...(level === 0 ? [] : [level]))
  return { pre, post }
}
