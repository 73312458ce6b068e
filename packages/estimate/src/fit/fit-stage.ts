/** A fit's work on one length of the sound: down the slopes, and out of wrong valleys. */
import { type Audio, type Kernels, processors, type Registry } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { type Descended, descend } from './descend.ts'
import { delayJumps, oscillatorJumps, swingJumps } from './jumps.ts'
import { moved, moves } from './moves.ts'
import { after, afterwards, melResiduals, waveResiduals } from './residuals.ts'
import type { Setting } from './settings.ts'
import type { HeardProblem } from './variants.ts'
import type { Tapped } from './tap.ts'
import { type Change, createWorkbench, type Workbench } from './workbench.ts'

/** Log-mel bands where the waves have nothing in common yet, else samples. */
export type Kind = 'mel' | 'wave'
export interface Stage {
  readonly bench: Workbench
  /** Σ r² of any points. */
  losses(kind: Kind, points: readonly Float64Array[]): number[]
  descend(kind: Kind, start: Float64Array, rounds: number): Descended
  /** The best of a few ways down from devices set otherwise; undefined where none is much better. */
  jump(kind: Kind, from: Descended): Descended | undefined
  /** The same of what swings delays, by samples. */
  swing(from: Descended): Descended | undefined
}
export interface StageProblem {
  readonly graph: Graph
  readonly settings: readonly Setting[]
  readonly problem: HeardProblem
  readonly target: Audio
  readonly kernels: Kernels
  /** Settings that devices may have. */
  readonly drawn: readonly Float64Array[]
  /** What they usually have. */
  readonly middle: Float64Array
  readonly price: number
  readonly enough: number
  /** Gets the sounds that were heard, of this stage's length; false where no more should be. */
  readonly spend: (sounds: number) => boolean
  readonly registry?: Registry | undefined
  readonly signal?: AbortSignal | undefined
}

/** As Wright & Välimäki (ICASSP 2020). */
export const emphasis = 0.9,
  /** Sums that errors are added up in: far more than settings. */
  rows = 1 << 13,
  /** Norms of what differences make: mel bands have kinks where they are loud and soft, samples bend with delays. */
  changes = { mel: 3e-2, wave: 3e-3 } as const
/** Samples: bands of music and modulations of up to 10 Hz are both seen. */
const window = 2048,
  /** Sounds heard in a round of descent beside those of the slopes. */
  besides = 12,
  /** Moves that are heard with all settings following, and of which ways down are taken. */
  heard = 8,
  taken = 3,
  /** Rounds of each, and more of the best. */
  legs = { each: 4, more: 8 } as const,
  /** Where less is left, what swings swings as it should. */
  still = 3e-4,
  /** A jump is worth it where this much is left. */
  much = 0.7

export function createStage(stage: StageProblem): Stage {
  const {
      graph,
      settings,
      problem,
      target,
      kernels,
      drawn,
      middle,
      price,
      enough,
      spend,
      signal,
      registry = processors
    } = stage,
    bench = createWorkbench(graph, problem, settings, kernels, registry),
    { warmup = 0 } = problem,
    heardTarget = after(target, warmup),
    residuals = {
      mel: afterwards(melResiduals(kernels, heardTarget, problem.sampleRate, [window]), warmup),
      wave: afterwards(waveResiduals(heardTarget, emphasis, rows), warmup)
    },
    down: Stage['descend'] = (kind, start, rounds) => {
      const done = descend(bench, residuals[kind], start, { rounds, enough, change: changes[kind], price, signal })
      spend(done.rounds * (settings.length + besides))
      return done
    }
  const tappedAt = ({ units }: Descended): Tapped => ({ graph, problem, target, bench, units, kernels, registry }),
    tried = (kind: Kind, { units, loss }: Descended, list: readonly Change[]): Descended | undefined => {
      if (list.length === 0 || !spend(list.length + settings.length + heard)) return undefined
      const nearest = moved(bench, residuals[kind], units, list, changes[kind])
          .sort((a, b) => a.promised - b.promised)
          .slice(0, heard)
          .map(one => one.units),
        real = bench.squares(residuals[kind], nearest),
        order = [...nearest.keys()].sort((a, b) => real[a]! - real[b]!)
      let best: Descended | undefined
      for (const k of order.slice(0, taken)) {
        const way = down(kind, nearest[k]!, legs.each)
        if (!best || way.loss < best.loss) best = way
        if (way.loss < much * loss) return way
      }
      // Still on its way, or where it came from?
      if (!best || Math.abs(best.loss - loss) < 0.01 * loss) return undefined
      best = down(kind, best.units, legs.more)
      return best.loss < much * loss ? best : undefined
    }
  return {
    bench,
    losses: (kind, points) => bench.squares(residuals[kind], points),
    descend: down,
    jump: (kind, from) =>
      tried(kind, from, [
        ...moves(graph, settings, from.units, drawn),
        ...delayJumps(tappedAt(from), middle),
        ...oscillatorJumps(graph, settings, problem.frames / problem.sampleRate, middle, registry)
      ]),
    swing: from => (from.loss > still ? tried('wave', from, swingJumps(tappedAt(from))) : undefined)
  }
}
