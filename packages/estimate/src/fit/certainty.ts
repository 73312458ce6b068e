/** How sure the settings of a graph are. */
import type { Audio, Kernels, Registry } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { type Identification, identificationOf } from './curvature.ts'
import { normalOf } from './descend.ts'
import { changes, emphasis, rows } from './fit-stage.ts'
import { waveResiduals } from './residuals.ts'
import { settingsIn } from './settings.ts'
import type { HeardProblem } from './variants.ts'
import { createWorkbench } from './workbench.ts'

/**
 * How sure the settings are: how far each may go, all others following as they can, until the error to signal has risen
 * by the tolerance; and along which directions they may go `reach` and farther.
 */
export function certaintyOf(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  {
    tolerance = 1e-6,
    reach = 0.1,
    registry
  }: { readonly tolerance?: number; readonly reach?: number; readonly registry?: Registry } = {}
): Identification {
  const settings = settingsIn(graph, undefined, registry),
    bench = createWorkbench(graph, problem, settings, kernels, registry),
    wave = waveResiduals(target, emphasis, rows),
    units = Float64Array.from(settings, ({ unit }) => unit)
  // The first differences only find their steps.
  let columns: Float64Array[] = []
  for (let k = 0; k < 3; k++) columns = bench.jacobian(wave, units, changes.wave)
  const hessian = normalOf(columns).map(row => row.map(v => 2 * v))
  return identificationOf(
    hessian,
    settings.map(({ name }) => name),
    tolerance,
    reach
  )
}
