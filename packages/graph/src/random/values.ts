/** Parameters by their laws. */
import { fromUnit, type NumberParam, type Params, type Processor, type Random } from '@mixwright/dsp'
import { type Law, type Laws, laws, middle } from './weights.ts'

/** Of the values, so that the last bits of exponentials do not matter: the same graph on every platform. */
const digits = 4
const rounded = (param: NumberParam, value: number): number =>
  Math.min(param.max, Math.max(param.min, param.integer ? Math.round(value) : Number(value.toPrecision(digits)))) + 0

/** @param own laws of this place, before those of the processor */
export function valuesOf(def: Processor, own: Laws, random: Random): Record<string, number | string> {
  const values: Record<string, number | string> = {}
  for (const [name, param] of Object.entries(def.params as Params)) {
    const law = own[name] ?? laws[def.id]?.[name]
    values[name] =
      param.kind === 'number'
        ? rounded(param, drawn(param, law, random))
        : typeof law === 'string'
          ? law
          : param.options[random.below(param.options.length)]!
  }
  return values
}

function drawn(param: NumberParam, law: Law | undefined, random: Random): number {
  if (typeof law === 'number') return law
  if (law === undefined || typeof law === 'string') return fromUnit(param, random.between(...middle))
  if ('around' in law) return normal(law, param, random)
  const [low, high] = law
  return param.scale === 'log' ? low * (high / low) ** random.uniform() : random.between(low, high)
}

/** @param range cut there, by drawing again */
export function normal(
  { around, spread }: { readonly around: number; readonly spread: number },
  { min, max, scale }: Pick<NumberParam, 'min' | 'max' | 'scale'>,
  random: Random
): number {
  for (;;) {
    const step = spread * random.normal(),
      value = scale === 'log' ? around * 2 ** step : around + step
    if (value >= min && value <= max) return value
  }
}

/** One of the names, by weight. @throws RangeError unless one has a weight */
export function weighted<K extends string>(weights: Readonly<Record<K, number>>, random: Random): K {
  const entries = Object.entries(weights) as [K, number][],
    total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  let at = random.uniform() * total
  for (const [name, weight] of entries) if ((at -= weight) < 0) return name
  throw new RangeError('nothing to draw from: no weight is above 0')
}
