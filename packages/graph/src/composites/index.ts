/**
 * Composite devices: functions that return graphs of ordinary processors, so that each stays open, editable and
 * differentiable.
 */
import type { ProcessorId } from '@mixwright/dsp'
import { chain } from '../compose.ts'
import type { Automatable, Graph, Node } from '../graph.ts'

type Settings = Readonly<Record<string, Automatable>>
/** One band of an equaliser: which filter, and its parameters. */
export interface EqBand {
  readonly type: ProcessorId
  readonly params: Settings
  readonly note?: string
}

const node = (type: string, params: Settings): Node => ({ type, params })
const numbered = (bands: readonly EqBand[]): Record<string, Node> =>
  Object.fromEntries(
    bands.map(({ type, params, note }, i) => [
      `eq-${i + 1}`,
      { ...node(type, params), ...(note !== undefined && { note }) }
    ])
  )

/** Any number of filters in series (low cut, shelves, bells, high cut): `eq-1`, `eq-2`, … */
export const parametricEq = (bands: readonly EqBand[]): Graph => chain(numbered(bands), 'parametric EQ')

export interface Strip {
  /** true: polarity reversed */
  readonly polarity?: boolean
  readonly gate?: Settings
  readonly eq?: readonly EqBand[]
  readonly compressor?: Settings
  /** dB */
  readonly gain?: Automatable
  /** −1 … 1 */
  readonly pan?: Automatable
}
/** A console channel: polarity, gate, EQ, compressor, fader, pan; what is not given is not there. */
export const channelStrip = (strip: Strip): Graph =>
  chain(
    {
      ...(strip.polarity && { polarity: { type: 'polarity' } }),
      ...(strip.gate && { gate: node('noisegate', strip.gate) }),
      ...numbered(strip.eq ?? []),
      ...(strip.compressor && { compressor: node('compressor', strip.compressor) }),
      ...(strip.gain !== undefined && { fader: node('gain', { gain: strip.gain }) }),
      ...(strip.pan !== undefined && { pan: node('panning', { pan: strip.pan }) })
    },
    'channel strip'
  )

export interface Bus {
  readonly eq?: readonly EqBand[]
  readonly compressor?: Settings
  readonly width?: Automatable
  readonly gain?: Automatable
  readonly limiter?: Settings
}
/** A stereo bus: EQ, glue compressor, width, gain, limiter. */
export const mixBus = (bus: Bus): Graph =>
  chain(
    {
      ...numbered(bus.eq ?? []),
      ...(bus.compressor && { glue: node('compressor', bus.compressor) }),
      ...(bus.width !== undefined && { width: node('imager', { width: bus.width }) }),
      ...(bus.gain !== undefined && { gain: node('gain', { gain: bus.gain }) }),
      ...(bus.limiter && { limiter: node('limiter', bus.limiter) })
    },
    'mix bus'
  )

/** Bends peaks and leaves the rest: the level goes up by `drive` (dB) in front of the bend and down again behind it. */
export const saturation = (drive: Automatable, hardness: Automatable = 0): Graph =>
  chain(
    {
      drive: node('gain', { gain: drive }),
      bend: node('distortion', { gain: 0, hardness }),
      level: node('gain', { gain: typeof drive === 'number' ? -drive : { lane: drive.lane.map(([t, v]) => [t, -v]) } })
    },
    'saturation'
  )
export { type Band, multiband } from './multiband.ts'
export { type Voice, voice } from './voice.ts'
