/** What both rigs of the harness share: the shape of a bench, signals, blocks, settings. */
import type { Params, Processor } from '../src/define.ts'
import { defaultsOf } from '../src/derive.ts'
import type { Real } from '../src/kernels.ts'

/** Left and right. */
export type Stereo = readonly [Float64Array, Float64Array]
export type Settings = Readonly<Record<string, number | string>>
export interface Rig {
  readonly inlets: readonly string[]
  readonly outlets: readonly string[]
  /**
   * Forward from a reset. `blocks`: lengths of the calls, repeated until the end. Outlets and tape are full of NaN
   * before, so that a sample that is not written is seen.
   */
  run(x: readonly Stereo[], options?: { blocks?: readonly number[]; keep?: boolean }): Stereo[]
  /**
   * Backward over the last `run` with `keep`: gradients of inlets (full of NaN before), and of parameters by name,
   * which are added to those of `gp`.
   */
  adjoint(
    gy: readonly Stereo[],
    options?: { blocks?: readonly number[]; gp?: Readonly<Record<string, number>> }
  ): { gx: Stereo[]; gp: Record<string, number> }
  /** Continues without a reset. */
  more(x: readonly Stereo[]): Stereo[]
}
export interface RigOptions {
  readonly real?: Real
  readonly rate: number
  readonly frames: number
  readonly values?: Settings
  /** Optional inlets that are connected. */
  readonly connect?: readonly string[]
  /** f32: the node sits in the second pair of the group, and another with other settings in the first. */
  readonly pair?: 0 | 1
  /** f32: nobody is in the other pair, as where a plan finds no partner: silence. */
  readonly only?: boolean
  /** A kernel's outlet that shares its buffer with an inlet, as plans have it where nobody reads that any more. */
  readonly over?: readonly [outlet: number, inlet: number]
}

export const stereo = (n: number, f: (i: number, channel: number) => number): Stereo => [
  new Float64Array(n).map((_, i) => f(i, 0)),
  new Float64Array(n).map((_, i) => f(i, 1))
]
/** Where the calls of a run of `n` samples begin, and how long they are. */
export function split(n: number, blocks: readonly number[]): { at: number; n: number }[] {
  const list: { at: number; n: number }[] = []
  for (let at = 0, k = 0; at < n; k++) {
    const size = Math.min(blocks[k % blocks.length]!, n - at)
    list.push({ at, n: size })
    at += size
  }
  return list
}
export const complete = (def: Processor, values: Settings = {}): Record<string, number | string> => ({
  ...defaultsOf(def.params as Params),
  ...values
})
