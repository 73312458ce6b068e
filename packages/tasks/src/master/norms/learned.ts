/** What finished songs taught: the Bark levels that go with traits, and how far songs stray from them. */
import { traitNames } from './traits.ts'
import { weights } from './weights.ts'

/** Ridge regression on standardised traits, clipped: one row of 16 traits after the other, band by band. */
export interface Learned {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
  /** dB per band, and per band one weight per trait of every band. */
  readonly base: readonly number[]
  readonly weights: readonly (readonly number[])[]
  /** dB², of what is left. */
  readonly sigma: readonly (readonly number[])[]
}
/** Standard deviations beyond which a trait says no more. */
const farthest = 3

/** Whole numbers in a text, times their unit. */
export const read = (text: string, unit: number): number[] => text.split(' ').map(word => Number(word) * unit)
let found: Learned | undefined
/** Reads the table once. */
export const learned = (): Learned =>
  (found ??= {
    mean: read(weights.mean, 0.001),
    deviation: read(weights.deviation, 0.001),
    base: read(weights.base, 0.01),
    weights: weights.rows.map((row, b) => read(row, weights.units[b]!)),
    sigma: weights.sigma.map(row => read(row, 0.01))
  })

/** Traits, standardised. A rate with fewer bands than were learned has nothing to say of the others. */
export const standardised = (
  traits: readonly (readonly number[])[],
  { mean, deviation }: Pick<Learned, 'mean' | 'deviation'>
): number[] =>
  mean.map((m, i) => {
    const value = traits[Math.floor(i / traitNames.length)]?.[i % traitNames.length]
    return value === undefined ? 0 : clipped(value, m, deviation[i]!)
  })
/** A figure in standard deviations from what is usual. */
export const clipped = (value: number, mean: number, deviation: number): number =>
  Math.max(-farthest, Math.min(farthest, (value - mean) / deviation))

/** dB per band, whatever the level as a whole. */
export function expectedLevels(traits: readonly (readonly number[])[], model: Learned): number[] {
  const z = standardised(traits, model)
  return traits.map((_, b) => model.weights[b]!.reduce((sum, w, i) => sum + w * z[i]!, model.base[b]!))
}
