/** What a fit asks of a graph: its sound at a setting, at many settings, and how its distance to a target bends. */
import type { Audio, Kernels, Registry } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import type { SoundResiduals } from './residuals.ts'
import { type Setting, valuesAt } from './settings.ts'
import { createVariants, type HeardProblem, type Variants } from './variants.ts'

export interface Workbench {
  readonly settings: readonly Setting[]
  /** Valid until the next call. */
  hear(units: Float64Array): Audio
  residuals(kind: SoundResiduals, units: Float64Array): Float64Array
  /** Mean squares of any points. @param take gets the residuals of each, valid during the call */
  squares(
    kind: SoundResiduals,
    points: readonly Float64Array[],
    take?: (residuals: Float64Array, point: number) => void
  ): number[]
  /** Residuals, valid during the call, where single settings are put elsewhere, all else as in `units`. */
  changed(
    kind: SoundResiduals,
    units: Float64Array,
    changes: readonly Change[],
    take: (residuals: Float64Array, change: number) => void
  ): void
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
  steps = { least: 1e-7, most: 2e-2 } as const,
  /** Times the change that differences should make, and least change, from which on they are taken again: what was silent is heard after a jump. */
  tooFar = 5,
  rough = 1e-2,
  passes = 4

/** @throws RangeError as `compile` */
export function createWorkbench(
  graph: Graph,
  problem: HeardProblem,
  settings: readonly Setting[],
  kernels: Kernels,
  registry?: Registry
): Workbench {
  const pool: Audio[] = [],
    made = new Map<string, Variants>(),
    /** Compiled once for each list of what may differ. */
    variants = (changes: readonly (readonly number[])[]): Variants => {
      const key = changes.map(list => list.join()).join(';'),
        found = made.get(key) ?? createVariants(graph, problem, settings, changes, kernels, registry, pool)
      made.set(key, found)
      return found
    },
    all = settings.map((_, j) => j),
    size = settings.map(() => firstStep)
  const hear = (units: Float64Array): Audio => {
    variants([[]]).hear(
      () => valuesAt(settings, units),
      () => {}
    )
    return pool[0]!
  }
  const residuals = (kind: SoundResiduals, units: Float64Array) => {
    const found = new Float64Array(kind.length)
    kind.write(hear(units), found)
    return found
  }
  /** The first variant is `units` and not taken: all that the others share is computed there. */
  const changed: Workbench['changed'] = (kind, units, changes, take) => {
    const found = new Float64Array(kind.length)
    chunks(changes, batch).forEach((some, g) => {
      variants([[], ...some.map(change => [...change.keys()])]).hear(
        k => valuesAt(settings, k > 0 ? withChange(units, some[k - 1]!) : units),
        (audio, k) => {
          if (k === 0) return
          kind.write(audio, found)
          take(found, g * batch + k - 1)
        }
      )
    })
  }
  return {
    settings,
    hear,
    residuals,
    changed,
    squares(kind, points, take) {
      const found = new Float64Array(kind.length),
        sums: number[] = []
      for (const some of chunks(points, trials))
        variants(Array.from({ length: some.length }, () => all)).hear(
          k => valuesAt(settings, some[k]!),
          audio => {
            kind.write(audio, found)
            take?.(found, sums.length)
            sums.push(squareOf(found))
          }
        )
      return sums
    },
    jacobian(kind, units, change) {
      const at = residuals(kind, units),
        columns: Float64Array[] = []
      for (let some = all, pass = 0; some.length > 0 && pass < passes; pass++) {
        const moves = some.map(j => (units[j]! + size[j]! > 1 && !settings[j]!.circular ? -size[j]! : size[j]!)),
          far: number[] = []
        changed(
          kind,
          units,
          some.map((j, k) => new Map([[j, units[j]! + moves[k]!]])),
          (residual, k) => {
            const j = some[k]!,
              column = new Float64Array(kind.length)
            let square = 0
            for (let i = 0; i < column.length; i++) {
              const d = residual[i]! - at[i]!
              square += d * d
              column[i] = d / moves[k]!
            }
            columns[j] = column
            const made = Math.sqrt(square) + 1e-12
            if (made > Math.max(tooFar * change, rough) && size[j]! > steps.least) far.push(j)
            size[j] = Math.max(
              steps.least,
              Math.min(steps.most, size[j]! * Math.max(1e-2, Math.min(10, change / made)))
            )
          }
        )
        some = far
      }
      return columns
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
