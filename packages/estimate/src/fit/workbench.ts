/** What a fit asks of a graph: its sound at a setting, at many settings, and how its distance to a target bends. */
import type { Audio, Kernels, Registry } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import type { SoundResiduals } from './residuals.ts'
import { type Setting, valuesAt } from './settings.ts'
import { createVariants, type HeardProblem } from './variants.ts'

export interface Workbench {
  readonly settings: readonly Setting[]
  /** Valid until the next call. */
  hear(units: Float64Array): Audio
  residuals(kind: SoundResiduals, units: Float64Array): Float64Array
  /** Mean squares of any points. */
  squares(kind: SoundResiduals, points: readonly Float64Array[]): number[]
  /** Mean squares where single settings are put elsewhere, all else as in `units`. */
  changed(kind: SoundResiduals, units: Float64Array, changes: readonly Change[]): number[]
  /**
   * d residuals / d unit, a column for each setting, by differences. Their steps follow from call to call, so that each
   * makes about `change`: a thousandth of a range is nothing to a gain and many samples to a delay.
   */
  jacobian(kind: SoundResiduals, units: Float64Array, change: number): Float64Array[]
}
/** Units by the index of the setting. */
export type Change = ReadonlyMap<number, number>

/** Variants that are heard at once: more would need more memory and not less work. */
const batch = 32,
  trials = 8
/** Shares of a range. */
const firstStep = 1e-3,
  steps = { least: 1e-7, most: 2e-2 } as const

/** @throws RangeError as `compile` */
export function createWorkbench(
  graph: Graph,
  problem: HeardProblem,
  settings: readonly Setting[],
  kernels: Kernels,
  registry?: Registry
): Workbench {
  const variants = (changes: readonly (readonly number[])[]) =>
      createVariants(graph, problem, settings, changes, kernels, registry),
    all = settings.map((_, j) => j),
    single = variants([[]]),
    many = lazy(() => variants(Array.from({ length: trials }, () => all))),
    groups = chunks(all, batch),
    beside = lazy(() => groups.map(group => variants([[], ...group.map(j => [j])]))),
    size = settings.map(() => firstStep)
  const hear = (units: Float64Array): Audio => {
    let heard: Audio = []
    single.hear(
      () => valuesAt(settings, units),
      audio => {
        heard = audio
      }
    )
    return heard
  }
  const residuals = (kind: SoundResiduals, units: Float64Array) => {
    const found = new Float64Array(kind.length)
    kind.write(hear(units), found)
    return found
  }
  return {
    settings,
    hear,
    residuals,
    squares(kind, points) {
      const found = new Float64Array(kind.length),
        sums: number[] = []
      for (const some of chunks(points, trials))
        many().hear(
          k => valuesAt(settings, some[Math.min(k, some.length - 1)]!),
          (audio, k) => {
            if (k >= some.length) return
            kind.write(audio, found)
            sums.push(squareOf(found))
          }
        )
      return sums
    },
    changed(kind, units, changes) {
      const found = new Float64Array(kind.length),
        sums: number[] = []
      for (const some of chunks(changes, batch))
        variants([[], ...some.map(change => [...change.keys()])]).hear(
          k => valuesAt(settings, k > 0 ? withChange(units, some[k - 1]!) : units),
          (audio, k) => {
            if (k === 0) return
            kind.write(audio, found)
            sums.push(squareOf(found))
          }
        )
      return sums
    },
    jacobian(kind, units, change) {
      const at = residuals(kind, units),
        move = (j: number) => (units[j]! + size[j]! > 1 ? -size[j]! : size[j]!)
      return groups.flatMap((group, g) => {
        const moves = group.map(move),
          columns: Float64Array[] = []
        beside()[g]!.hear(
          k =>
            valuesAt(
              settings,
              k > 0 ? withChange(units, new Map([[group[k - 1]!, units[group[k - 1]!]! + moves[k - 1]!]])) : units
            ),
          (audio, k) => {
            if (k === 0) return
            const column = new Float64Array(kind.length)
            kind.write(audio, column)
            let square = 0
            for (let i = 0; i < column.length; i++) {
              const d = column[i]! - at[i]!
              square += d * d
              column[i] = d / moves[k - 1]!
            }
            columns.push(column)
            const factor = Math.max(1e-2, Math.min(10, change / (Math.sqrt(square) + 1e-12))),
              j = group[k - 1]!
            size[j] = Math.max(steps.least, Math.min(steps.most, size[j]! * factor))
          }
        )
        return columns
      })
    }
  }
}

export const withChange = (units: Float64Array, change: Change): Float64Array => units.map((u, j) => change.get(j) ?? u)
export function squareOf(r: Float64Array): number {
  let sum = 0
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!
  return sum
}
const chunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
