/** What a search can have done for it, on this thread or on others: plain data in and out. */
import type { Kernels, Samples } from '@mixwright/dsp'
import { extended } from '../analysis/room-decay.ts'
import { systemResponse } from '../analysis/system-response.ts'
import type { Evaluation } from '../fit/adam.ts'
import type { Console } from './console.ts'
import { type Fitted, rigOf, turnable } from './console-rig.ts'
import { byItself, type SourceJob, type SourceFound } from './each-source.ts'
import { problemOf, type Stretches } from './excerpts.ts'
import { type FrontJob, inFront } from './in-front.ts'
import { roomsFor } from './measured-room.ts'
import type { PassageJob } from './long-passage.ts'
import type { Proposal } from './proposals.ts'
import { swings } from './swings.ts'
import { type RefineJob, type Refined, refined } from './refined.ts'
import { type TurnJob, turnedOn } from './trial.ts'
import { type ConsoleRanges, rangesIn, type RangesJob } from './ranges.ts'

/** A console on some of its stretches. */
export interface HearJob {
  /** All jobs with one number have one console and one list of stretches: what it takes to hear them is made once. */
  readonly rig: number
  readonly on: number
  readonly console: Console
  readonly stretches: Stretches
  /** By their index. */
  readonly passages: readonly number[]
  /** All that can be turned, in steps from where it stands: the slopes there are wanted too. */
  readonly turned?: Float64Array
  /** Whether the judged samples are wanted. */
  readonly sound?: boolean
}
export interface Heard extends Evaluation {
  readonly sound?: readonly Samples[]
}
/** What stands between two sounds (`systemResponse`), as it goes on below the noise. */
export interface ResponseJob {
  readonly dry: Samples
  readonly wet: Samples
  readonly length: number
  readonly from: number
  readonly sampleRate: number
}
export interface SearchWork {
  /** A number that no other console has. */
  fresh(): number
  /** How many jobs are done at once. */
  readonly hands: number
  hear(job: HearJob): Promise<Heard[]>
  source(job: SourceJob): Promise<SourceFound>
  response(job: ResponseJob): Promise<Float64Array>
  ranges(job: RangesJob): Promise<ConsoleRanges>
  turn(job: TurnJob): Promise<Fitted>
  refine(job: RefineJob): Promise<Refined>
  /** What a console may lack that bends or holds the level in front of it, that swings, or is a room. */
  front(job: FrontJob): Promise<Proposal[]>
  swings(job: PassageJob): Promise<Proposal[]>
  rooms(job: PassageJob): Promise<Proposal[]>
}

export type SearchPart = Exclude<keyof SearchWork, 'fresh' | 'hands'>
const searchParts: Readonly<Record<SearchPart, true>> = {
  hear: true,
  source: true,
  response: true,
  ranges: true,
  turn: true,
  refine: true,
  front: true,
  swings: true,
  rooms: true
}
/** By others. @param hands jobs done at once @param ask has one done */
export function searchWorkBy(hands: number, ask: (what: SearchPart, job: object) => Promise<unknown>): SearchWork {
  let given = 0
  const asking = Object.keys(searchParts).map(what => [what, (job: object) => ask(what as SearchPart, job)])
  return { fresh: () => given++, hands, ...(Object.fromEntries(asking) as Pick<SearchWork, SearchPart>) }
}

/** On the thread that it is called on, at once; what was heard last is kept to be heard again. */
export function createSearchWork(kernels: Kernels): SearchWork {
  const problemOn = lastOf(({ stretches }: Pick<HearJob, 'stretches'>) => problemOf(stretches, kernels)),
    rigFor = lastOf((job: HearJob) =>
      rigOf(job.console, problemOn(job.on, job), kernels, job.turned ? turnable(job.console).places : [])
    )
  let given = 0
  return {
    fresh: () => given++,
    hands: 1,
    async hear(job) {
      const rig = rigFor(job.rig, job),
        { passages, turned, sound } = job
      return passages.map(p => ({
        ...(turned ? rig.evaluatePassage(p, turned) : { loss: rig.hearPassage(p, nothing), gradient: nothing }),
        ...(sound && { sound: rig.sound[p]! })
      }))
    },
    source: async job => byItself(job, kernels),
    response: async ({ dry, wet, length, from, sampleRate }) =>
      extended(systemResponse(dry, wet, length, from).samples, sampleRate),
    ranges: async job => rangesIn(job, kernels),
    turn: async job => turnedOn(problemOn(job.on, job), job, kernels),
    refine: async job => refined(job, kernels),
    front: async job => inFront(job, kernels),
    swings: async job => swings(job, kernels),
    rooms: async job => roomsFor(job, kernels)
  }
}
/** Makes anew what was made for another number. */
function lastOf<From, Made>(make: (from: From) => Made): (number: number, from: From) => Made {
  let last: { readonly number: number; readonly made: Made } | undefined
  return (number, from) => {
    if (last?.number !== number) last = { number, made: make(from) }
    return last.made
  }
}
const nothing = new Float64Array(0)
