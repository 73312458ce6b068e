/**
 * Seeded random graphs over all processors: forks, joins, sidechains, modulation, edge gains and automation. For the
 * tests.
 */
import { fromUnit, inletsOf, outletsOf, type Params, processors, type Registry } from '@mixwright/dsp'
import { tremolo } from '../../dsp/test/tremolo.ts'
import type { Edge, End, Graph, Node, Value } from '../src/index.ts'

/** The built-in processors and the example of CONTRIBUTING.md, so that there always is one in TypeScript. */
export const registry: Registry = { tremolo, ...(processors as Registry) }

export type Random = () => number
/** Mulberry-like generator, uniform in [0, 1). */
export function seeded(seed: number): Random {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface RandomOptions {
  readonly nodes: number
  readonly seconds: number
  readonly automation?: boolean
  readonly registry?: Registry
  readonly exclude?: readonly string[]
}

export function randomGraph(
  seed: number,
  { nodes, seconds, automation = true, registry = processors, exclude = [] }: RandomOptions
): Graph {
  const random = seeded(seed),
    pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const ids = Object.keys(registry).filter(id => !exclude.includes(id)),
    inputs = { a: { channels: 2 as const }, b: { channels: 2 as const }, c: { channels: 1 as const } }
  const sources: End[] = Object.keys(inputs).map(name => ['input', name] as const),
    all: Record<string, Node> = {},
    edges: Edge[] = []
  const gain = (): Value | undefined =>
    random() < 0.4
      ? undefined
      : random() < 0.25 && automation
        ? lane(random, seconds, () => -12 + 12 * random())
        : -9 + 12 * random()
  const wire = (to: End) => {
    const level = gain()
    edges.push({ from: pick(sources), to, ...(level !== undefined && { gain: level as number }) })
  }
  for (let i = 0; i < nodes; i++) {
    const type = pick(ids),
      def = registry[type]!,
      id = `${type}-${i}`,
      params: Record<string, Value> = {}
    for (const [name, param] of Object.entries(def.params as Params)) {
      if (param.kind === 'choice') {
        params[name] = pick(param.options)
        continue
      }
      const draw = () => fromUnit(param, param.integer ? random() * 0.002 : 0.2 + 0.6 * random())
      params[name] =
        automation && random() < 0.15 && !def.kernel?.shape?.includes(name) ? lane(random, seconds, draw) : draw()
    }
    all[id] = { type, params, ...(random() < 0.05 && { bypass: true }) }
    for (const inlet of inletsOf(def))
      if (!inlet.optional || random() < 0.3) for (let k = random() < 0.3 ? 2 : 1; k > 0; k--) wire([id, inlet.name])
    for (const outlet of outletsOf(def)) sources.push([id, outlet.name])
  }
  const read = new Set(edges.map(edge => edge.from.join('\n')))
  for (const end of sources)
    if (end[0] !== 'input' && !read.has(end.join('\n')))
      edges.push({ from: end, to: ['output', random() < 0.5 ? 'main' : 'other'], gain: -6 })
  for (const name of ['main', 'other']) wire(['output', name])
  return {
    version: 1,
    name: `random ${seed}`,
    inputs,
    outputs: { main: { channels: 2 }, other: { channels: 2 } },
    nodes: all,
    edges
  }
}

function lane(random: Random, seconds: number, draw: () => number): { lane: [number, number][] } {
  return {
    lane: Array.from({ length: 3 }, (_, i) => [((i + 0.8 * random()) * seconds) / 3, draw()] as [number, number])
  }
}
