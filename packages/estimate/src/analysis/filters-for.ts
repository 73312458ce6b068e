/** The fewest filters that make a curve. */
import { type CutFilter, type EqFilter, type NumberParam, powerResponse, processors } from '@mixwright/dsp'
import { levenbergMarquardt } from '../fit/gauss-newton.ts'

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
  /** dB that may be left; and the share of what is left that each filter must take. */
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

/** One filter after the other, each the one that helps most when all are turned again; as many as are worth it. */
export function filtersFor(curve: Curve, limits: FilterLimits): FilterFit {
  const total = curve.weights.reduce((a, b) => a + b, 0)
  if (!(total > 0)) return { filters: [], offset: 0, left: 0 }
  const grown = [fitted(curve, [], limits.sampleRate)]
  while (grown.length <= limits.most && grown.at(-1)!.left > limits.near) {
    const best = grown.at(-1)!,
      tried = candidates(best, curve, limits.sampleRate).map(seed =>
        fitted(curve, [...best.filters, seed], limits.sampleRate)
      )
    grown.push(tried.reduce((a, b) => (b.left < a.left ? b : a)))
  }
  // The first that no later one is worth its filters against: two together may do what neither does alone.
  const best = grown.find(({ left }, n) =>
    grown.slice(n + 1).every((more, k) => more.left > left * (1 - limits.worth) ** (k + 1))
  )!
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
    roots = weights.map(w => Math.sqrt(w / total)),
    // Per filter: octaves, octaves of q, gain in units of 3 dB.
    at = (x: ArrayLike<number>): Filter[] =>
      start.map(({ type, frequency, q, gain }, k) => ({
        type,
        frequency: within(processors[type].params.frequency, frequency * 2 ** x[3 * k]!, 0.45 * sampleRate),
        q: within(processors[type].params.q, q * 2 ** x[3 * k + 1]!, most.q),
        gain: cuts(type) ? 0 : Math.max(-most.gain, Math.min(most.gain, gain + 3 * x[3 * k + 2]!))
      })),
    errors = (filters: readonly Filter[]) => {
      const shapes = filters.map(filter => responseAt(filter, frequencies, sampleRate)),
        raw = levels.map((dB, i) => shapes.reduce((sum, shape) => sum - shape[i]!, dB)),
        offset = raw.reduce((sum, v, i) => sum + weights[i]! * v, 0) / total
      return { offset, errors: raw.map(v => v - offset) }
    },
    residualsAt = (x: Float64Array) => {
      const filters = at(x)
      return Float64Array.from([
        ...errors(filters).errors.map((e, i) => roots[i]! * e),
        ...filters.map(({ gain }) => Math.sqrt(price) * gain)
      ])
    },
    { x } = levenbergMarquardt(
      new Float64Array(3 * start.length),
      x => {
        const residuals = residualsAt(x)
        return {
          residuals,
          jacobian: () =>
            Array.from(x, (_, j) => {
              const moved = residualsAt(x.map((v, i) => (i === j ? v + step : v)))
              return moved.map((r, i) => (r - residuals[i]!) / step)
            })
        }
      },
      { iterations: start.length ? rounds : 0, tolerance: 1e-4 }
    ),
    filters = at(x),
    { offset, errors: left } = errors(filters)
  return { filters, offset, left: Math.sqrt(left.reduce((sum, e, i) => sum + (weights[i]! * e * e) / total, 0)) }
}
/** Of the differences that slopes are read from, in the units of x. */
const step = 0.02
const within = ({ min, max }: NumberParam, value: number, limit: number): number =>
  Math.max(min, Math.min(max, limit, value))
