/** The search behind `estimate-graph`: apart from the task, as it may run on another thread. */
import type { Kernels } from '@mixwright/dsp'
import {
  type Console,
  type ConsoleRanges,
  consoleRanges,
  type Contribution,
  contributionsOf,
  createListener,
  createSearchWork,
  type LongPassage,
  readStretches,
  readWhole,
  type Searched,
  searchMix,
  searchSource,
  type SearchWork,
  type Song,
  type Step,
  type Stretches,
  tellingStarts,
  withRides
} from '@mixwright/estimate'
import { type Aligned, aligned, inTime } from './alignment.ts'
import { bare } from './bare.ts'

export type SearchStage = 'aligning' | 'searching' | 'riding' | 'weighing'
export interface GraphSearchServices {
  readonly kernels: Kernels
  /** Who does what can be done beside each other. Default: this thread. The result is the same. */
  readonly work?: SearchWork
  readonly signal?: AbortSignal | undefined
  /** What was tried, line by line. */
  trace?(line: string): void
  /** `fraction` is that of the stage. */
  progress?(stage: SearchStage, fraction: number): void
}
/** Plain data. */
export interface GraphFound {
  readonly console: Console
  readonly alignment: Aligned
  /** First samples of the stretches that were listened to, in the aligned mix. */
  readonly starts: readonly number[]
  /** The loss after each stage, and in the end, where it was listened. */
  readonly steps: readonly Step[]
  readonly loss: number
  readonly contributions: readonly Contribution[]
  /** How far the sound would let each number go. */
  readonly ranges: ConsoleRanges
}

/** Seconds: of a stretch that is judged, and of what sounds before it. */
export const judged = 2
const warmup = 1.5
/** Stretches that one source and that many are listened to in. */
const heard = { one: 3, many: 4 } as const

/**
 * @param song by the graph's inputs, the wet as it came
 * @param tolerance share of the loss that leaving out devices may cost
 * @throws TaskError if nothing correlates; the signal's reason
 */
export async function searchGraph(
  { dry, wet }: Song,
  tolerance: number,
  { kernels, work = createSearchWork(kernels), signal, trace, progress }: GraphSearchServices
): Promise<GraphFound> {
  progress?.('aligning', 0)
  const { long, ...alignment } = await aligned(dry, wet, kernels),
    song = { dry, wet: inTime(wet, alignment) },
    stretches = await listen(song, long),
    how = { kernels, signal, trace, tolerance, work },
    sources = Object.entries(dry).map(([name, { channels }]) => ({ name, channels: channels as 1 | 2 })),
    searching = { ...how, progress: (fraction: number) => progress?.('searching', fraction) }
  // One source: its chain; several: the console that they pass. Then what moves over the song.
  const still: Searched =
      sources.length > 1
        ? await searchMix(stretches, sources, searching, await readWhole(song.dry, song.wet))
        : await searchSource(stretches, sources[0]!.name, sources[0]!.channels, searching),
    { console, steps, loss } = await withRides(still, song, stretches, {
      ...how,
      progress: fraction => progress?.('riding', fraction)
    }),
    busy = bare(console),
    contributions = await contributionsOf(busy, createListener(stretches, work, signal), fraction =>
      progress?.('weighing', fraction / 2)
    ),
    ranges = await consoleRanges(busy, stretches, work, fraction => progress?.('weighing', (1 + fraction) / 2))
  return { console, alignment, starts: stretches.starts, steps, loss, contributions, ranges }
}

/** The stretches that tell most of all sources and of the mix. */
async function listen({ dry, wet }: Song, long: LongPassage | undefined): Promise<Stretches> {
  const all = Object.values(dry),
    length = Math.round(judged * wet.sampleRate),
    starts = await tellingStarts([...all, wet], all.length > 1 ? heard.many : heard.one, length),
    stretches = await readStretches(dry, wet, {
      starts,
      warmup: Math.round(warmup * wet.sampleRate),
      judged: Math.min(length, wet.frames)
    })
  return { ...stretches, ...(long && { long }) }
}
