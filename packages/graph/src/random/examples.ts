/** Examples to learn from: a random graph, what goes into it and what comes out; as many as are asked for. */
import {
  type Audio,
  createRandom,
  inletsOf,
  type Kernels,
  outletsOf,
  processors,
  type Random,
  type Registry
} from '@mixwright/dsp'
import { without } from '../edit.ts'
import type { Graph } from '../graph.ts'
import { outputOf, sideBySideShared } from '../population.ts'
import { render } from '../render.ts'
import { drawGraph } from './draw-graph.ts'
import type { PresetName } from './weights.ts'

/** What is heard of an output, dBFS: below the first it is silent, a peak above the second has exploded. */
const quiet = -60,
  loud = 24
/** dB by which the output must change when a node is taken out, against the output. */
const audible = -40
/** Seconds that audibility is judged by, in the middle of the sound. */
const judged = 0.4

export interface Example {
  readonly seed: number
  readonly graph: Graph
  /** By input. */
  readonly dry: Readonly<Record<string, Audio>>
  readonly wet: Audio
}
/** Why draws were thrown away, how often; and how many nodes were taken out because nobody would have heard them. */
export interface Rejected {
  silent: number
  exploding: number
  empty: number
  inaudibleNodes: number
}
export const noneRejected = (): Rejected => ({ silent: 0, exploding: 0, empty: 0, inaudibleNodes: 0 })

export interface ExampleOptions {
  readonly kernels: Kernels
  readonly preset: PresetName
  /** Of the first draw; every draw has the next. */
  readonly seed: number
  readonly count: number
  /** Hz */
  readonly sampleRate: number
  /** Sound for an input, as many samples at every call of a graph, one or two channels as the input has. */
  readonly dry: (input: string, channels: 1 | 2, random: Random) => Audio
  readonly registry?: Registry
  /** Counted up. */
  readonly rejected?: Rejected
}

/** @throws RangeError for a seed that runs over 4294967295 */
export async function* examples(options: ExampleOptions): AsyncGenerator<Example> {
  const { preset, count, registry = processors, rejected = noneRejected() } = options
  for (let seed = options.seed, made = 0; made < count; seed++) {
    const drawn = drawGraph(preset, seed, registry),
      random = createRandom(seed),
      dry = Object.fromEntries(
        Object.entries(drawn.inputs).map(([name, { channels }]) => [name, options.dry(name, channels, random)])
      ),
      graph = await heard(drawn, dry, options, rejected)
    if (Object.keys(graph.nodes).every(id => !changes(graph, id, registry))) {
      rejected.empty++
      continue
    }
    const { main } = await rendered(graph, dry, options),
      fault = faultOf(main!)
    if (fault) {
      rejected[fault]++
      continue
    }
    made++
    yield { seed, graph, dry, wet: main! }
  }
}

const rendered = (graph: Graph, dry: Example['dry'], { kernels, sampleRate, registry }: ExampleOptions) =>
  render(graph, dry, { kernels, sampleRate, tail: 0, ...(registry && { registry }) })

function faultOf(audio: Audio): 'silent' | 'exploding' | undefined {
  const most = 10 ** (loud / 20)
  let sum = 0
  for (const channel of audio)
    for (let i = 0; i < channel.length; i++) {
      const x = channel[i]!
      if (!(x <= most && x >= -most)) return 'exploding'
      sum += x * x
    }
  return sum < audio.length * audio[0]!.length * 10 ** (quiet / 10) ? 'silent' : undefined
}

/** Whether a node is there to change what passes it, so that it may be taken out. */
function changes({ nodes }: Graph, id: string, registry: Registry): boolean {
  const def = registry[nodes[id]!.type]!,
    [main] = inletsOf(def)
  return (
    Object.keys(def.params).length > 0 &&
    main?.name === 'main' &&
    outletsOf(def).length === 1 &&
    outletsOf(def)[0]!.name === 'main'
  )
}

/** The graph without those nodes that would not be missed, all at once judged by a second of the input. */
async function heard(graph: Graph, dry: Example['dry'], options: ExampleOptions, rejected: Rejected): Promise<Graph> {
  const registry = options.registry ?? processors,
    ids = Object.keys(graph.nodes).filter(id => changes(graph, id, registry)),
    frames = Math.min(Math.round(judged * options.sampleRate), ...Object.values(dry).map(audio => audio[0]!.length)),
    start = Math.floor((Object.values(dry)[0]![0]!.length - frames) / 2),
    excerpt = Object.fromEntries(
      Object.entries(dry).map(([name, audio]) => [name, audio.map(channel => channel.subarray(start, start + frames))])
    ),
    out = await rendered(sideBySideShared([graph, ...ids.map(id => without(graph, id))]), excerpt, options),
    whole = out[outputOf(0, 'main')]!,
    missed = ids.filter((_, k) => !differs(whole, out[outputOf(k + 1, 'main')]!))
  rejected.inaudibleNodes += missed.length
  return missed.reduce((rest, id) => without(rest, id), graph)
}

function differs(whole: Audio, other: Audio): boolean {
  let difference = 0,
    sum = 0
  for (let c = 0; c < whole.length; c++) {
    const a = whole[c]!,
      b = other[c]!
    for (let i = 0; i < a.length; i++) {
      difference += (a[i]! - b[i]!) ** 2
      sum += a[i]! ** 2
    }
  }
  return difference >= sum * 10 ** (audible / 10)
}
