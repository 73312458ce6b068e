/**
 * Decisions as a processing graph. Every signal that enters the mix bus is also an output (`stem:NAME`), with all its processing and
 * the same gains, so that the stems sum to `mix-input`; `mix` is that after the mix bus.
 */
import type { Edge, Graph, GraphPort, Node } from '@mixwright/graph'
import type { Decisions, Device, ReturnDecision, StemDecision } from './decisions.ts'

/** What the console must know of a stem beside its decisions. */
export interface StemPort { readonly name: string; readonly channels: 1 | 2 }
/** Name of a node's chain and of its output from the name of a stem: unique, without what separates levels. */
export function stemIds(names: readonly string[]): string[] {
  const taken = new Set<string>(['input', 'output', 'mix-bus', 'room', 'hall', 'delay', 'width', 'mix', 'drums-bus', 'bass-bus', 'music-bus', 'vocals-bus', 'speech-bus', 'fx-bus'])
  return names.map((name) => {
    const plain = name.replace(/\.[A-Za-z0-9]{2,4}$/, '').normalize('NFC').replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 80) || 'stem'
    let id = plain
    for (let n = 2; taken.has(id); n++) id = `${plain}-${n}`
    taken.add(id)
    return id
  })
}
export const stemOutput = (id: string): string => `stem:${id}`

/** Nodes and edges under construction. */
interface Draft { readonly nodes: Record<string, Node>; readonly edges: Edge[]; readonly outputs: Record<string, GraphPort> }
const main = (id: string) => [id, 'main'] as const
/** A signal: where it leaves. */
type Outlet = readonly [node: string, port: string]

/** @throws RangeError if a stem has decisions but no port */
export function consoleGraph(decisions: Decisions, stems: readonly StemPort[], name = 'mix'): Graph {
  const ids = new Map(stems.map((stem, i) => [stem.name, stemIds(stems.map((s) => s.name))[i]!])), draft: Draft = { nodes: {}, edges: [], outputs: {} }
  const strips = decisions.stems.filter((stem) => !stem.muted).map((decision) => {
    const id = ids.get(decision.stem), port = stems.find((stem) => stem.name === decision.stem)
    if (!id || !port) throw new RangeError(`decisions name the stem "${decision.stem}", which is not among the stems`)
    return { id, decision, out: strip(draft, id, decision, port) }
  })
  draft.nodes['mix-bus/sum'] = { type: 'mix', note: 'Everything: the stems sum to this.' }
  const sent = new Map<string, { from: Outlet; gain: number }[]>()
  for (const { group, gain, glue } of decisions.groups) {
    const members = strips.filter((s) => s.decision.group === group)
    if (glue) draft.nodes[`${group}-bus/sum`] = { type: 'mix', note: `What the glue of the ${group} listens to.` }
    if (glue) for (const { out } of members) draft.edges.push({ from: out, to: main(`${group}-bus/sum`) })
    for (const { id, decision, out } of members) {
      const end = glue ? glued(draft, id, out, glue, `${group}-bus/sum`) : out
      enter(draft, id, end, gain)
      for (const send of decision.sends) sent.set(send.to, [...(sent.get(send.to) ?? []), { from: end, gain: send.gain + gain }])
    }
  }
  for (const one of decisions.returns) if (sent.has(one.name)) enter(draft, one.name, returned(draft, one, sent.get(one.name)!), one.gain)
  draft.outputs['mix-input'] = { channels: 2, doc: 'What enters the mix bus' }
  draft.outputs.mix = { channels: 2, doc: 'The mix before mastering' }
  draft.edges.push({ from: main('mix-bus/sum'), to: ['output', 'mix-input'] }, { from: chain(draft, 'mix-bus', main('mix-bus/sum'), decisions.mixBus), to: ['output', 'mix'] })
  return { version: 1, name, inputs: Object.fromEntries(stems.filter((s) => strips.some((t) => t.decision.stem === s.name)).map((s) => [ids.get(s.name)!, { channels: s.channels, doc: s.name }])), ...draft }
}

/** The same edge gain into the mix bus and into the stem's own output. */
function enter(draft: Draft, id: string, from: Outlet, gain: number): void {
  draft.outputs[stemOutput(id)] = { channels: 2 }
  draft.edges.push({ from, to: main('mix-bus/sum'), gain }, { from, to: ['output', stemOutput(id)], gain })
}

/** Fader and, for what is not in the middle already, panning. */
function strip(draft: Draft, id: string, { chain: devices, fader, pan }: StemDecision, { channels }: StemPort): Outlet {
  const before = chain(draft, id, ['input', id], devices), panned = pan !== undefined && pan.pan !== 0
  // Constant-power panning takes 3 dB from a signal that the bus would otherwise play on both sides.
  const gain = fader.gain + (panned ? panLoss : 0), tail: Device[] = [{ slot: 'fader', type: 'gain', params: { gain }, reason: fader.reason }]
  if (panned) tail.push({ slot: 'pan', type: 'panning', params: { pan: pan.pan }, reason: pan.reason })
  return chain(draft, id, before, tail, channels)
}
const panLoss = 3.01

function chain(draft: Draft, id: string, from: Outlet, devices: readonly Device[], _channels?: 1 | 2): Outlet {
  return devices.reduce<Outlet>((source, device) => {
    const node = `${id}/${device.slot}`
    if (device.type === 'sides') return sides(draft, node, source, device.reason)
    draft.nodes[node] = { type: device.type, ...(Object.keys(device.params).length && { params: device.params }), note: device.reason }
    draft.edges.push({ from: source, to: main(node) })
    if (device.key) {
      draft.nodes[`${node}-key`] = { type: device.key.type, params: device.key.params, note: `What ${device.slot} listens to.` }
      draft.edges.push({ from: source, to: main(`${node}-key`) }, { from: main(`${node}-key`), to: [node, 'sidechain'] })
    }
    return main(node)
  }, from)
}

/** Split into middle and sides, and only the sides put back. */
function sides(draft: Draft, node: string, from: Outlet, note: string): Outlet {
  draft.nodes[`${node}-split`] = { type: 'midside-split', note }
  draft.nodes[`${node}-silence`] = { type: 'gain', params: { gain: -80 }, note: 'No middle.' }
  draft.nodes[`${node}-merge`] = { type: 'midside-merge', note }
  draft.edges.push({ from, to: main(`${node}-split`) }, { from: [`${node}-split`, 'side'], to: [`${node}-merge`, 'side'] },
    { from: [`${node}-split`, 'mid'], to: main(`${node}-silence`) }, { from: main(`${node}-silence`), to: [`${node}-merge`, 'mid'] })
  return main(`${node}-merge`)
}

function glued(draft: Draft, id: string, from: Outlet, glue: Device, key: string): Outlet {
  draft.nodes[`${id}/${glue.slot}`] = { type: glue.type, params: glue.params, note: glue.reason }
  draft.edges.push({ from, to: main(`${id}/${glue.slot}`) }, { from: main(key), to: [`${id}/${glue.slot}`, 'sidechain'] })
  return main(`${id}/${glue.slot}`)
}

function returned(draft: Draft, { name, chain: devices, reason }: ReturnDecision, sources: readonly { from: Outlet; gain: number }[]): Outlet {
  draft.nodes[`${name}/in`] = { type: 'mix', note: reason }
  for (const { from, gain } of sources) draft.edges.push({ from, to: main(`${name}/in`), gain })
  return chain(draft, name, main(`${name}/in`), devices)
}
