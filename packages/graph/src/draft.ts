/** A plan in the making: what its steps after packing share. Addresses are bytes. */
import { type Env, type Real, reservedBytes } from '@mixwright/dsp'
import { countReaders, type Group, inSeries, keptGroups, type Tap } from './groups.ts'
import type { Cell, Net } from './lower.ts'
import type { AutomatedCall, Follower, HostCall, LaneInfo } from './plan.ts'

/** Where a group's own things lie. `adjointState`, `tape`: 0 without gradients. */
export interface Home {
  readonly record: number
  readonly params: number
  readonly state: number
  readonly adjointState: number
  readonly gp: number
  tape: number
  /** Parameters that are held at what a lane says. */
  readonly followers: readonly Follower[]
}

/** What the options decide. Lengths are samples. */
export interface Shape {
  readonly env: Env
  readonly real: Real
  /** Stereo pairs per lane group. */
  readonly width: number
  readonly gradients: boolean
  readonly inputGradients: boolean
  readonly block: number
  readonly chunk: number
  /** Samples of the excerpt, in whole blocks; 0 without gradients. */
  readonly frames: number
  /** Samples whose signals are kept at once. */
  readonly segment: number
}

export interface Draft extends Shape {
  readonly net: Net
  readonly order: readonly Group[]
  readonly readers: (group: Group, outlet: number) => number
  /** Bytes of one number, and of a stereo pair. */
  readonly elementBytes: number
  readonly pairBytes: number
  /** Where a member of a group has its lanes, in bytes. */
  readonly seat: (group: Group, member: number) => number
  alloc(bytes: number): number
  /** The first byte that is not allocated. */
  top(): number
  /** Number of an exported function of the kernels. */
  fn(name: string): number
  readonly functions: readonly string[]
  readonly homes: Map<Group, Home>
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
  readonly gains: Map<Tap, { gain: number; sums: number; lane: number }>
  /** The tables that calls index, and who stands where in them. */
  readonly lanes: LaneInfo[]
  readonly laneOf: Map<Cell, number>
  readonly automated: AutomatedCall[]
  readonly automatedOf: Map<Group, number>
  readonly hosts: HostCall[]
  readonly hostOf: Map<Group, number>
  /** Address of an f64 that is 1. */
  readonly one: number
  /** Groups whose signals last longer than the block: none without gradients. */
  readonly kept: ReadonlySet<Group>
  /** A group → the group that it feeds and that runs with it in one call. */
  readonly series: ReadonlyMap<Group, Group>
  buffers: number
}

export const align16 = (bytes: number): number => Math.ceil(bytes / 16) * 16

export function draftOf(net: Net, order: readonly Group[], shape: Shape): Draft {
  const elementBytes = shape.real === 'f32' ? 4 : 8
  const readers = countReaders(order)
  const tapped = new Set(Object.values(net.outputs).map(source => source.cell))
  const functions: string[] = []
  let top = reservedBytes
  const alloc = (bytes: number) => {
    const at = top
    top += align16(bytes)
    return at
  }
  return {
    ...shape,
    net,
    order,
    readers,
    series: inSeries(order, readers, group => group.members.some(cell => tapped.has(cell))),
    kept: shape.gradients ? keptGroups(order) : new Set(),
    elementBytes,
    pairBytes: 2 * elementBytes,
    seat: ({ lanes }, member) => lanes * elementBytes * member,
    alloc,
    top: () => top,
    fn(name) {
      const i = functions.indexOf(name)
      return i >= 0 ? i : functions.push(name) - 1
    },
    functions,
    homes: new Map(),
    x: new Map(),
    y: new Map(),
    gx: new Map(),
    gy: new Map(),
    planar: { inputs: {}, outputs: {}, inputGradients: {}, outputGradients: {} },
    gains: new Map(),
    lanes: [],
    laneOf: new Map(),
    automated: [],
    automatedOf: new Map(),
    hosts: [],
    hostOf: new Map(),
    one: alloc(16),
    buffers: 0
  }
}
