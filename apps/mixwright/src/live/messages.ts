/** What page and AudioWorklet say to each other. */
import type { Kernels } from '@mixwright/dsp'
import type { Change, Edit, Plan } from '@mixwright/graph'

export const processorName = 'mixwright-live'
export interface LiveSetup {
  readonly kernels: Kernels
  readonly plan: Plan
  /** Names of the ports, in the order of the node's. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly meters?: SharedArrayBuffer
}
/** A rehearsal is answered when it is done. */
export type LiveMessage =
  | { readonly turn: readonly Change[] }
  | { readonly edit: Edit }
  | { readonly rehearse: true }
  | { readonly close: true }
