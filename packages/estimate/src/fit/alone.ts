/** A few settings alone, from several starts, all else as it is: what leads to their device is heard once for all. */
import { besides, descend } from './descend.ts'
import type { StageProblem } from './fit-stage.ts'
import { turned } from './graph-knobs.ts'
import type { SoundResiduals } from './residuals.ts'
import { valuesAt } from './settings.ts'
import { type Change, createWorkbench } from './workbench.ts'

type Surroundings = Pick<StageProblem, 'graph' | 'problem' | 'settings' | 'kernels' | 'registry'>
/** Of a sound, that comes after one device, about. */
const share = 0.25
export interface AloneOptions {
  /** Starts that are followed, and for how many rounds. */
  readonly ways: number
  readonly rounds: number
  readonly change: number
  readonly price: number
}

/**
 * @param starts all of the same settings, which alone are turned
 * @returns the nearest of them, turned; and what that took, in sounds of the whole
 */
export function settledAlone(
  { graph, problem, settings, kernels, registry }: Surroundings,
  kind: SoundResiduals,
  units: Float64Array,
  starts: readonly Change[],
  { ways, rounds, change, price }: AloneOptions
): { readonly found: readonly Change[]; readonly sounds: number } {
  const own = [...(starts[0]?.keys() ?? [])]
  if (own.length === 0) return { found: [], sounds: 0 }
  const around = turned(
      graph,
      settings.map(({ place }) => place),
      valuesAt(settings, units)
    ),
    bench = createWorkbench(
      around,
      problem,
      own.map(j => settings[j]!),
      kernels,
      registry
    ),
    points = starts.map(start => Float64Array.from(own, j => start.get(j)!)),
    losses = bench.squares(kind, points)
  let sounds = points.length
  const found = points
    .map((point, k) => ({ point, loss: losses[k]! }))
    .sort((a, b) => a.loss - b.loss)
    .slice(0, ways)
    .map(({ point }) => {
      const done = descend(bench, kind, point, { rounds, enough: 0, change, price })
      sounds += done.rounds * (own.length + besides)
      return new Map(own.map((j, i) => [j, done.units[i]!]))
    })
  return { found, sounds: sounds * share }
}
