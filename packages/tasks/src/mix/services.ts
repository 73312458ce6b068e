/** What the task asks of its host: threads, rendering, places for audio. */
import type { Clip, Kernels, Registry } from '@mixwright/dsp'
import type { Graph, Sink } from '@mixwright/graph'
import type { AuditionService } from '../audition/index.ts'
import type { StemAnalysis } from './analysis.ts'
import type { Refined, RefineJob } from './refine.ts'

/** One track of the song. All stems of a song have one sample rate and start together. */
export interface Stem {
  readonly name: string
  readonly clip: Clip
}

/** A recording in progress. One that is never closed is discarded by the host. */
export interface Take {
  /** A sink like any other: `render` may get it as it is. */
  readonly write: Sink
  /** Ends the recording and gives it back to be read. */
  close(): Promise<Clip>
}

/** Renders a graph as `renderClips` of @mixwright/graph does, on whatever threads the host has. */
export type RenderService = (
  graph: Graph,
  inputs: Readonly<Record<string, Clip>>,
  sinks: Readonly<Record<string, Sink>>,
  options: {
    readonly sampleRate: number
    /** Where the graph has more than the usual processors. */
    readonly registry?: Registry
    readonly tail?: number
    readonly frames?: number
    readonly signal?: AbortSignal
    readonly progress?: (fraction: number) => void
  }
) => Promise<{ frames: number }>

export const stages = ['listening', 'balance', 'analysis', 'refine', 'mix', 'master'] as const
export type Stage = (typeof stages)[number]

export interface MixServices {
  readonly kernels: Kernels
  readonly render: RenderService
  /**
   * Opens an output, stereo but for a mono `master`: `balance`, `mix`, `master`, and `stem:NAME` for all that enters the mix bus. Undefined: not
   * wanted. In a revision `master` may be opened again, in place of the one before.
   */
  open(
    name: string,
    format: { readonly sampleRate: number; readonly channels: 1 | 2 }
  ): Take | undefined | Promise<Take | undefined>
  /**
   * Analyses one stem or, for a first impression, excerpts of it (`excerptsOf`), perhaps on another thread. Default:
   * `analyseStem`, one after the other.
   */
  analyse?(stem: Stem, part: 'whole' | 'excerpts'): Promise<StemAnalysis>
  /** Refines decisions, perhaps on another thread; `clips` by the graph's inputs. Default: `refineGraph`. */
  refine?(job: RefineJob, clips: Readonly<Record<string, Clip>>, progress: (fraction: number) => void): Promise<Refined>
  /** Renders what the report lets hear: the host wants it, and keeps all stems. Default: nothing is. */
  readonly audition?: AuditionService
  /** The stems will not be read any more. */
  release?(): void
  /** `fraction` is that of the stage. */
  progress?(stage: Stage, fraction: number): void
  readonly signal?: AbortSignal
}
