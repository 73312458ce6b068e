/** The language of call lists, and what their emitters share while a plan is made. */
import type { Real } from '@mixwright/dsp'
import type { Group, Tap } from './groups.ts'
import type { Cell, Net } from './lower.ts'

/** Operations of a call list. Each call is `callWords` numbers: operation and up to five operands. */
export const op = {
  run: 0,
  runAutomated: 1,
  host: 2,
  route: 3,
  ramp: 4,
  weave: 5,
  unweave: 6,
  clear: 7,
  line: 8,
  adjoint: 9,
  adjointAutomated: 10,
  hostAdjoint: 11,
  routeBack: 12,
  rampBack: 13,
  weaveBack: 14,
  unweaveBack: 15,
  clearBack: 16,
  dot: 17,
  lineBack: 18,
  run2: 19,
  adjoint2: 20
} as const
export const callWords = 6

/** Everything the emitters of calls share. Addresses are bytes. */
export interface Draft {
  readonly order: readonly Group[]
  readonly readers: (group: Group, outlet: number) => number
  readonly net: Net
  readonly real: Real
  readonly width: number
  readonly pairBytes: number
  readonly gradients: boolean
  readonly inputGradients: boolean
  readonly block: number
  readonly segment: number
  alloc(bytes: number): number
  fn(name: string): number
  readonly x: Map<Group, number[]>
  readonly y: Map<Group, number[]>
  readonly gx: Map<Group, number[]>
  readonly gy: Map<Group, (number | undefined)[]>
  readonly planar: {
    readonly inputs: Record<string, number[]>
    readonly outputs: Record<string, number[]>
    readonly inputGradients: Record<string, number[]>
    readonly outputGradients: Record<string, number[]>
  }
  readonly records: Map<Group, number>
  readonly gains: Map<Tap, { gain: number; sums: number; lane: number }>
  readonly laneOf: Map<Cell, number>
  readonly automatedOf: Map<Group, number>
  readonly hostOf: Map<Group, number>
  /** Address of an f64 that is 1. */
  readonly one: number
  /** Groups whose signals last longer than the block: none without gradients. */
  readonly kept: ReadonlySet<Group>
  /** A group → the group that it feeds and that runs with it in one call. */
  readonly series: ReadonlyMap<Group, Group>
  buffers: number
}

export function pushCall(list: number[], words: readonly number[]): void {
  list.push(...words)
  for (let i = words.length; i < callWords; i++) list.push(0)
}
