/** The fewest filters that make a curve. */
import { type CutFilter, type EqFilter, type NumberParam, powerResponse, processors } from '@mixwright/dsp'
import { solveSymmetric } from '../fit/cholesky.ts'

/** A filter by the id of its processor. */
export interface Filter {
  readonly type: EqFilter | CutFilter
  readonly frequency: number
  readonly q: number
  /** dB; 0 for those that cut. */
  readonly gain: number
}
export interface Curve {
  /** Hz */
  readonly frequencies: readonly number[]
  /** dB */
  readonly levels: readonly number[]
  /** How much each counts; 0: not at all. */
  readonly weights: readonly number[]
}
export interface FilterFit {
  readonly filters: readonly Filter[]
  /** dB over all frequencies. */
  readonly offset: number
  /** Weighted root mean square that is left, dB. */
  readonly left: number
}
export interface FilterLimits {
  readonly sampleRate: number
  readonly most: number
  /** dB that may be left; and the share of what is left that another filter must take. */
  readonly near: number
  readonly worth: number
}

/** Where filters are tried first. */
const seeds = {
  bell: { octaves: [50, 100, 200, 400, 800, 1600, 3200, 6400, 12000], q: 1 },
  lowshelf: { octaves: [100, 250, 600], q: Math.SQRT1_2 },
  highshelf: { octaves: [2000, 4000, 8000], q: Math.SQRT1_2 },
  highpass: { octaves: [40, 80, 160, 320], q: Math.SQRT1_2 },
  lowpass: { octaves: [3000, 6000, 10000], q: Math.SQRT1_2 }
} as const
type Type = keyof typeof seeds
const cuts = (type: Type): type is CutFilter => type === 'lowpass' || type === 'highpass'
/** Seeds that are turned in full, of all that are tried. */
const finalists = 4
/** Rounds of Levenberg and Marquardt. */
const rounds = 25
/** No narrower and no higher: a curve of third octaves cannot tell. */
const most = { q: 6, gain: 18 } as const
/** dB² of error that a unit of gain costs, so that two filters do not fight each other. */
const price = 1e-3

/** One filter after the other, each the one that helps most when all are turned again. */
export function filtersFor(curve: Curve, limits: FilterLimits): FilterFit {
  const total = curve.weights.reduce((a, b) => a + b, 0)
  if (!(total > 0)) return { filters: [], offset: 0, left: 0 }
  let best = fitted(curve, [], limits.sampleRate)
  while (best.filters.length < limits.most && best.left > limits.near) {
    const tried = candidates(best, curve, limits.sampleRate).map(seed =>
        fitted(curve, [...best.filters, seed], limits.sampleRate)
      ),
      next = tried.reduce((a, b) => (b.left < a.left ? b : a))
    if (next.left > best.left * (1 - limits.worth)) break
    best = next
  }
  return { ...best, filters: [...best.filters].sort((a, b) => a.frequency - b.frequency) }
}

const responseAt = (filter: Filter, frequencies: readonly number[], sampleRate: number): number[] => {
  const power = powerResponse(filter, sampleRate)
  return frequencies.map(f => 10 * Math.log10(power(f) + 1e-9))
}

/** The seeds that explain most of what is left, each with the gain that explains it. */
function candidates(best: FilterFit, curve: Curve, sampleRate: number): Filter[] {
  const { frequencies, levels, weights } = curve,
    now = frequencies.map(() => best.offset)
  for (const filter of best.filters)
    responseAt(filter, frequencies, sampleRate).forEach((dB, i) => {
      now[i]! += dB
    })
  const left = levels.map((dB, i) => dB - now[i]!),
    total = weights.reduce((a, b) => a + b, 0),
    dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + weights[i]! * v * b[i]!, 0),
    centred = (x: readonly number[]) => {
      const mean = x.reduce((sum, v, i) => sum + weights[i]! * v, 0) / total
      return x.map(v => v - mean)
    },
    goal = centred(left),
    all = (Object.keys(seeds) as Type[]).flatMap(type =>
      seeds[type].octaves
        .filter(frequency => frequency < 0.4 * sampleRate)
        .map(frequency => {
          const unit: Filter = { type, frequency, q: seeds[type].q, gain: cuts(type) ? 0 : 3 },
            shape = centred(responseAt(unit, frequencies, sampleRate)),
            along = dot(goal, shape) / (dot(shape, shape) + 1e-9),
            share = cuts(type) ? 1 : Math.max(-most.gain / 3, Math.min(most.gain / 3, along)),
            help = 2 * share * dot(goal, shape) - share ** 2 * dot(shape, shape)
          return { filter: { ...unit, gain: unit.gain * share }, help }
        })
    )
  return all
    .sort((a, b) => b.help - a.help)
    .slice(0, finalists)
    .map(({ filter }) => filter)
}

/** Turns all filters at once by Levenberg and Marquardt; the offset follows in closed form. */
function fitted(curve: Curve, start: readonly Filter[], sampleRate: number): FilterFit {
  const { frequencies, levels, weights } = curve,
    total = weights.reduce((a, b) => a + b, 0),
    // Per filter: octaves, octaves of q, gain in units of 3 dB.
    at = (x: readonly number[]): Filter[] =>
      start.map((filter, k) => ({
        type: filter.type,
        frequency: within(
          processors[filter.type].params.frequency,
          filter.frequency * 2 ** x[3 * k]!,
          0.45 * sampleRate
        ),
        q: within(processors[filter.type].params.q, filter.q * 2 ** x[3 * k + 1]!, most.q),
        gain: cuts(filter.type) ? 0 : Math.max(-most.gain, Math.min(most.gain, filter.gain + 3 * x[3 * k + 2]!))
      })),
    errors = (x: readonly number[]) => {
      const raw = levels.slice()
      for (const filter of at(x))
        responseAt(filter, frequencies, sampleRate).forEach((dB, i) => {
          raw[i]! -= dB
        })
      const offset = raw.reduce((sum, v, i) => sum + weights[i]! * v, 0) / total
      return { offset, errors: raw.map(v => v - offset) }
    },
    cost = (x: readonly number[]) =>
      errors(x).errors.reduce((sum, e, i) => sum + (weights[i]! * e * e) / total, 0) +
      price * at(x).reduce((sum, { gain }) => sum + gain * gain, 0)
  let x = start.flatMap(() => [0, 0, 0]),
    now = cost(x),
    damping = 0.1
  for (let round = 0; round < rounds && x.length > 0; round++) {
    const { errors: e } = errors(x),
      step = 0.02,
      slopes = x.map((_, j) => {
        const moved = errors(x.map((v, i) => (i === j ? v + step : v))).errors
        return moved.map((v, i) => (v - e[i]!) / step)
      }),
      matrix = slopes.map((a, i) =>
        slopes.map((b, j) => {
          const sum = a.reduce((s, v, k) => s + (weights[k]! * v * b[k]!) / total, 0)
          return i === j ? sum * (1 + damping) + price + 1e-6 : sum
        })
      ),
      wish = slopes.map(a => -a.reduce((s, v, k) => s + (weights[k]! * v * e[k]!) / total, 0)),
      by = solveSymmetric(matrix, wish),
      next = x.map((v, i) => v + Math.max(-1.5, Math.min(1.5, by[i]!))),
      then = cost(next)
    if (then < now) {
      const little = now - then < 1e-4 * now
      x = next
      now = then
      damping = Math.max(1e-3, damping / 3)
      if (little) break
    } else {
      damping *= 4
      if (damping > 1e4) break
    }
  }
  const { offset, errors: e } = errors(x)
  return { filters: at(x), offset, left: Math.sqrt(e.reduce((sum, v, i) => sum + (weights[i]! * v * v) / total, 0)) }
}
const within = ({ min, max }: NumberParam, value: number, limit: number): number =>
  Math.max(min, Math.min(max, limit, value))
