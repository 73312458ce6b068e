/** How sure the numbers of a console are: how far the sound would let each go. */
import type { Audio, Kernels, Samples } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { certaintyOf, rangesOf, type SettingRange } from '../fit/certainty.ts'
import type { Place } from '../fit/knobs.ts'
import { type Console, consoleGraph, type Device, lfoOf, mixOutput, registryOf } from './console.ts'
import { unique } from './console-rig.ts'
import type { Stretches } from './excerpts.ts'
import { later } from './nearer.ts'
import type { SearchWork } from './work.ts'

/** By the node of the console's graph and the parameter; of lanes none. */
export type ConsoleRanges = Readonly<Record<string, Readonly<Record<string, SettingRange>>>>
export interface RangesJob {
  readonly console: Console
  readonly stretches: Stretches
  /** The strip whose numbers are asked for; none for those of rooms and bus. */
  readonly s?: number
}

/**
 * Of every number, by the stretch where its source is loudest, all others of its strip following as they can; of rooms and the
 * bus, all of those.
 */
export async function consoleRanges(
  console: Console,
  stretches: Stretches,
  work: SearchWork,
  progress?: (fraction: number) => void
): Promise<ConsoleRanges> {
  const strips = console.strips.flatMap(({ chain }, s) => (chain.length > 0 ? [{ console, stretches, s }] : [])),
    shared = [...console.rooms, { chain: console.bus }].some(({ chain }) => chain.length > 0),
    jobs: readonly RangesJob[] = [...strips, ...(shared ? [{ console, stretches }] : [])]
  let done = 0
  const found = await Promise.all(
    jobs.map(async job => {
      const ranges = await work.ranges(job)
      progress?.(++done / jobs.length)
      return ranges
    })
  )
  return Object.assign({}, ...found) as ConsoleRanges
}

export function rangesIn({ console, stretches, s }: RangesJob, kernels: Kernels): ConsoleRanges {
  const { sampleRate, starts, warmup, judged, passages } = stretches,
    strip = s === undefined ? undefined : console.strips[s]!,
    p = loudest(passages.map(({ inputs, wet }) => (strip ? inputs[strip.input]! : wet))),
    { inputs, wet } = passages[p]!,
    [song, graph] = [0, (starts[p]! - warmup) / sampleRate].map(begin =>
      consoleGraph(later(unmoved(console), begin))
    ) as [Graph, Graph],
    registry = registryOf(console),
    nodes = new Set(
      (strip ? [strip.chain] : [...console.rooms.map(({ chain }) => chain), console.bus])
        .flat()
        .flatMap(({ id }) => [id, lfoOf(id)])
    ),
    may = (place: Place) => unique(place) && nodes.has('node' in place ? place.node : graph.edges[place.edge]!.from[0]),
    certainty = certaintyOf(
      graph,
      { sampleRate, inputs, frames: warmup + judged, output: mixOutput, warmup },
      wet.map(channel => {
        const padded = new Float32Array(warmup + judged)
        padded.set(channel, warmup)
        return padded
      }),
      kernels,
      { may, registry }
    ),
    found: Record<string, Record<string, SettingRange>> = {}
  rangesOf(certainty).forEach((range, j) => {
    const { place } = certainty.settings[j]!
    if (!('node' in place)) return
    // Phases are told of where the stretch begins, and said of where the song does.
    const [said, told] = [song, graph].map(({ nodes }) => Number(nodes[place.node]!.params?.[place.param])),
      by = place.param === 'phase' ? said! - told! : 0
    ;(found[place.node] ??= {})[place.param] = { ...range, from: range.from + by, to: range.to + by }
  })
  return found
}

/** With numbers in place of lanes, which know the time of the song alone. */
function unmoved(console: Console): Console {
  const still = (chain: readonly Device[]) => chain.map(({ lanes, ...device }): Device => device)
  return {
    ...console,
    strips: console.strips.map(strip => ({ ...strip, chain: still(strip.chain) })),
    bus: still(console.bus)
  }
}
function loudest(sounds: readonly Audio[]): number {
  const power = (channel: Samples) => {
      let sum = 0
      for (const v of channel) sum += v * v
      return sum
    },
    powers = sounds.map(audio => audio.reduce((sum, channel) => sum + power(channel), 0))
  return powers.indexOf(Math.max(...powers))
}
