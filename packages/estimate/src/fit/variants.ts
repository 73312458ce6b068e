/** One graph at many settings at once: what the settings have in common is computed once, the rest in lanes side by side. */
import { type Audio, fromUnit, type Kernels, type Registry } from '@mixwright/dsp'
import {
  compile,
  fill,
  type Graph,
  incoming,
  load,
  outputOf,
  sideBySideShared,
  withGain,
  withParam
} from '@mixwright/graph'
import type { Setting } from './settings.ts'

export interface HeardProblem {
  /** Hz */
  readonly sampleRate: number
  /** By the graph's inputs, all of `frames` samples or more. Heard from the graph's time 0. */
  readonly inputs: Readonly<Record<string, Audio>>
  readonly frames: number
  /** Of the graph. */
  readonly output: string
  /** Samples at the start that are not compared, as what sounded before them is not known. Default 0. */
  readonly warmup?: number
}
export interface Variants {
  readonly count: number
  /**
   * @param values by variant and setting; a variant differs from the first where it was said to
   * @param take gets the sound of each, valid until the next call
   */
  hear(values: (variant: number) => readonly number[], take: (audio: Audio, variant: number) => void): void
}

/**
 * @param changes which settings each variant may have apart from variant 0
 * @param pool sounds of `frames` samples to write to, grown where there are fewer than variants
 * @throws RangeError as `compile`
 */
export function createVariants(
  graph: Graph,
  problem: HeardProblem,
  settings: readonly Setting[],
  changes: readonly (readonly number[])[],
  kernels: Kernels,
  registry?: Registry,
  pool: Audio[] = []
): Variants {
  const { sampleRate, inputs, frames, output } = problem,
    options = { sampleRate, ...(registry && { registry }) },
    graphs = changes.map((changed, k) =>
      changed.reduce((done, j) => marked(done, settings[j]!, (k + 1) / (changes.length + 1)), graph)
    ),
    whole = sideBySideShared(graphs),
    plan = compile(whole, options),
    engine = load(plan, kernels, registry),
    total = frames + plan.latency,
    { chunk } = plan,
    sounds = changes.map(
      (_, k) => (pool[k] ??= Array.from({ length: graph.outputs[output]!.channels }, () => new Float32Array(frames)))
    ),
    places = placesOf(graph, whole, changes.length)
  return {
    count: changes.length,
    hear(values, take) {
      for (let k = 0; k < changes.length; k++) {
        const list = values(k)
        settings.forEach(({ place }, j) => {
          if ('node' in place) {
            if (whole.nodes[`${k}/${place.node}`]) engine.set(`${k}/${place.node}`, place.param, list[j]!)
          } else {
            const edge = places[k]![place.edge]
            if (edge !== undefined) engine.setEdge(edge, list[j]!)
          }
        })
      }
      engine.reset()
      for (let start = 0; start < total; start += chunk) {
        const n = Math.min(chunk, total - start)
        for (const name of Object.keys(graph.inputs)) {
          const there = Math.max(0, Math.min(n, frames - start))
          for (const channel of engine.inputs[name]!) channel.fill(0, there, n)
          fill(
            engine.inputs[name]!,
            inputs[name]!.map(c => c.subarray(start, start + there))
          )
        }
        engine.forward(n)
        const skip = Math.max(0, plan.latency - start)
        if (skip < n)
          sounds.forEach((sound, k) =>
            sound.forEach((channel, c) =>
              channel.set(engine.outputs[outputOf(k, output)]![c]!.subarray(skip, n), start + skip - plan.latency)
            )
          )
      }
      sounds.forEach(take)
    }
  }
}

/** With a value that no other variant has, so that nothing after it is shared. */
function marked(graph: Graph, { place, range, unit }: Setting, share: number): Graph {
  // Away from where the graph has it: shares of the other half of the range.
  const value = fromUnit(range, unit < 0.5 ? 0.5 + share / 2 : share / 2)
  return 'node' in place ? withParam(graph, place.node, place.param, value) : withGain(graph, place.edge, value)
}

/** For each variant: by the index of an edge in the graph that in the whole, as far as it has it as its own. */
function placesOf(graph: Graph, whole: Graph, count: number): (number | undefined)[][] {
  const index = new Map(whole.edges.map((edge, i) => [edge, i])),
    into = incoming(graph),
    wholeInto = incoming(whole),
    found = Array.from({ length: count }, () => new Array<number | undefined>(graph.edges.length).fill(undefined)),
    at = new Map(graph.edges.map((edge, i) => [edge, i]))
  for (let k = 0; k < count; k++)
    for (const [id, edges] of into) {
      const own =
        id === 'output'
          ? wholeInto.get(id)!.filter(({ to }) => to[1].startsWith(`${k}/`))
          : (wholeInto.get(`${k}/${id}`) ?? [])
      own.forEach((edge, i) => (found[k]![at.get(edges[i]!)!] = index.get(edge)!))
    }
  return found
}
