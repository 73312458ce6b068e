/** Parameters of every unit, to declare processors and options with. */
import type { ChoiceParam, Modulation, Unit } from './define.ts'

export interface NumberOptions {
  readonly modulate?: Modulation
  readonly gradient?: 'exact' | 'none'
  readonly integer?: boolean
  readonly jumps?: boolean
  readonly was?: string
}
const number =
  (unit: Unit, scale: 'linear' | 'log') =>
  <const O extends NumberOptions>(min: number, max: number, init: number, doc: string, options?: O) =>
    ({ kind: 'number', unit, scale, min, max, default: init, doc, ...options }) as {
      kind: 'number'
      unit: Unit
      scale: 'linear' | 'log'
      min: number
      max: number
      default: number
      doc: string
    } & O
/** Each takes (min, max, default, doc, options?). */
export const hz = number('Hz', 'log')
export const dB = number('dB', 'linear')
export const ms = number('ms', 'log')
export const msLinear = number('ms', 'linear')
export const ratio = number(':1', 'log')
export const quality = number('', 'log')
export const amount = number('', 'linear')
export const degrees = number('degrees', 'linear')
export const semitones = number('semitones', 'linear')
export const bits = number('bit', 'linear')
export const samples = number('samples', 'linear')
export const choice = <const T extends string>(
  options: readonly T[],
  init: NoInfer<T>,
  doc: string
): ChoiceParam<T> => ({ kind: 'choice', options, default: init, doc })
