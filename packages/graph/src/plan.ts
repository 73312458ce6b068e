/**
 * A graph compiled: addresses in one memory and flat lists of calls, as plain data that can be posted to a thread.
 * compile.ts makes it, engine.ts loads and runs it.
 */
import type { Real, Registry } from '@mixwright/dsp'
import type { Track } from './automation.ts'

export interface PlanOptions {
  /** Hz */
  readonly sampleRate: number
  /** f32 ships; f64 is the oracle. Default f32. */
  readonly real?: Real
  /**
   * Samples per call of a kernel, a multiple of 64. Default 512; with gradients 2048, because kept signals come back
   * faster in long pieces.
   */
  readonly block?: number
  /** Samples that go in and out at once, a multiple of `block`. Default 8192. */
  readonly chunk?: number
  readonly registry?: Registry
  /** Samples by which inputs are late already: what another part of the same graph has delayed (partition.ts). */
  readonly arrivals?: Readonly<Record<string, number>>
  /** Share lanes between nodes (default). Off only to measure what it gives. */
  readonly lanes?: boolean
  /** Prepare for gradients of an excerpt of `frames` samples. */
  readonly gradients?: {
    readonly frames: number
    /** Also with respect to the inputs. */
    readonly inputs?: boolean
    /**
     * Blocks whose signals are kept at once; default: where checkpoints and kept signals cost the same memory. Infinity
     * keeps all.
     */
    readonly keep?: number
  }
}

export interface LaneInfo {
  readonly track: Track
  /** Samples by which the signal arrives late where the lane acts: the lane is read that much later, grid and all. */
  readonly shift: number
  readonly node?: string
  readonly param?: string
  readonly edge?: number
  readonly octaves?: boolean
  /** The breakpoints' values in the parameter's own unit, where the signal's differ. */
  readonly physical?: Float64Array
}
/** A parameter that is held through each control period at what its lane says. */
export interface Follower {
  readonly address: number
  readonly gp: number
  readonly lane: number
}
/**
 * A group whose parameters follow lanes from period to period: the functions of its kernel, or its index in `hosts`.
 * `clear`: it has a clock, which starts with the signal; until then these pairs of lanes are silent.
 */
export interface AutomatedCall {
  readonly by: { readonly fn: number; readonly adjoint: number; readonly record: number } | { readonly host: number }
  readonly shift: number
  readonly params: readonly Follower[]
  clear?: { readonly fn: number; readonly y: readonly number[]; readonly gx: readonly number[] }
}
/** A processor in TypeScript: planar scratch addresses per port and channel. */
export interface HostCall {
  readonly id: string
  readonly values: readonly number[]
  readonly params: number
  readonly gp: number
  readonly x: readonly number[]
  readonly y: readonly number[]
  gx: number[]
  gy: number[]
  readonly planarX: readonly number[]
  readonly planarY: readonly number[]
  readonly planarTape: readonly number[]
  readonly planarGx: readonly number[]
  readonly planarGy: readonly number[]
  readonly state: number
  readonly adjointState: number
  readonly stateWords: number
}
export interface ParamHome {
  readonly address: number
  /** How many numbers from there on: one of each lane of the node. */
  readonly lanes: 1 | 2
  readonly gp: number
  readonly lane?: number
}

export interface Plan {
  readonly real: Real
  readonly sampleRate: number
  readonly block: number
  readonly chunk: number
  /** Samples by which the outputs lag behind the inputs. */
  readonly latency: number
  readonly bytes: number
  /** What the memory holds from `reservedBytes` on, before the first call. */
  readonly image: Uint8Array
  readonly functions: readonly string[]
  readonly forward: Int32Array
  readonly taped: Int32Array
  readonly backward: Int32Array
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly outputs: Readonly<Record<string, readonly number[]>>
  readonly inputGradients: Readonly<Record<string, readonly number[]>>
  readonly outputGradients: Readonly<Record<string, readonly number[]>>
  readonly state: {
    readonly at: number
    readonly bytes: number
    readonly words: readonly { readonly offset: number; readonly values: readonly number[] }[]
  }
  /**
   * The memory of nodes (and of what aligns them) that share lanes with no other. `layout`: what must agree for another plan
   * to take it over.
   */
  readonly memories: Readonly<Record<string, { readonly at: number; readonly bytes: number; readonly layout: string }>>
  readonly adjointState: number
  readonly gp: { readonly at: number; readonly bytes: number }
  readonly segment: number
  readonly frames: number
  readonly params: Readonly<Record<string, Readonly<Record<string, ParamHome>>>>
  readonly edges: Readonly<Record<number, { readonly gain: number; readonly sums: number; readonly lane?: number }>>
  readonly lanes: readonly LaneInfo[]
  readonly automated: readonly AutomatedCall[]
  readonly hosts: readonly HostCall[]
  readonly scratch: number
  /** How it turned out: for benchmarks and curiosity. */
  readonly facts: {
    readonly groups: number
    readonly buffers: number
    readonly calls: number
    readonly stateBytes: number
  }
}
