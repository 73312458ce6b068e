/** What is to be heard of a mix in its report, as plain data that can cross a thread, and what comes back. */
import type { Audio, MeasurementSeries } from '@mixwright/dsp'
import { powerOfByte, type StemAnalysis } from '../mix/analysis.ts'
import type { StemPort } from '../mix/console.ts'
import type { Decisions } from '../mix/decisions.ts'
import type { Metered } from '../mix/master.ts'
import { type Move, movesOf } from '../mix/moves.ts'
import type { Cover } from './cover.ts'
import { gainToBus, type Moment } from './moments.ts'
import { doesOf, expected, varied } from './picked.ts'

export interface AuditionJob {
  readonly sampleRate: number
  readonly decisions: Decisions
  readonly ports: readonly StemPort[]
  /** Moves by their ids, each with the sample of the song from which on it is heard. */
  readonly moves: readonly { readonly id: string; readonly start: number }[]
  /** Samples for which a move is heard. */
  readonly frames: number
  /** Whether the bare sum of the stems is wanted too, and what covers the lead there and in the mix. */
  readonly rough: boolean
  /** For that. */
  readonly moments: readonly Moment[]
}
/** The mix without a move, less the mix with it. */
export interface MoveDifference {
  readonly id: string
  readonly start: number
  /** Loudness against that of the mix there, LU. -Infinity where nothing changes. */
  readonly level: number
  /** Stereo; absent where it is too soft to be heard. */
  readonly audio?: Audio
}
/**
 * The bare sum of the stems, each as loud as it was recorded. `measured` is that of excerpts of it, `series.truePeak` that
 * of its samples: to be pictured, and found at a fifth of the cost.
 */
export interface Rough extends Metered {
  /** The moments, one after the other. */
  readonly audio: Audio
  /** The lead in the bare sum and in the mix, over the moments; absent without a lead. */
  readonly cover?: { readonly before: Cover; readonly after: Cover }
}
export interface AuditionResult {
  readonly differences: readonly MoveDifference[]
  readonly rough?: Rough
}
/** What a report lets hear. */
export interface Auditions {
  readonly moments: readonly Moment[]
  /** Samples for which a move is heard. */
  readonly frames: number
  /** Of all moves that were rendered; `audio` where they can be heard. */
  readonly differences: readonly MoveDifference[]
  readonly rough: Rough
}

/** LU against the mix: softer differences are not heard beside it. */
export const audible = -40
/** Seconds for which a move is heard, and how far apart candidates start: moves at one place share what they start from. */
const seconds = 4,
  hop = 2
/** Moves that are rendered: some more than are heard in the end, for what they change is only known then. */
const rendered = 20

/** Every move worth rendering at the place within the moments where its stem is loudest against the mix. */
export function auditionJob(
  decisions: Decisions,
  ports: readonly StemPort[],
  analyses: readonly StemAnalysis[],
  moments: readonly Moment[],
  mix: MeasurementSeries
): AuditionJob {
  const { sampleRate } = analyses[0]!,
    frames = Math.min(Math.round(seconds * sampleRate), ...moments.map(m => m.frames)),
    starts = moments.flatMap(({ start, frames: long }) =>
      Array.from(
        { length: Math.floor((long - frames) / (hop * sampleRate)) + 1 },
        (_, i) => start + Math.round(i * hop * sampleRate)
      )
    )
  const place = placeOf(decisions, analyses, starts, frames / sampleRate, mix),
    candidates = movesOf(decisions).map(move => ({ move, does: doesOf(move, decisions), ...place(move) })),
    worth = varied(
      candidates.filter(({ level }) => level > audible),
      rendered
    )
  return {
    sampleRate,
    decisions,
    ports,
    moves: worth.map(({ move, start }) => ({ id: move.id, start })),
    frames,
    rough: true,
    moments
  }
}

/** Where a move is heard best, and about how much it changes the mix there, dB. */
function placeOf(
  decisions: Decisions,
  analyses: readonly StemAnalysis[],
  starts: readonly number[],
  long: number,
  mix: MeasurementSeries
) {
  const { sampleRate } = analyses[0]!,
    total = starts.map(start => meanOf(mix.momentary, start / sampleRate / mix.step, long / mix.step, powerOfLevel)),
    shares = decisions.stems.map((stem, i) => {
      const { tracks } = analyses[i]!
      return starts.map((start, s) => {
        const own = meanOf(
          tracks.level,
          start / sampleRate / tracks.hop,
          long / tracks.hop,
          byte => powerOfByte[byte!]!
        )
        return {
          start,
          share: 10 * Math.log10((own + 1e-30) / (total[s]! + 1e-12)) + (stem.muted ? 0 : gainToBus(stem, decisions))
        }
      })
    })
  const loudest = starts[total.indexOf(Math.max(...total))]!
  return (move: Move): { start: number; level: number } => {
    const { of, without } = move,
      i = decisions.stems.findIndex(stem => stem.stem === of)
    if (i < 0) return { start: loudest, level: expected(move, decisions, 0) }
    const best = shares[i]!.reduce((a, b) => (b.share > a.share ? b : a)),
      rise = gainToBus(without.stems[i]!, without) - gainToBus(decisions.stems[i]!, decisions)
    return { start: best.start, level: best.share + expected(move, decisions, rise) }
  }
}
const powerOfLevel = (level: number | null | undefined): number => 10 ** ((level ?? -100) / 10)

function meanOf<T>(values: ArrayLike<T>, from: number, count: number, power: (value: T | undefined) => number): number {
  let sum = 0
  const first = Math.round(from),
    last = Math.round(from + count)
  for (let i = first; i < last; i++) sum += i < values.length ? power(values[i]) : 0
  return sum / Math.max(1, last - first)
}
