/**
 * Decisions as a processing graph. Every signal that enters the mix bus is also an output (`stem:NAME`), with all its
 * processing and
 * the same gains, so that the stems sum to `mix-input`; `mix` is that after the mix bus.
 */
import { type Builder, builder, type End, type Graph } from '@mixwright/graph'
import { splitApart, type Strip } from './apart.ts'
import { chain, returned } from './chain.ts'
import { type Decisions, type Device, returns, type StemDecision } from './decisions.ts'
import type { Ride } from './ride.ts'
import { groups } from './roles.ts'

/** What the console must know of a stem beside its decisions. */
export interface StemPort {
  readonly name: string
  readonly channels: 1 | 2
}

/** Names of the stems' chains, inputs and outputs: unique, without what separates levels or what files cannot hold. */
export function stemIds(names: readonly string[]): string[] {
  const taken = new Set<string>([
    'input',
    'output',
    'mix-bus',
    'mix',
    'apart',
    ...returns,
    ...groups.map(group => `${group}-bus`)
  ])
  return names.map(name => {
    const plain =
      name
        .replace(/\.[A-Za-z0-9]{2,4}$/, '')
        .normalize('NFC')
        .replace(/[^\p{L}\p{N}_-]+/gu, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 80) || 'stem'
    let id = plain
    for (let n = 2; taken.has(id.toLowerCase()); n++) id = `${plain}-${n}`
    taken.add(id.toLowerCase())
    return id
  })
}
export const stemOutput = (id: string): string => `stem:${id}`

/** @throws RangeError if a stem has decisions but no port */
export function consoleGraph(decisions: Decisions, stems: readonly StemPort[], name = 'mix'): Graph {
  const b = builder(name),
    ids = stemIds(stems.map(stem => stem.name)),
    sent = new Map<string, { from: End; gain: number }[]>()
  const glues = new Set(decisions.groups.flatMap(({ group, glue }) => (glue ? [group] : [])))
  const strips = decisions.stems
    .filter(stem => !stem.muted || (stem.muted.keyed && glues.has(stem.group)))
    .map(decision => {
      const at = stems.findIndex(stem => stem.name === decision.stem)
      if (at < 0) throw new RangeError(`decisions name the stem "${decision.stem}", which is not among the stems`)
      const id = ids[at]!,
        source = b.input(id, { channels: stems[at]!.channels, doc: decision.stem })
      return { id, decision, out: strip(b, id, decision, source) }
    })
  const entered: Strip[] = [],
    sum = b.node('mix-bus/sum', { type: 'mix', note: 'Everything: the stems sum to this.' })
  for (const { group, gain, glue } of decisions.groups) {
    const members = strips.filter(s => s.decision.group === group),
      key = glue && b.node(`${group}-bus/sum`, { type: 'mix', note: `What the glue of the ${group} listens to.` })
    if (key) for (const { out } of members) b.wire(out, key)
    for (const { id, decision, out } of members) {
      if (decision.muted) continue
      const end = chain(
          b,
          id,
          glue && key && !decision.locked ? glued(b, id, out, glue, key) : out,
          decision.after ?? []
        ),
        level = gain + (decision.trim?.gain ?? 0)
      enter(b, id, end, sum, level)
      entered.push({ decision, end, level })
      for (const send of decision.sends)
        sent.set(send.to, [...(sent.get(send.to) ?? []), { from: end, gain: send.gain + level }])
    }
  }
  for (const one of decisions.returns)
    if (sent.has(one.name)) enter(b, one.name, returned(b, one, sent.get(one.name)!), sum, one.gain)
  b.output('mix-input', { channels: 2, doc: 'What enters the mix bus' }, sum)
  b.output('mix', { channels: 2, doc: 'The mix before mastering' }, chain(b, 'mix-bus', sum, decisions.mixBus))
  splitApart(b, decisions, entered, sum)
  return b.graph()
}

/** The same edge gain into the mix bus and into the stem's own output. */
function enter(b: Builder, id: string, from: End, sum: End, gain: number): void {
  b.wire(from, sum, gain)
  b.output(stemOutput(id), { channels: 2 }, from, gain)
}

function strip(b: Builder, id: string, { chain: devices, fader, ride, pan }: StemDecision, source: End): End {
  const level = chain(b, id, source, [
    ...devices,
    { slot: 'fader', type: 'gain', params: { gain: fader.gain }, reason: fader.reason }
  ])
  return chain(b, id, ride ? ridden(b, id, level, ride) : level, [
    ...(pan ? [{ slot: 'pan', type: 'panning', params: { pan: pan.pan }, reason: pan.reason }] : [])
  ])
}

function ridden(b: Builder, id: string, from: End, { points, reason }: Ride): End {
  const node = b.node(`${id}/ride`, { type: 'gain', params: { gain: { lane: points } }, note: reason })
  b.wire(from, node)
  return node
}

/** Turned down by what the whole group asks for. */
function glued(b: Builder, id: string, from: End, glue: Device, key: End): End {
  const node = b.node(`${id}/${glue.slot}`, { type: glue.type, params: glue.params, note: glue.reason })
  b.wire(from, node)
  b.wire(key, [`${id}/${glue.slot}`, 'sidechain'])
  return node
}
