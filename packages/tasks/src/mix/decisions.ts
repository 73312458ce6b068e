/** What the mix decides, as plain data: to read, to edit, to build the console from. */
import type { Lane } from '@mixwright/graph'
import type { Cites } from './evidence.ts'
import type { Fault } from './faults.ts'
import type { Ride } from './ride.ts'
import type { Group, Role } from './roles.ts'

/** Why: one line, in the field's words, that names the measurement behind it. */
export interface Reasoned {
  readonly reason: string
  /** The measure that it is there to improve; absent where the user asked for it. */
  readonly cites?: Cites
}

/** One processor in a chain. */
export interface Device extends Reasoned {
  /** Its name in the chain: `hp`, `eq-1`, `comp` … */
  readonly slot: string
  /** A processor's id (or one of `wirings`), and its parameters. */
  readonly type: string
  readonly params: Readonly<Record<string, number>>
  /** What drives the sidechain instead of the signal itself: the signal through this filter. */
  readonly key?: { readonly type: string; readonly params: Readonly<Record<string, number>> }
  /** Parameters that move over the song, in place of their number. */
  readonly lanes?: Readonly<Record<string, Lane>>
  /** What swings it: an oscillator (`lfo`) at one of its inlets, turned by so many dB. */
  readonly modulator?: {
    readonly inlet: string
    readonly params: Readonly<Record<string, number | string>>
    readonly depth: number
  }
}
/** Whether it stands still, as devices of workstations do that nobody automates. */
export const standsStill = ({ lanes, modulator }: Pick<Device, 'lanes' | 'modulator'>): boolean => !lanes && !modulator

/** The effects that stems send to. `width` is a decorrelated copy on the sides only, which vanishes in mono. */
export const returns = ['room', 'hall', 'delay', 'width'] as const
export type Return = (typeof returns)[number]
export interface Send extends Reasoned {
  readonly to: Return
  /** dB after the fader. */
  readonly gain: number
}

export interface StemDecision {
  readonly stem: string
  readonly role: Role
  readonly confidence: number
  readonly roleFrom: string
  readonly group: Group
  /** It leads the song: the others make room for it. */
  readonly lead?: Reasoned
  /** It does not play in the mix. `keyed`: the glue of its group still hears it, so that the others keep their level.
   * `empty`: it holds nothing, so that muting it changes nothing. */
  readonly muted?: Reasoned & { readonly keyed?: boolean; readonly empty?: boolean }
  /** The user wants it to stay as it is: only its fader is set, with that of the others that are locked. */
  readonly locked?: true
  /** What was found wrong with the recording. */
  readonly faults: readonly Fault[]
  /** In signal order, before the fader. */
  readonly chain: readonly Device[]
  readonly fader: Reasoned & { readonly gain: number }
  /** How the level moves with the song, behind the fader; absent: it does not. */
  readonly ride?: Ride
  /** Behind the glue of its group, so that nothing else moves: devices in signal order, absent where there are none. */
  readonly after?: readonly Device[]
  /** dB behind the glue of its group, sends included: the stem moves and nothing else does. */
  readonly trim?: Reasoned & { readonly gain: number }
  /** Absent: it stays where it was recorded. */
  readonly pan?: Reasoned & { readonly pan: number }
  readonly sends: readonly Send[]
}

export interface GroupDecision {
  readonly group: Group
  readonly gain: number
  /**
   * A compressor that all members share: each is turned down by what the sum of all asks for, so that stems still add
   * up.
   */
  readonly glue?: Device
}
export interface ReturnDecision extends Reasoned {
  readonly name: Return
  readonly chain: readonly Device[]
  /** dB into the mix bus. */
  readonly gain: number
}

/** Stems that are also written by themselves, as the mix plays them, beside the mix without them. */
export interface Apart {
  readonly name: string
  readonly stems: readonly string[]
}

export interface Decisions {
  readonly stems: readonly StemDecision[]
  readonly groups: readonly GroupDecision[]
  readonly returns: readonly ReturnDecision[]
  readonly mixBus: readonly Device[]
  readonly apart?: readonly Apart[]
}

/** To a number of decimals. */
export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits)) + 0
/** Bounded, to hundredths. */
export const within = (min: number, max: number, value: number): number =>
  rounded(Math.max(min, Math.min(max, value)), 2)
/** What a fader of the console can be set to, dB. */
export const faderRange = { min: -60, max: 24 } as const
export const inFaderRange = (gain: number): boolean => gain >= faderRange.min && gain <= faderRange.max
export const onFader = (gain: number): number => rounded(Math.max(faderRange.min, Math.min(faderRange.max, gain)))
export const signed = (value: number, digits = 1): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(digits)}`
export const hertz = (f: number): string =>
  f >= 1000 ? `${Number((f / 1000).toPrecision(2))} kHz` : `${Number(f.toPrecision(2))} Hz`
export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.095 ? 1 : 0)} %`
