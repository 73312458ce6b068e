/** A graph in the browser, sounding while it is changed: one AudioWorklet runs the plan that the offline renderer runs. */
import {
  changesBetween,
  type Graph,
  type LiveMeter,
  liveEdit,
  livePlan,
  meterMemory,
  meterReader
} from '@mixwright/graph'
import { loadKernels } from '../kernels.ts'
import { type LiveMessage, type LiveSetup, processorName } from './messages.ts'

export interface LiveGraph {
  /** Its inputs and outputs are the graph's, in their order; every output is stereo. */
  readonly node: AudioWorkletNode
  /**
   * Done when the audio thread's code is compiled, which it is by use: a context that is resumed only then (`suspend()` it
   * until then, if it may start by itself) misses no block at the start.
   */
  readonly ready: Promise<void>
  /** What was asked for last. */
  readonly graph: Graph
  /** Samples by which what is heard lags. */
  readonly latency: number
  /** By output; empty without `meters`. */
  readonly meters: Readonly<Record<string, LiveMeter>>
  /**
   * Another graph, heard without a click as soon as what was asked for before is: numbers within 0.05 s, nodes and edges
   * within 0.1 s.
   * @throws GraphError if it is not valid, RangeError if its inputs or outputs are others
   */
  update(graph: Graph): void
  close(): void
}
export interface LiveGraphOptions {
  /** Levels and spectra of the outputs, over shared memory: the page must be isolated. Default false. */
  readonly meters?: boolean
}

/** @throws GraphError, RangeError, Error where the page may not have shared memory */
export async function openLive(
  context: BaseAudioContext,
  graph: Graph,
  { meters = false }: LiveGraphOptions = {}
): Promise<LiveGraph> {
  const { sampleRate } = context,
    plan = livePlan(graph, sampleRate),
    inputs = Object.keys(graph.inputs),
    outputs = Object.keys(graph.outputs)
  if (meters && !globalThis.crossOriginIsolated)
    throw new Error(
      'meters need shared memory, which this page may not have; serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp'
    )
  const memory = meters ? meterMemory(outputs.length) : undefined,
    [kernels] = await Promise.all([loadKernels(), moduleOf(context)]),
    setup: LiveSetup = { kernels, plan, inputs, outputs, ...(memory && { meters: memory }) },
    node = new AudioWorkletNode(context, processorName, {
      numberOfInputs: inputs.length,
      numberOfOutputs: outputs.length,
      outputChannelCount: outputs.map(() => 2),
      processorOptions: setup
    }),
    send = (message: LiveMessage) => node.port.postMessage(message),
    ready = rehearsed(node, () => send({ rehearse: true }))
  let current = graph,
    latency = plan.latency
  return {
    node,
    ready,
    meters: memory
      ? Object.fromEntries(outputs.map((name, i) => [name, meterReader(memory, outputs.length, i, sampleRate)]))
      : {},
    get graph() {
      return current
    },
    get latency() {
      return latency
    },
    update(next) {
      checkPorts('inputs', inputs, next)
      checkPorts('outputs', outputs, next)
      const turn = changesBetween(current, next)
      if (turn?.length) send({ turn })
      else if (!turn) {
        const edit = liveEdit(current, next, sampleRate)
        latency = edit.plan.latency
        send({ edit })
      }
      current = next
    },
    close() {
      send({ close: true })
      node.disconnect()
    }
  }
}

/** Quanta: in Chromium no later one took longer than the last of some forty. */
const rehearsals = 100
/** One at a time, so that what sounds already has its turn between them. */
const rehearsed = (node: AudioWorkletNode, rehearse: () => void): Promise<void> =>
  new Promise(done => {
    let left = rehearsals
    node.port.onmessage = () => (--left > 0 ? rehearse() : done())
    rehearse()
  })

/** @throws RangeError */
function checkPorts(side: 'inputs' | 'outputs', names: readonly string[], graph: Graph): void {
  if (Object.keys(graph[side]).join('\n') !== names.join('\n'))
    throw new RangeError(
      `${side}: ${Object.keys(graph[side]).join(', ')}; a graph that is played keeps its ${side}, ${names.join(', ')}: open another`
    )
}

declare const MIXWRIGHT_WORKLET: string
const modules = new WeakMap<BaseAudioContext, Promise<void>>()
/** The worklet's code, once per context. */
function moduleOf(context: BaseAudioContext): Promise<void> {
  let module = modules.get(context)
  if (!module) {
    const url = URL.createObjectURL(new Blob([MIXWRIGHT_WORKLET], { type: 'text/javascript' }))
    module = context.audioWorklet.addModule(url).finally(() => URL.revokeObjectURL(url))
    modules.set(context, module)
  }
  return module
}
