/** From a graph to a plan: lower → pack → order → addresses → calls. */
import { type Env, processors, type Registry } from '@mixwright/dsp'
import { controlPeriod } from './automation.ts'
import { backwardCalls } from './backward.ts'
import { completeTables, enterTables } from './call-tables.ts'
import { callWords } from './calls.ts'
import { checkpointInterval } from './checkpoints.ts'
import { align16, draftOf } from './draft.ts'
import { forwardCalls } from './forward.ts'
import type { Graph } from './graph.ts'
import { depthFirst, type Group, pack } from './groups.ts'
import { imageOf } from './image.ts'
import { layOut, memoriesOf, stateOf } from './layout.ts'
import { lower } from './lower.ts'
import type { Plan, PlanOptions } from './plan.ts'
import { assertValid } from './validate.ts'

/** @throws GraphError if the graph is not valid, RangeError for options that make no sense */
export function compile(graph: Graph, options: PlanOptions): Plan {
  const registry: Registry = options.registry ?? processors
  const real = options.real ?? 'f32'
  const block = options.block ?? (options.gradients ? 2048 : 512)
  if (!(options.sampleRate >= 8000 && options.sampleRate <= 384000))
    throw new RangeError(`sample rate ${options.sampleRate} Hz: give 8000 to 384000`)
  if (!(block > 0) || block % controlPeriod) throw new RangeError(`block ${block}: give a multiple of ${controlPeriod}`)
  assertValid(graph, registry)
  const env: Env = { sampleRate: options.sampleRate }
  const width = real === 'f32' && options.lanes !== false ? 2 : 1
  const net = lower(graph, registry, env, options.arrivals)
  const order = depthFirst(pack(net, width, width === 2 && !options.gradients, env))
  const draft = draftOf(net, order, {
    env,
    real,
    width,
    gradients: options.gradients !== undefined,
    inputGradients: options.gradients?.inputs ?? false,
    block,
    ...lengthsOf(order, options, block)
  })
  const layout = layOut(draft, graph, registry)
  const { forward, taped } = forwardCalls(draft, group => enterTables(draft, group))
  const backward = draft.gradients ? backwardCalls(draft) : []
  completeTables(draft)
  return {
    real,
    sampleRate: env.sampleRate,
    block,
    chunk: draft.chunk,
    latency: net.latency,
    bytes: draft.top(),
    image: imageOf(draft, layout.imageEnd),
    functions: draft.functions,
    forward: Int32Array.from(forward),
    taped: Int32Array.from(taped),
    backward: Int32Array.from(backward),
    ...draft.planar,
    state: stateOf(draft, layout),
    memories: memoriesOf(draft),
    adjointState: layout.adjointState,
    gp: layout.gp,
    segment: draft.segment,
    frames: draft.frames,
    params: layout.params,
    edges: layout.edges,
    lanes: draft.lanes,
    automated: draft.automated,
    hosts: draft.hosts,
    scratch: layout.scratch,
    facts: {
      groups: order.length,
      buffers: draft.buffers,
      calls: forward.length / callWords,
      stateBytes: layout.stateBytes
    }
  }
}

/** Samples that go in and out at once, of the excerpt in whole blocks, and whose signals are kept at once. */
function lengthsOf(
  order: readonly Group[],
  { chunk: given, gradients }: PlanOptions,
  block: number
): { chunk: number; frames: number; segment: number } {
  const frames = gradients ? Math.ceil(gradients.frames / block) * block : 0
  const chunk = gradients ? frames : (given ?? Math.max(block, Math.floor(8192 / block) * block))
  if (chunk % block) throw new RangeError(`chunk ${chunk}: give a multiple of the block, ${block}`)
  if (!gradients) return { chunk, frames, segment: block }
  const stateBytes = order.reduce((sum, group) => sum + align16(group.state.bytes), 0)
  return {
    chunk,
    frames,
    segment: Math.min(frames, checkpointInterval(order, frames, stateBytes, block, gradients.keep))
  }
}
