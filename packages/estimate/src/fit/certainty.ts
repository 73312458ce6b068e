/** How sure the settings of a graph are. */
import { type Audio, fromUnit, type Kernels, type Registry } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { solveSymmetric } from './cholesky.ts'
import { type Identification, identificationOf } from './curvature.ts'
import { dot, normalOf } from './descend.ts'
import { changes, emphasis } from './fit-stage.ts'
import type { Place } from './knobs.ts'
import { after, afterwards, waveResiduals } from './residuals.ts'
import { type Setting, settingsIn } from './settings.ts'
import type { HeardProblem } from './variants.ts'
import { createWorkbench } from './workbench.ts'

export interface CertaintyOptions {
  /** Rise of the error to signal that is of no account. Default 1e-6. */
  readonly tolerance?: number
  /** Share of a range: what can move as far within the tolerance is not told. Default 0.1. */
  readonly reach?: number
  /** Which settings may move. Default: all. */
  readonly may?: ((place: Place) => boolean) | undefined
  readonly registry?: Registry | undefined
}
export interface Certainty extends Identification {
  /** As the graph has them, one for each of the uncertainties. */
  readonly settings: readonly Setting[]
}

/**
 * How sure the settings are: how far each may go, all others following as they can, until the error to signal has risen
 * by the tolerance, and two standard errors, both together; and along which directions they may go `reach` and farther.
 */
export function certaintyOf(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  { tolerance = 1e-6, reach = usualReach, may, registry }: CertaintyOptions = {}
): Certainty {
  const settings = settingsIn(graph, may, registry),
    bench = createWorkbench(graph, problem, settings, kernels, registry),
    { warmup = 0 } = problem,
    wave = afterwards(waveResiduals(after(target, warmup), emphasis, rows, blocks), warmup),
    units = Float64Array.from(settings, ({ unit }) => unit)
  // The first differences only find their steps.
  let columns: Float64Array[] = []
  for (let k = 0; k < 3; k++) columns = bench.jacobian(wave, units, changes.wave)
  const hessian = normalOf(columns).map(row => row.map(v => 2 * v)),
    names = settings.map(({ name }) => name),
    found = identificationOf(hessian, names, tolerance, reach),
    errors = standardErrors(columns, bench.residuals(wave, units), (2 * tolerance) / reach ** 2),
    uncertainties = found.uncertainties.map((u, j) => Math.min(reach, Math.hypot(u, 2 * errors[j]!)))
  return { ...found, uncertainties, settings }
}
const usualReach = 0.1
/** Parts of time whose errors are taken for independent, and sums that errors are added up in: far more than a part has ways. */
const blocks = 32,
  rows = 1 << 16

/**
 * What stays unexplained moves the settings from part to part as by chance: errors that hold where it is neither white nor
 * equally loud (K.-Y. Liang, S. Zeger, Biometrika 73, 1986).
 * @param least curvature along ways that nothing tells
 */
function standardErrors(columns: readonly Float64Array[], residuals: Float64Array, least: number): Float64Array {
  const hessian = normalOf(columns).map((row, i) => row.map((v, j) => 2 * v + (i === j ? least : 0))),
    size = residuals.length / blocks,
    part = (of: Float64Array, b: number) => of.subarray(b * size, (b + 1) * size),
    sums = new Float64Array(columns.length),
    ways = Array.from({ length: blocks }, (_, b) =>
      solveSymmetric(
        hessian,
        Float64Array.from(columns, column => 2 * dot(part(column, b), part(residuals, b)))
      )
    )
  for (const way of ways) way.forEach((d, j) => (sums[j]! += d))
  return sums.map((sum, j) =>
    Math.sqrt((blocks / (blocks - 1)) * ways.reduce((s, way) => s + (way[j]! - sum / blocks) ** 2, 0))
  )
}

/** How far the sound lets a setting go, in its own unit. */
export interface SettingRange {
  readonly from: number
  readonly to: number
  /** May go less than a twentieth of its range. */
  readonly told: boolean
}
/** Of each setting, by the reach that its certainty was asked with. */
export const rangesOf = ({ settings, uncertainties }: Certainty, reach = usualReach): SettingRange[] =>
  settings.map(({ range, unit }, j) => {
    const at = (by: number) => fromUnit(range, Math.max(0, Math.min(1, unit + by * uncertainties[j]!)))
    // Along ways that nothing tells, uncertainties end at the reach.
    return { from: at(-1), to: at(1), told: uncertainties[j]! < reach / 2 }
  })
