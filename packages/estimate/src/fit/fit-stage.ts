/** A fit's work on one length of the sound: down the slopes, and out of wrong valleys. */
import { type Audio, type Kernels, processors, type Registry } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { besides, type Descended, descend } from './descend.ts'
import { settledAlone } from './alone.ts'
import { chainByChain, chainsIn } from './chains.ts'
import { delayJumps, oscillatorJumps, swingJumps } from './jumps.ts'
import { exchanges, moved, redraws } from './moves.ts'
import { after, afterwards, lowResiduals, melResiduals, waveResiduals } from './residuals.ts'
import type { Setting } from './settings.ts'
import type { HeardProblem } from './variants.ts'
import { dryByFaders, type Tapped } from './tap.ts'
import { type Change, createWorkbench, type Workbench } from './workbench.ts'

/** Log-mel bands where the waves have nothing in common yet, else samples. */
export type Kind = 'mel' | 'wave'
/** So many ways, of which each goes so many rounds. */
export interface Leg {
  readonly ways: number
  readonly rounds: number
}
/** The first of some ways, gone on with until one has come near enough; the best first. */
export function narrowed(
  from: readonly Descended[],
  { ways, rounds }: Leg,
  go: (units: Float64Array, rounds: number) => Descended,
  enough = 0
): Descended[] {
  const done: Descended[] = []
  for (const { units } of from.slice(0, ways)) if (!done.some(({ loss }) => loss < enough)) done.push(go(units, rounds))
  return done.sort((a, b) => a.loss - b.loss)
}
export interface Stage {
  readonly bench: Workbench
  /** Σ r² of any points. */
  losses(kind: Kind, points: readonly Float64Array[]): number[]
  descend(kind: Kind, start: Float64Array, rounds: number): Descended
  /** The best of a few ways down from devices set otherwise; undefined where none is much better. */
  jump(kind: Kind, from: Descended, legs: readonly Leg[]): Descended | undefined
  /** The same of samples, one chain of many set anew after the other; undefined too where there is one only. */
  chains(from: Descended): Descended | undefined
  /** The same as `jump` of what swings delays, by samples. */
  swing(from: Descended, legs: readonly Leg[]): Descended | undefined
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
  changes = { mel: 3e-2, wave: 3e-3, low: 3e-3 } as const
/** Samples: bands of music and modulations of up to 10 Hz are both seen. */
const window = 2048,
  /** Moves that are heard with all settings following. */
  heard = 16,
  /** Where less is left, what swings swings as it should. */
  still = 3e-4,
  /** Of starts that are turned alone. */
  alone = { ways: 3, rounds: 6 } as const,
  /** Of draws of a whole chain; and where less is left, no chain is so wrong that the others cannot follow. */
  anew = { ways: 5, rounds: 10 } as const,
  apart = 1e-3,
  /** A jump is worth it where this much is left, and chains, which all go on from there. */
  much = 0.7,
  enoughOfChains = 0.9

/** By what a distance is told; the first two as `Kind`. */
function residualsOf({ target, problem: { sampleRate, warmup = 0 }, kernels }: StageProblem) {
  const heard = after(target, warmup)
  return {
    mel: afterwards(melResiduals(kernels, heard, sampleRate, [window]), warmup),
    wave: afterwards(waveResiduals(heard, emphasis, rows), warmup),
    low: afterwards(lowResiduals(heard, sampleRate, rows), warmup)
  }
}
/** Leg by leg until a way leaves much less than there is; undefined where none does, or they lead back. */
function onward(
  from: readonly Descended[],
  loss: number,
  legs: readonly Leg[],
  go: (units: Float64Array, rounds: number) => Descended
): Descended | undefined {
  let ways = from
  for (const leg of legs) {
    ways = narrowed(ways, leg, go, much * loss)
    if (ways[0]!.loss < much * loss) return ways[0]
    if (Math.abs(ways[0]!.loss - loss) < 0.01 * loss) return undefined
  }
  return undefined
}

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
    chains = new Set(chainsIn(graph, settings)),
    residuals = residualsOf(stage),
    down: Stage['descend'] = (kind, start, rounds) => {
      const done = descend(bench, residuals[kind], start, { rounds, enough, change: changes[kind], price, signal })
      spend(done.rounds * (settings.length + besides))
      return done
    }
  const tappedAt = ({ units }: Descended): Tapped => ({ graph, problem, target, bench, units, kernels, registry }),
    tried = (
      kind: Kind,
      { units, loss }: Descended,
      list: readonly Change[],
      legs: readonly Leg[]
    ): Descended | undefined => {
      if (list.length === 0 || !spend(list.length + settings.length + heard)) return undefined
      const nearest = moved(bench, residuals[kind], units, list, changes[kind])
          .sort((a, b) => a.promised - b.promised)
          .slice(0, heard)
          .map(one => one.units),
        real = bench.squares(residuals[kind], nearest)
      const ways = nearest.map((units, k) => ({ units, loss: real[k]!, rounds: 0 })).sort((a, b) => a.loss - b.loss)
      return onward(ways, loss, legs, (start, rounds) => down(kind, start, rounds))
    }
  /** The nearest of some starts of one device or two, all others as they are. */
  const settled = (kinds: readonly (keyof typeof residuals)[], { units }: Descended, starts: readonly Change[]) =>
    kinds.reduce((from, kind) => {
      const { found, sounds } = settledAlone(stage, residuals[kind], units, from, {
        ...alone,
        change: changes[kind],
        price
      })
      spend(sounds)
      return found
    }, starts)
  const folded = (at: Descended): Descended => ({ ...at, units: dryByFaders(graph, settings, at.units) })
  return {
    bench,
    losses: (kind, points) => bench.squares(residuals[kind], points),
    descend: down,
    jump: (kind, end, legs) => {
      const from = folded(end)
      return tried(
        kind,
        from,
        [
          ...redraws(graph, settings, drawn),
          ...exchanges(graph, settings, from.units).flatMap(change => settled([kind], from, [change])),
          ...delayJumps(tappedAt(from), middle).flatMap(starts =>
            settled(kind === 'wave' ? ['low', 'wave'] : [kind], from, starts)
          ),
          ...oscillatorJumps(graph, settings, problem.frames / problem.sampleRate, middle, registry)
        ],
        legs
      )
    },
    chains(from) {
      if (from.loss < apart || chains.size === 0) return undefined
      const { units, loss } = chainByChain(stage, bench, residuals.wave, from.units, chains, {
        ...anew,
        change: changes.wave,
        price
      })
      return loss < enoughOfChains * from.loss ? { units, loss, rounds: 0 } : undefined
    },
    swing: (end, legs) => {
      const from = folded(end)
      return from.loss > still
        ? tried(
            'wave',
            from,
            swingJumps(tappedAt(from)).flatMap(starts => [...starts, ...settled(['low', 'wave'], from, starts)]),
            legs
          )
        : undefined
    }
  }
}
