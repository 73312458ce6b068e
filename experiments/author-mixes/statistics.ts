import { createRandom } from '@mixwright/dsp'

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** 95 % percentile bootstrap of the mean (Efron, Annals of Statistics 1979). */
export function interval(values: readonly number[], draws = 4000): [low: number, high: number] {
  const random = createRandom(1),
    means = Array.from({ length: draws }, () =>
      mean(values.map(() => values[Math.floor(random.uniform() * values.length)]!))
    ).sort((a, b) => a - b)
  return [means[Math.floor(0.025 * draws)]!, means[Math.floor(0.975 * draws)]!]
}
