/** What Node and browsers share: the workspace's packages, with the kernels at hand. */
import type { Audio } from '@mixwright/dsp'
import { type Graph, render as renderWith, type RenderOptions } from '@mixwright/graph'
import { loadKernels } from './kernels.ts'

export * from '@mixwright/dsp'
export * from '@mixwright/files'
export { type Builder, builder, chain, channelStrip, compile, type Edge, type End, type EqBand, type Excerpt, type Graph, GraphError, type GraphPort, type Gradients, type Lane, type Node, parametricEq, mixBus,
  type Plan, type PlanOptions, parseGraph, partition, print, tailOf, validate, writeGraph } from '@mixwright/graph'
export * from '@mixwright/tasks'
export { loadKernels } from './kernels.ts'

/**
 * Renders a graph over signals in memory.
 * @param inputs by the graph's input names; planar, full scale 1, all at `options.sampleRate`
 * @returns by the graph's output names; as long as the longest input and what still rings (or `tail` seconds)
 * @throws GraphError, RangeError with place, value and remedy
 */
export const render = async (graph: Graph, inputs: Readonly<Record<string, Audio>>, options: Omit<RenderOptions, 'kernels'>): Promise<Record<string, Audio>> =>
  renderWith(graph, inputs, { ...options, kernels: await loadKernels() })
