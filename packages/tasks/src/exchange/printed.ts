/**
 * A mix for any workstation: every stem and return as it sounds in the mix, at unity. The tracks add up to the mix: what
 * the mix bus does to the whole it does to each.
 */
import { type DawSession, type DawTrack, unityStrip } from '@mixwright/files'
import { type Builder, builder, type Edge, type End, type Graph, input, output } from '@mixwright/graph'
import { beside, drivesItself } from '../mix/apart.ts'
import { consoleGraph, stemIds, stemOutput } from '../mix/console.ts'
import type { Session } from '../revise/session.ts'

/** What an export renders, and the session around it. */
export interface Exchange {
  /** Over the stems; its outputs are the keys of `files`. */
  readonly graph: Graph
  /** Output of the graph → the file that a clip plays. */
  readonly files: Readonly<Record<string, string>>
  /** @param seconds length of all files */
  session(seconds: number): DawSession
  /** What the workstation must do without, in words. */
  readonly left: readonly string[]
}

/** Where audio lies in a project. */
export const audioFile = (id: string): string => `audio/${id}.wav`
export const wholeClip = (file: string, seconds: number) => ({
  file,
  start: 0,
  offset: 0,
  length: seconds,
  gain: 1,
  fadeIn: 0,
  fadeOut: 0
})
/** Beats per minute where nobody knows. */
export const anyTempo = 120
export const audioTrack = (id: string, name: string, more: Partial<DawTrack>): DawTrack => ({
  ...unityStrip,
  id,
  name,
  kind: 'audio',
  sends: [],
  clips: [],
  ...more
})

/** A graph without its outputs, to go on from, and what led to each of them. */
export function withoutOutputs(graph: Graph): { b: Builder; at: (output: string) => Edge } {
  const b = builder(graph.name)
  for (const [name, port] of Object.entries(graph.inputs)) b.input(name, port)
  for (const [id, node] of Object.entries(graph.nodes)) b.node(id, node)
  for (const { from, to, gain } of graph.edges) if (to[0] !== output) b.wire(from, to, gain)
  return { b, at: name => graph.edges.find(edge => edge.to[0] === output && edge.to[1] === name)! }
}

/** Whoever enters the mix bus, in the console's order: stems by group, then returns. */
export function printedSession(session: Session, title: string): Exchange {
  const graph = consoleGraph({ ...session, apart: [] }, session.ports),
    { b, at } = withoutOutputs(graph),
    [sum] = [at('mix-input').from],
    shared = session.mixBus.every(device => !drivesItself(device)),
    ids = stemIds(session.ports.map(port => port.name)),
    files: Record<string, string> = {},
    tracks: { id: string; name: string; group?: string }[] = []
  const print = (id: string, name: string, group?: string) => {
    const { from, gain } = at(stemOutput(id)),
      level = b.node(`print/${id}/level`, { type: 'mix', note: name })
    b.wire(from, level, gain)
    b.output(id, { channels: 2 }, shared ? beside(b, `print/${id}`, level, session.mixBus, sum) : level)
    files[id] = audioFile(id)
    tracks.push({ id, name, ...(group !== undefined && { group }) })
  }
  for (const { group } of session.groups)
    for (const stem of session.stems)
      if (stem.group === group && !stem.muted)
        print(ids[session.ports.findIndex(port => port.name === stem.stem)]!, stem.stem, group)
  for (const { name } of session.returns) if (Object.hasOwn(graph.outputs, stemOutput(name))) print(name, name)
  if (!shared) {
    b.output(busId, { channels: 2 }, difference(b, at('mix').from, sum))
    files[busId] = audioFile(busId)
    tracks.push({ id: busId, name: 'Mix bus' })
  }
  return {
    graph: b.graph(),
    files,
    left: [],
    session: seconds => ({
      title,
      sampleRate: session.sampleRate,
      tempo: anyTempo,
      master: unityStrip,
      tracks: [
        ...groupsOf(session, tracks),
        ...tracks.map(({ id, name, group }) =>
          audioTrack(id, name, {
            ...(group !== undefined && { group: groupId(group) }),
            clips: [wholeClip(audioFile(id), seconds)]
          })
        )
      ]
    })
  }
}
const busId = 'mix-bus'
export const groupId = (group: string): string => `group ${group}`
const groupsOf = ({ groups }: Session, tracks: readonly { group?: string }[]): DawTrack[] =>
  groups.flatMap(({ group }) =>
    tracks.some(track => track.group === group) ? [audioTrack(groupId(group), group, { kind: 'group' })] : []
  )

/** What a bus that cannot be shared out adds to the sum. */
function difference(b: Builder, mix: End, sum: End): End {
  const flipped = b.node('print/bus/taken', { type: 'polarity' }),
    rest = b.node('print/bus/rest', { type: 'mix', note: 'What the mix bus adds to the sum.' })
  b.wire(sum, flipped)
  b.wire(mix, rest)
  b.wire(flipped, rest)
  return rest
}
export const inputEnd = (id: string): End => [input, id]
