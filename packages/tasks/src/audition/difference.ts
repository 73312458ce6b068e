/**
 * What one move changes, rendered at little cost: of a move of a stem only that stem (with its group, where they share a
 * compressor), for all before the mix bus adds up; then the mix bus with the change and without it.
 */
import { type Audio, type Clip, type Kernels, processors } from '@mixwright/dsp'
import { type Graph, isLane, type Lane, type Node, renderClips } from '@mixwright/graph'
import { consoleGraph, stemIds, type StemPort } from '../mix/console.ts'
import { isWiring } from '../mix/chain.ts'
import type { Decisions, Device } from '../mix/decisions.ts'
import type { Move } from '../mix/moves.ts'
import { type Group, groups } from '../mix/roles.ts'

export interface Stretch {
  readonly start: number
  readonly frames: number
}
export interface Rig {
  readonly sampleRate: number
  readonly kernels: Kernels
  readonly decisions: Decisions
  readonly ports: readonly StemPort[]
  /** Of the stems by their ids. */
  readonly clips: Readonly<Record<string, Clip>>
  /** What enters the mix bus. */
  readonly bus: Clip
  readonly signal?: AbortSignal
}

/** Seconds before: for what remembers, like compressors and rooms. */
const before = 1.5

/** @returns a function that gives the mix without a move less the mix with it */
export function differences(rig: Rig): (move: Move, stretch: Stretch) => Promise<Audio> {
  const known = new Map<string, Promise<Audio>>()
  let place = -1
  /** What several moves at one place are compared with is rendered once. */
  const once = (key: string, make: () => Promise<Audio>) => {
    const found = known.get(key) ?? make()
    known.set(key, found)
    return found
  }
  return async (move, stretch) => {
    const wide = widened(stretch, rig.sampleRate),
      { mixBus } = rig.decisions,
      members = membersOf(move, rig.decisions),
      none = members.length === 0,
      key = `${wide.start}: ${members.join()}`
    if (wide.start !== place) known.clear()
    place = wide.start
    // What enters the mix bus changes by so much.
    const change = none
      ? undefined
      : less(
          await toBus(part(move.without, members), wide, rig),
          await once(key, () => toBus(part(rig.decisions, members), wide, rig))
        )
    const sameBus = move.without.mixBus === mixBus
    if (change && sameBus && mixBus.length === 0) return inner(change, wide, stretch)
    const entering = await once(`${wide.start} in`, () => rig.bus.read(wide.start, wide.frames)),
      out = await once(`${wide.start} out`, () => throughBus(mixBus, entering, rig)),
      changed = change ? plus(entering, change) : entering
    return inner(less(await throughBus(move.without.mixBus, changed, rig), out), wide, stretch)
  }
}

/** With what comes before. */
export function widened({ start, frames }: Stretch, sampleRate: number): Stretch {
  const lead = Math.min(start, Math.round(before * sampleRate))
  return { start: start - lead, frames: frames + lead }
}
const inner = (audio: Audio, wide: Stretch, { start, frames }: Stretch): Audio =>
  audio.map(channel => channel.slice(start - wide.start, start - wide.start + frames))
const joined = (a: Audio, b: Audio, sign: 1 | -1): Audio =>
  a.map((channel, c) => {
    const out = channel.slice(),
      other = b[c]!
    for (let i = 0; i < out.length; i++) out[i]! += sign * other[i]!
    return out
  })
export const less = (a: Audio, b: Audio): Audio => joined(a, b, -1)
const plus = (a: Audio, b: Audio): Audio => joined(a, b, 1)

/** Indices of the stems that a move can change; none for a move of the mix bus. */
function membersOf({ of, kind }: Move, decisions: Decisions): number[] {
  const all = decisions.stems.map((_, i) => i),
    at = decisions.stems.findIndex(stem => stem.stem === of)
  if (kind === 'bus') return []
  const group = at < 0 ? (of as Group) : decisions.stems[at]!.group,
    shared = decisions.groups.some(g => g.group === group && g.glue),
    members = shared ? all.filter(i => decisions.stems[i]!.group === group) : [at]
  // Where a room does more than add up, what others send to it counts.
  const used = new Set(members.flatMap(i => decisions.stems[i]!.sends.map(send => send.to))),
    linear = decisions.returns.every(r => !used.has(r.name) || r.chain.every(isLinear))
  return linear ? members : all
}
const isLinear = ({ type }: Device): boolean =>
  isWiring(type) || processors[type as keyof typeof processors]?.linear === true

/** Only these stems; without the mix bus, which does not add up. */
function part({ apart: _, ...decisions }: Decisions, members: readonly number[]): Decisions {
  const stems = members.map(i => decisions.stems[i]!)
  return {
    ...decisions,
    stems,
    groups: decisions.groups.filter(({ group }) => stems.some(stem => stem.group === group)),
    mixBus: []
  }
}

async function toBus(decisions: Decisions, stretch: Stretch, rig: Rig): Promise<Audio> {
  if (decisions.stems.every(stem => stem.muted))
    return [new Float32Array(stretch.frames), new Float32Array(stretch.frames)]
  const graph = consoleGraph(decisions, rig.ports)
  return rendered(from(graph, stretch.start / rig.sampleRate), 'mix-input', rig.clips, stretch, rig)
}

async function throughBus(mixBus: readonly Device[], audio: Audio, rig: Rig): Promise<Audio> {
  if (mixBus.length === 0) return audio
  const [group] = groups,
    stem = {
      stem: 'bus',
      role: 'music',
      confidence: 1,
      roleFrom: '',
      group,
      faults: [],
      chain: [],
      sends: []
    } as const,
    graph = consoleGraph(
      { stems: [{ ...stem, fader: { gain: 0, reason: '' } }], groups: [{ group, gain: 0 }], returns: [], mixBus },
      [{ name: stem.stem, channels: 2 }]
    ),
    frames = audio[0]!.length
  const clip: Clip = {
    sampleRate: rig.sampleRate,
    channels: 2,
    frames,
    read: async (start, count) =>
      audio.map(channel => {
        const out = new Float32Array(count)
        out.set(channel.subarray(start, start + count))
        return out
      })
  }
  return rendered(graph, 'mix', { [stemIds([stem.stem])[0]!]: clip }, { start: 0, frames }, rig)
}

/** The graph as it is from a time on: its automation comes so much earlier. */
export function from(graph: Graph, seconds: number): Graph {
  const lane = ({ lane }: Lane): Lane => ({ lane: lane.map(([time, value]) => [time - seconds, value]) }),
    params = (all: NonNullable<Node['params']>) =>
      Object.fromEntries(Object.entries(all).map(([name, value]) => [name, isLane(value) ? lane(value) : value]))
  return {
    ...graph,
    nodes: Object.fromEntries(
      Object.entries(graph.nodes).map(([name, node]) => [
        name,
        node.params ? { ...node, params: params(node.params) } : node
      ])
    ),
    edges: graph.edges.map(edge => (isLane(edge.gain) ? { ...edge, gain: lane(edge.gain) } : edge))
  }
}

async function rendered(
  graph: Graph,
  output: string,
  clips: Readonly<Record<string, Clip>>,
  { start, frames }: Stretch,
  { kernels, sampleRate, signal }: Rig
): Promise<Audio> {
  const out: Audio = [new Float32Array(frames), new Float32Array(frames)],
    inputs = Object.fromEntries(
      Object.keys(graph.inputs).map(name => [
        name,
        { ...clips[name]!, frames, read: (at: number, count: number) => clips[name]!.read(start + at, count) } as Clip
      ])
    )
  let at = 0
  await renderClips(
    graph,
    inputs,
    {
      [output]: audio => {
        audio.forEach((channel, c) => out[c]!.set(channel, at))
        at += audio[0]!.length
      }
    },
    { kernels, sampleRate, frames, ...(signal && { signal }) }
  )
  return out
}
