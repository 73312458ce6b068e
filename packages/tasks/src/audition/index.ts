/** What can be heard of a mix in its report: passages, versions, moves. */
import type { Clip, MeasurementSeries } from '@mixwright/dsp'
import type { StemAnalysis } from '../mix/analysis.ts'
import { stemIds } from '../mix/console.ts'
import type { Decisions } from '../mix/decisions.ts'
import type { Stem } from '../mix/services.ts'
import { mixClip } from './audition.ts'
import { auditionJob, type AuditionJob, type AuditionResult, type Auditions } from './job.ts'
import { momentsOf } from './moments.ts'

export { auditionMoves, type AuditionServices } from './audition.ts'
export type { Cover } from './cover.ts'
export type { AuditionJob, AuditionResult, Auditions, MoveDifference, Rough } from './job.ts'
export type { Moment } from './moments.ts'
export { type Embed, type PageSound, pageSound, type ReportSound, roughTitle, type Version } from './sound.ts'

/** Runs an audition, perhaps in parts on several threads (`partsOf`, `joinedParts`). */
export type AuditionService = (job: AuditionJob, clips: Readonly<Record<string, Clip>>) => Promise<AuditionResult>

/** What is known of a finished mix. */
export interface Finished {
  readonly stems: readonly Stem[]
  readonly analyses: readonly StemAnalysis[]
  readonly decisions: Decisions
  /** Of the mix. */
  readonly series: MeasurementSeries
  /** The mix itself as `mix`, and what enters it as `stem:ID`. */
  readonly clips: Readonly<Record<string, Clip>>
}

export async function audition(
  { stems, analyses, decisions, series, clips }: Finished,
  service: AuditionService
): Promise<Auditions> {
  const moments = momentsOf(analyses, decisions, series),
    ports = stems.map(stem => ({ name: stem.name, channels: stem.clip.channels as 1 | 2 })),
    job = auditionJob(decisions, ports, analyses, moments, series),
    ids = stemIds(stems.map(stem => stem.name)),
    dry = Object.fromEntries(stems.map((stem, i) => [ids[i]!, stem.clip])),
    { differences, rough } = await service(job, { ...dry, ...clips, [mixClip]: clips[mixClip]! })
  return { moments, frames: job.frames, differences, rough: rough! }
}

/** The job in parts for so many threads: moves at one place stay together. */
export function partsOf(job: AuditionJob, threads: number): AuditionJob[] {
  const moves = [...job.moves].sort((a, b) => a.start - b.start),
    // The bare sum takes about as long as so many moves.
    size = Math.ceil((moves.length + roughMoves) / threads),
    first = Math.max(0, size - roughMoves),
    rest = Array.from({ length: Math.ceil((moves.length - first) / size) }, (_, i) =>
      moves.slice(first + i * size, first + (i + 1) * size)
    )
  return [moves.slice(0, first), ...rest].map((part, i) => ({ ...job, moves: part, rough: job.rough && i === 0 }))
}
const roughMoves = 12
export function joinedParts(results: readonly AuditionResult[]): AuditionResult {
  const rough = results.find(result => result.rough)?.rough
  return { differences: results.flatMap(result => result.differences), ...(rough && { rough }) }
}
