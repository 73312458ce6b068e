/** Signals, settings and sums for the rules. */
import type { NumberParam, Params, Processor } from '../../src/define.ts'
import { fromUnit, inletsOf, show } from '../../src/derive.ts'
import { type Settings, stereo, type Stereo } from '../harness.ts'

export const rate = 8000
export const frames = 600

/** Uniform in −1 … 1. */
export function seeded(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    a = Math.imul(a ^ (a >>> 12), 0x297a2d39) >>> 0
    return ((a ^ (a >>> 15)) >>> 0) / 2 ** 31 - 1
  }
}
export function noise(seed: number, level = 0.5, n = frames): Stereo {
  const r = seeded(seed)
  return stereo(n, () => level * r())
}
export const silence = (n = frames): Stereo => stereo(n, () => 0)
/** Sounds by itself: nothing has to be wired to it. */
export const isSource = (def: Processor): boolean => inletsOf(def).every(inlet => inlet.optional)
/** Main inlets get sound, modulation inlets a slow small signal, gates open and close. */
export const signals = (def: Processor, seed: number, level = 0.5, n = frames): Stereo[] =>
  inletsOf(def).map((inlet, k) =>
    inlet.modulates
      ? stereo(n, (i, c) => 0.3 * Math.sin(0.02 * i + c + k))
      : inlet.gate
        ? stereo(n, (i, c) => ((i + 30 * c) % 250 < 180 ? 1 : 0))
        : noise(seed + k, level, n)
  )

const dotOf = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)
export const dot = (a: readonly Stereo[], b: readonly Stereo[]): number =>
  a.reduce((sum, pair, k) => sum + dotOf(pair[0], b[k]![0]) + dotOf(pair[1], b[k]![1]), 0)
export const energy = (a: readonly Stereo[]): number => dot(a, a)
/** a + step b */
export const plus = (a: readonly Stereo[], b: readonly Stereo[], step = 1): Stereo[] =>
  a.map((pair, k) => stereo(pair[0].length, (i, c) => pair[c]![i]! + step * b[k]![c]![i]!))
export const minus = (a: readonly Stereo[], b: readonly Stereo[]): Stereo[] => plus(a, b, -1)
export const single = (a: readonly Stereo[]): Stereo[] =>
  a.map(pair => stereo(pair[0].length, (i, c) => Math.fround(pair[c]![i]!)))
export const dB = (ratio: number): number => 10 * Math.log10(Math.max(ratio, 1e-30))
export const finite = (a: readonly Stereo[]): boolean => a.every(pair => pair.every(c => c.every(Number.isFinite)))

export const numbersOf = (def: Processor): [string, NumberParam][] =>
  Object.entries(def.params as Params).filter((e): e is [string, NumberParam] => e[1].kind === 'number')
/** Parameters with an exact gradient. */
export const differentiable = (def: Processor): [string, NumberParam][] =>
  numbersOf(def).filter(([, param]) => param.gradient !== 'none')
/** Places of parameters that shape memory are brought near the beginning of their range: memory stays small. */
const placed = (def: Processor, name: string, param: NumberParam, unit: number) =>
  fromUnit(param, def.kernel?.shape?.includes(name) ? unit * 0.001 : unit)
/** All parameters at the same place of their ranges: 0 and 1 are the ends, 0.5 is often neutral. */
export function at(def: Processor, unit: number): Settings {
  const place = (name: string, param: Params[string]) =>
    param.kind === 'choice'
      ? param.options[Math.floor(unit * 0.999 * param.options.length)]!
      : placed(def, name, param, unit)
  return Object.fromEntries(Object.entries(def.params as Params).map(([name, param]) => [name, place(name, param)]))
}
/**
 * Every parameter at a place of its own, in 0.1 … 0.4 or 0.6 … 0.9 of its range: not where many are neutral, and no two
 * alike, so that no term vanishes. With the seed, choices take turns, and so do what has no gradient (an order, a wait)
 * and its least.
 */
export function drawn(def: Processor, seed: number): Settings {
  const random = seeded(0x51ed + 7919 * seed)
  const place = (name: string, param: Params[string]) => {
    const r = random()
    if (param.kind === 'number' && param.gradient === 'none' && seed % 2 === 0) return placed(def, name, param, 0)
    return param.kind === 'choice'
      ? param.options[seed % param.options.length]!
      : placed(def, name, param, 0.5 + Math.sign(r) * (0.1 + 0.3 * Math.abs(r)))
  }
  return Object.fromEntries(Object.entries(def.params as Params).map(([name, param]) => [name, place(name, param)]))
}
/** Settings in words. */
export const written = (def: Processor, values: Settings): string =>
  Object.entries(def.params as Params)
    .map(([name, param]) => `${name} ${show(param, values[name]!)}`)
    .join(', ')

/** Every way to connect the optional inlets. */
export const connections = (def: Processor): string[][] =>
  inletsOf(def)
    .filter(i => i.optional)
    .reduce<string[][]>((sets, i) => sets.flatMap(set => [set, [...set, i.name]]), [[]])
export const wires = (connect: string[]): string =>
  connect.length ? `with ${connect.join(' and ')} connected` : 'with nothing optional connected'

export interface Comparison {
  /** The central difference that comes closest. */
  readonly measured: number
  /** Its relative error, or the slope's. */
  readonly error: number
}
/** Steps either way, what is likeliest to do first: kinks spoil long ones, rounding short ones. */
const steps = [1e-5, 1e-4, 1e-6, 1e-3, 1e-7]
/** A relative error with which no further step is tried: a tenth of what gradients are held to. */
const enough = 1e-6
/**
 * A slope against the central difference of the best of several steps.
 * @param floor of the size that errors are relative to: where a slope cancels, its rounding stays
 */
export function compared(slope: number, f: (step: number) => number, floor = 1e-9): Comparison {
  let best: Comparison = { measured: Number.NaN, error: Number.POSITIVE_INFINITY }
  for (const step of steps) {
    const measured = (f(step) - f(-step)) / (2 * step),
      error = Math.abs(measured - slope) / Math.max(Math.abs(slope), Math.abs(measured), floor)
    if (Number.isNaN(error)) return { measured, error }
    if (error < best.error) best = { measured, error }
    if (error < enough) break
  }
  return best
}
