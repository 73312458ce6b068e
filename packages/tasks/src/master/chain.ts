/** What a master consists of before its loudness, as data and as a graph. */
import { type Builder, builder, type End, type Graph, multiband, saturation } from '@mixwright/graph'
import { chain } from '../mix/chain.ts'
import type { Device, Reasoned } from '../mix/decisions.ts'

/** One kind of device in every band, each at its own threshold. */
export interface BandDynamics extends Reasoned {
  /** Hz */
  readonly crossovers: readonly number[]
  /** The compressor holds the louder parts; the gate, used as an expander, lets the softer ones fall. */
  readonly type: 'compressor' | 'noisegate'
  readonly params: Readonly<Record<string, number>>
  /** dB per band. */
  readonly thresholds: readonly number[]
}
export interface Saturation extends Reasoned {
  /** dB in front of the bend, and down behind it. */
  readonly drive: number
  /** As of the distortion. */
  readonly hardness: number
}
/** In signal order. What is absent or empty is not there. */
export interface MasterChain {
  /** dB in front of all, of a song far from where songs are. */
  readonly trim?: Reasoned & { readonly gain: number }
  /** Of both channels. */
  readonly eq: readonly Device[]
  readonly dynamics?: BandDynamics
  /** Of the sides alone. */
  readonly sides: readonly Device[]
  readonly saturation?: Saturation
}
export const emptyChain: MasterChain = { eq: [], sides: [] }

/** Everything that is done, in words. */
export const reasonsOf = ({ trim, eq, dynamics, sides, saturation }: MasterChain): string[] =>
  [...(trim ? [trim] : []), ...eq, ...(dynamics ? [dynamics] : []), ...sides, ...(saturation ? [saturation] : [])].map(
    ({ reason }) => reason
  )

/** @returns the end of the chain: `from` itself where nothing is done */
export function wireMaster(b: Builder, from: End, { trim, eq, dynamics, sides, saturation: bend }: MasterChain): End {
  let end = from
  if (trim) {
    end = b.node('trim', { type: 'gain', params: { gain: trim.gain }, note: trim.reason })
    b.wire(from, end)
  }
  end = chain(b, 'eq', end, eq)
  if (dynamics) {
    const { crossovers, type, params, thresholds, reason } = dynamics,
      bands = thresholds.map(threshold => ({ [type]: { type, params: { ...params, threshold }, note: reason } }))
    end = b.insert('dynamics', multiband(crossovers, bands), { main: end }).main!
  }
  if (sides.length > 0) {
    b.wire(end, b.node('sides/split', { type: 'midside-split' }))
    const merge = b.node('sides/merge', { type: 'midside-merge' })
    b.wire(['sides/split', 'mid'], ['sides/merge', 'mid'])
    b.wire(chain(b, 'sides', ['sides/split', 'side'], sides), ['sides/merge', 'side'])
    end = merge
  }
  if (bend) end = b.insert('saturation', saturation(bend.drive, bend.hardness), { main: end }).main!
  return end
}

/** Input `song`, output `toned`. */
export function tonedGraph(made: MasterChain, channels: 1 | 2): Graph {
  const b = builder('tone')
  b.output('toned', { channels }, wireMaster(b, b.input('song', { channels }), made))
  return b.graph()
}
