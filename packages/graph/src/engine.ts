/**
 * Runs a plan. [audio thread] for `forward` of graphs of kernels: no allocation, no throw.
 * The offline renderer, the gradients, workers and the AudioWorklet all run this.
 */
import {
  instantiate,
  type KernelFunction,
  type Kernels,
  type Processor,
  processors,
  type Registry,
  reservedBytes,
  type Samples
} from '@mixwright/dsp'
import { createHosts } from './hosts.ts'
import { createInterpreter, type Execute } from './interpreter.ts'
import type { Plan } from './plan.ts'

export interface Engine {
  readonly plan: Plan
  /**
   * The arrays to fill before `forward` and to read after it: two channels of `chunk` samples. A mono input goes into
   * both.
   */
  readonly inputs: Readonly<Record<string, readonly Samples[]>>
  readonly outputs: Readonly<Record<string, readonly Samples[]>>
  readonly inputGradients: Readonly<Record<string, readonly Samples[]>>
  readonly outputGradients: Readonly<Record<string, readonly Samples[]>>
  /** All memory of processors as at the start, time zero. */
  reset(): void
  /** `frames` ≤ chunk samples; all but the last call of a stream take a multiple of the control period. */
  forward(frames: number): void
  /**
   * Goes on where `other` is: at its time, with all its memory if both run the same plan, else with that of the nodes
   * that both have. `was`: names in the other one that differ.
   */
  follow(other: Engine, was?: Readonly<Record<string, string>>): void
  /** The lanes of these edges of the graph begin now. */
  startLanes(edges: readonly number[]): void
  /** Parameter of a node (not automated), in its own unit, from the next block on. */
  set(node: string, param: string, value: number): void
  /** What `set` has set, or the plan. */
  value(node: string, param: string): number
  /** Gain in dB of the edge with that index in the graph (one that states a gain). */
  setEdge(edge: number, gain: number): void
  readonly internals: Internals
}
/** What gradients.ts needs beyond a stream. */
export interface Internals {
  /** Samples since the start. */
  readonly time: () => number
  readonly bytes: Uint8Array
  readonly doubles: Float64Array
  readonly execute: Execute
  readonly laneGradients: readonly Float64Array[]
  restart(address: number): void
}

/** Instantiates the kernels over a memory of the plan's size. One engine = one stream. */
export function load(plan: Plan, kernels: Kernels, registry: Registry = processors): Engine {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(plan.bytes / 65536) + 1, maximum: 65536 })
  const { buffer } = memory
  const functions = functionsOf(plan, instantiate(kernels, memory))
  const bytes = new Uint8Array(buffer)
  const words = new Uint32Array(buffer)
  const doubles = new Float64Array(buffer)
  const reals: Samples = plan.real === 'f32' ? new Float32Array(buffer) : doubles
  const elementBytes = reals.BYTES_PER_ELEMENT
  const views = (ports: Plan['inputs']) =>
    Object.fromEntries(
      Object.entries(ports).map(([name, channels]) => [
        name,
        channels.map(address => reals.subarray(address / elementBytes, address / elementBytes + plan.chunk))
      ])
    )
  bytes.set(plan.image, reservedBytes)
  const hosts = createHosts(plan, registry as Readonly<Record<string, Processor>>, buffer, functions)
  const laneGradients = plan.lanes.map(lane => new Float64Array(lane.track.values.length))
  const laneStarts = new Float64Array(plan.lanes.length)
  const execute = createInterpreter({ plan, functions, doubles, reals, hosts, laneGradients, laneStarts })
  const begin = (address: number) => {
    for (const { offset, values } of plan.state.words) words.set(values, (address + offset) / 4)
  }
  const restart = (address: number) => {
    bytes.fill(0, address, address + plan.state.bytes)
    begin(address)
  }
  const homeOf = (node: string, param: string) => {
    const home = plan.params[node]?.[param]
    if (!home) throw new RangeError(`the plan has no parameter ${node}.${param}`)
    return { at: home.address / elementBytes, lanes: home.lanes }
  }
  let time = 0
  // New memory holds zeros.
  begin(plan.state.at)
  return {
    plan,
    inputs: views(plan.inputs),
    outputs: views(plan.outputs),
    inputGradients: views(plan.inputGradients),
    outputGradients: views(plan.outputGradients),
    reset() {
      time = 0
      restart(plan.state.at)
    },
    forward(frames) {
      for (let start = 0; start < frames; start += plan.block)
        execute(plan.forward, 0, start, Math.min(plan.block, frames - start), time + start)
      time += frames
    },
    follow({ plan: from, internals }, was = {}) {
      time = internals.time()
      if (from === plan) {
        bytes.set(internals.bytes)
        return
      }
      for (const [node, { at, bytes: length, layout }] of Object.entries(plan.memories)) {
        const [id, ...rest] = node.split('\n') as [string, ...string[]],
          old = from.memories[[was[id] ?? id, ...rest].join('\n')]
        if (old?.layout === layout) bytes.set(internals.bytes.subarray(old.at, old.at + length), at)
      }
    },
    startLanes(edges) {
      for (const edge of edges) laneStarts[plan.edges[edge]!.lane!] = time
    },
    set(node, param, value) {
      const { at, lanes } = homeOf(node, param)
      reals.fill(value, at, at + lanes)
    },
    value: (node, param) => reals[homeOf(node, param).at]!,
    setEdge(edge, gain) {
      const home = plan.edges[edge]
      if (!home) throw new RangeError(`edge ${edge} states no gain`)
      doubles[home.gain / 8] = 10 ** (gain / 20)
    },
    internals: { time: () => time, bytes, doubles, execute, laneGradients, restart }
  }
}

/** @throws Error if the kernel module is older than the plan */
function functionsOf(plan: Plan, exports: Readonly<Record<string, KernelFunction>>): KernelFunction[] {
  return plan.functions.map(name => {
    if (!exports[name]) throw new Error(`the kernel module has no ${name}; rebuild it`)
    return exports[name]
  })
}
