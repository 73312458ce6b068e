/** Graphs that do the same look the same: without what nobody hears, linear neighbours fused. */
import { type Audio, inletsOf, type Kernels, outletsOf, type Registry } from '@mixwright/dsp'
import { graphMatchLoss } from '@mixwright/estimate'
import { type Graph, isLane, render, without } from '@mixwright/graph'
import { input, output, type Sketch } from './graph-distance.ts'

const equalisers = /^(bell|.*shelf|.*pass4?|bandreject|equaliser)$/,
  spaces = /^(stereo-reverb|reverb|delay|pingpong|response)$/,
  /** Levels, which edges have too. */
  levels = /^(mix|gain)$/,
  /** What has a dry way of its own, beside these. */
  mixing = /^(chorus|flanger|phaser)$/,
  /** What else is linear and still. */
  places = /^(panning|imager|polarity)$/
/** Loss from the sound with all at which what is left out is not missed. */
export const inaudible = 0.05

/** The sound of an output of a graph. */
export type Render = (graph: Graph) => Promise<Audio>
export const rendering =
  (dry: Readonly<Record<string, Audio>>, sampleRate: number, kernels: Kernels, registry: Registry): Render =>
  async graph =>
    Object.values(
      await render(graph, dry, { kernels, registry, sampleRate, frames: Object.values(dry)[0]![0]!.length, tail: 0 })
    )[0]!

/**
 * Without what makes no difference at the best level: one node after the other, the one that is missed least first, as long as
 * what is left stays within `inaudible` of the whole.
 */
export async function audible(graph: Graph, sound: Render, rate: number, kernels: Kernels, registry: Registry) {
  const whole = (await sound(graph)) as Float32Array[],
    loss = graphMatchLoss(kernels, whole, rate)
  for (let left = graph; ; ) {
    let least = { graph: left, missed: Number.POSITIVE_INFINITY }
    for (const less of lessened(left, registry)) {
      const missed = loss.value(levelled(await sound(less), whole))
      if (missed < least.missed) least = { graph: less, missed }
    }
    if (least.missed > inaudible) return left
    left = least.graph
  }
}
/** Without one node; or without a split into middle and sides, where only the middle matters. */
const lessened = (graph: Graph, registry: Registry): Graph[] =>
  Object.entries(graph.nodes).flatMap(([id, { type }]) => {
    if (type === 'midside-split') return [middleOf(graph, id)]
    const def = registry[type]!
    if (levels.test(type) || outletsOf(def).length > 1 || inletsOf(def)[0]?.name === 'mid') return []
    return isNeeded(graph, id, registry) ? [] : [without(graph, id)]
  })
/** Whether a reader cannot do without it, as a chorus without its oscillator. */
const isNeeded = ({ nodes, edges }: Graph, id: string, registry: Registry): boolean =>
  edges.some(
    ({ from, to }) =>
      from[0] === id &&
      nodes[to[0]] !== undefined &&
      inletsOf(registry[nodes[to[0]]!.type]!).some(one => one.name === 'modulation' && to[1] === 'modulation')
  )
/** As if all nodes of the middle way heard both channels; what the sides pass goes. */
function middleOf(graph: Graph, split: string): Graph {
  const merge = Object.entries(graph.nodes).find(([, { type }]) => type === 'midside-merge')![0],
    before = graph.edges.find(({ to }) => to[0] === split)!.from
  const straight: Graph = {
    ...graph,
    nodes: { ...graph.nodes, [merge]: { type: 'mix' } },
    edges: graph.edges.flatMap(edge => {
      if (edge.to[0] === split || (edge.to[0] === merge && edge.to[1] === 'side')) return []
      return [
        {
          ...edge,
          from: edge.from[0] === split ? before : edge.from,
          to: edge.to[0] === merge ? ([merge, 'main'] as const) : edge.to
        }
      ]
    })
  }
  return without(without(straight, split), merge)
}
/** One gain for all, by least squares. */
export function levelled(audio: Audio, target: Audio): Float32Array[] {
  let along = 0,
    own = 1e-20
  target.forEach((channel, c) =>
    channel.forEach((v, i) => {
      along += v * audio[c]![i]!
      own += audio[c]![i]! ** 2
    })
  )
  return audio.map(channel => Float32Array.from(channel, v => (v * along) / own))
}

interface Link {
  readonly from: string
  readonly to: string
  /** Of the ports, where they are not the main ones. */
  readonly outlet: string
  readonly inlet: string
}
interface Draft {
  /** Several where nodes were fused. */
  readonly types: Map<string, ReadonlySet<string>>
  links: readonly Link[]
  /** What an oscillator or a follower moves. */
  readonly swung: ReadonlySet<string>
}

/**
 * The graph as a sketch: levels are gains of edges; filters that follow each other are one equaliser, rooms and echoes that follow
 * each other or stand beside each other one room; a filter behind what is linear and still stands before it; a dry way beside a
 * single filter, room or modulated delay is its mix; a crossover whose bands meet again untouched is none.
 */
export function sketched({ nodes, edges }: Graph, registry: Registry): Sketch {
  const links = edges.map(
      ({ from, to }): Link => ({
        from: from[0],
        to: to[0],
        outlet: /^(main|lfo|env)$/.test(from[1]) || from[0] === 'input' ? '' : from[1],
        inlet: to[1] === 'main' || to[0] === 'output' ? '' : to[1]
      })
    ),
    swung = new Set(links.flatMap(({ to, inlet }) => (inlet && !/^(mid|side)$/.test(inlet) ? [to] : []))),
    draft: Draft = { types: new Map(), links, swung }
  for (const [id, { type, params = {} }] of Object.entries(nodes)) {
    const rides = Object.values(params).some(isLane),
      own = rides ? `ride of ${type}` : type.startsWith('convolution') ? 'response' : registry[type]!.id
    draft.types.set(id, new Set([equalisers.test(own) && !swung.has(id) ? 'equaliser' : own]))
  }
  for (const id of Object.keys(nodes)) if (is(draft, id, levels)) dissolve(draft, id)
  while ([...draft.types.keys()].some(id => simplified(draft, id)));
  const ids = [...draft.types.keys()],
    place = (id: string) => (id === 'input' ? input : id === 'output' ? output : ids.indexOf(id))
  return {
    labels: ids.map(id => [...draft.types.get(id)!].sort().join('+')),
    edges: draft.links.map(({ from, to, outlet, inlet }) => [
      place(from),
      place(to),
      outlet || inlet ? `${outlet}:${inlet}` : ''
    ])
  }
}
const is = ({ types, swung }: Draft, id: string, kind: RegExp): boolean =>
  !swung.has(id) && types.has(id) && [...types.get(id)!].every(type => kind.test(type))
/** Without a node: its readers read what it read. */
function dissolve(draft: Draft, id: string): void {
  const into = draft.links.filter(({ to }) => to === id),
    out = draft.links.filter(({ from }) => from === id)
  draft.types.delete(id)
  draft.links = unique([
    ...draft.links.filter(({ from, to }) => from !== id && to !== id),
    ...into.flatMap(a => out.map(b => ({ from: a.from, outlet: a.outlet, to: b.to, inlet: b.inlet })))
  ])
}
const unique = (links: readonly Link[]): Link[] => [
  ...new Map(links.map(one => [Object.values(one).join(' '), one])).values()
]

/** One rule applied to a node, if any applies. */
function simplified(draft: Draft, id: string): boolean {
  const { types, links } = draft,
    [before, another] = links.filter(({ to, inlet }) => to === id && !inlet),
    out = links.filter(({ from }) => from === id),
    [after] = out
  if (!before || another || !after) return false
  if (is(draft, id, /^crossover$/) && out.length === 2 && out.every(({ to, inlet }) => to === after.to && !inlet)) {
    draft.links = unique(links.map(one => (one.from === id ? { ...one, outlet: '' } : one)))
    dissolve(draft, id)
    return true
  }
  if (out.length === 1 && !before.outlet && !after.inlet && !after.outlet && besideAnother(draft, id, before, after))
    return true
  // Behind a node that nobody else reads.
  const first = before.from
  if (before.outlet || !types.has(first) || links.filter(({ from }) => from === first).length > 1) return false
  if (fusible(draft, id, first)) {
    types.set(first, new Set([...types.get(first)!, ...types.get(id)!]))
    dissolve(draft, id)
    return true
  }
  if (!is(draft, id, equalisers) || ![spaces, places].some(kind => is(draft, first, kind))) return false
  const [one, other] = [types.get(first)!, types.get(id)!]
  types.set(first, other)
  types.set(id, one)
  return true
}
const fusible = (draft: Draft, a: string, b: string): boolean =>
  [equalisers, spaces].some(kind => is(draft, a, kind) && is(draft, b, kind))
/** A dry way or a room beside a node that has one way in and one out. */
function besideAnother(draft: Draft, id: string, before: Link, after: Link): boolean {
  const { types, links } = draft,
    dry = links.find(({ from, to, inlet, outlet }) => from === before.from && to === after.to && !inlet && !outlet),
    mixes = is(draft, id, equalisers) || is(draft, id, spaces) || [...types.get(id)!].some(type => mixing.test(type))
  if (dry && mixes) {
    draft.links = links.filter(one => one !== dry)
    return true
  }
  const twin = [...types.keys()].find(
    other =>
      other !== id &&
      fusible(draft, id, other) &&
      only(links, other, 'to', 'from', before) &&
      only(links, other, 'from', 'to', after)
  )
  if (!twin) return false
  types.set(twin, new Set([...types.get(twin)!, ...types.get(id)!]))
  types.delete(id)
  draft.links = links.filter(({ from, to }) => from !== id && to !== id)
  return true
}
/** Whether a node has one link at a side, and the same as another. */
function only(links: readonly Link[], id: string, side: 'from' | 'to', far: 'from' | 'to', as: Link): boolean {
  const own = links.filter(one => one[side] === id)
  return own.length === 1 && own[0]![far] === as[far] && own[0]!.inlet === as.inlet && own[0]!.outlet === as.outlet
}

/** A measured response stands for any rooms and echoes. */
export const alike = (a: string, b: string): boolean =>
  a === b ||
  ([a, b].some(label => label.split('+').includes('response')) &&
    [a, b].every(label => label.split('+').every(type => spaces.test(type))))
