/** The parameters of a graph by gradient, so that it gives the sound that came out. */
import type { Kernels, Registry } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { turned } from './graph-knobs.ts'
import { createGraphRig, type FitProblem } from './graph-rig.ts'
import type { Knob } from './knobs.ts'
import { lbfgs, type LbfgsOptions } from './lbfgs.ts'

export interface FitOptions
  extends Pick<LbfgsOptions, 'iterations' | 'evaluations' | 'worth' | 'memory' | 'signal' | 'progress'> {
  readonly knobs: readonly Knob[]
  /** What the square of a turned step costs. Default 0. */
  readonly price?: number
  readonly registry?: Registry
}
export interface GraphFit {
  readonly graph: Graph
  readonly loss: number
  /** The loss at the start. */
  readonly first: number
}

/** @throws RangeError as `createGraphRig`; the signal's reason */
export function fitGraph(graph: Graph, problem: FitProblem, kernels: Kernels, options: FitOptions): GraphFit {
  const { knobs, price = 0, registry, ...how } = options,
    rig = createGraphRig(graph, problem, knobs, kernels, { price, ...(registry && { registry }) }),
    { x, loss, first } = lbfgs(new Float64Array(rig.count), rig.evaluate, {
      ...how,
      bounds: rig.bounds
    })
  return { graph: turned(graph, knobs, rig.values(x)), loss, first }
}

/** The loss of a graph as it stands. */
export function lossOf(graph: Graph, problem: FitProblem, kernels: Kernels, registry?: Registry): number {
  return createGraphRig(graph, problem, [], kernels, registry && { registry }).hear(new Float64Array())
}
