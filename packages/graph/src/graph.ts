/**
 * A graph is data: processors wired together. This is the file format too (file.ts reads, checks and migrates it).
 */
import type { Port as PortDoc } from '@mixwright/dsp'

/** Breakpoints [seconds, value], ascending in time: linear between them, held before the first and after the last. */
export interface Lane {
  readonly lane: readonly (readonly [seconds: number, value: number])[]
}
export type Automatable = number | Lane
export type Value = Automatable | string

/** One of the graph's own inputs or outputs. */
export interface GraphPort {
  readonly channels: 1 | 2
  readonly doc?: PortDoc['doc']
}

export interface Node {
  /** A processor's id. */
  readonly type: string
  /** In the processor's own units; what is missing has its default. */
  readonly params?: Readonly<Record<string, Value>>
  /** The main inlet passes unchanged. */
  readonly bypass?: boolean
  /** Why it is there: one line for people. */
  readonly note?: string
}

/** [node, port]; the graph's own ports are the outlets of the node `input` and the inlets of the node `output`. */
export type End = readonly [node: string, port: string]
export interface Edge {
  readonly from: End
  readonly to: End
  /** dB, default 0. Only an edge that states a gain takes part in gradients. */
  readonly gain?: Automatable
}

export interface Graph {
  readonly version: 1
  readonly name?: string
  readonly inputs: Readonly<Record<string, GraphPort>>
  readonly outputs: Readonly<Record<string, GraphPort>>
  readonly nodes: Readonly<Record<string, Node>>
  readonly edges: readonly Edge[]
}

/** The reserved node names that stand for the graph's own ports. */
export const input = 'input',
  output = 'output'
export const isLane = (value: Value | undefined): value is Lane => typeof value === 'object'
