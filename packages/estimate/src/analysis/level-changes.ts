/**
 * By how much each source of a mix is louder or softer, left and right, than something that was made to be like the mix: in
 * one short window. Least squares of what is missing, Y - M, on the sources as they stand in M, in all bands together.
 *
 * What follows the sum of sources (filters, a compressor of the bus) is told from M and the sum T: h = Tᴴ M / Tᴴ T in each band.
 */
import type { Audio } from '@mixwright/dsp'
import { solveSymmetric } from '../fit/cholesky.ts'
import { bandEquations, type Equations } from './level-equations.ts'

export interface MadeAndMix {
  /** As they enter the sum. */
  readonly sources: readonly Audio[]
  /** All that is summed, rooms too. */
  readonly total: Audio
  readonly made: Audio
  readonly mix: Audio
}
/** Of one source on one side. */
export interface LevelChange {
  /** Factor by which it should be greater, less 1. */
  readonly change: number
  /** How much was heard of it for that: one over the variance of `change`, if what nothing explains were noise. */
  readonly certainty: number
}

/** Share of a band's own power that is never explained: no band tells all. */
const unsure = 0.01
/** Of the power on the diagonal: a source that is not heard stays as it is. */
const ridge = 5e-3

/** @returns by source, left and right @throws RangeError for a window shorter than a frame of 186 ms */
export function readLevelChanges(
  { sources, total, made, mix }: MadeAndMix,
  sampleRate: number
): (readonly [left: LevelChange, right: LevelChange])[] {
  const sides = [0, 1].map(side => {
    const bands = bandEquations([{ sources: [...sources, total, made], mix }], side, sampleRate).map(band =>
      missingIn(band, sources.length)
    )
    let weights = bands.map(({ mixPower }) => 1 / (mixPower + 1e-12)),
      found = solvedWith(bands, weights)
    // Once more, each band by what is left in it.
    weights = bands.map(
      band =>
        1 /
        (leftIn(
          band,
          found.map(({ change }) => change)
        ) +
          unsure * band.mixPower +
          1e-12)
    )
    found = solvedWith(bands, weights)
    return found
  })
  return sources.map((_, s) => [sides[0]![s]!, sides[1]![s]!])
}

/** Real normal equations of what is missing in a band. */
interface Missing {
  readonly gram: readonly (readonly number[])[]
  readonly right: readonly number[]
  /** Of what is missing, and of the mix. */
  readonly power: number
  readonly mixPower: number
}
function missingIn({ gram, right, power }: Equations, count: number): Missing {
  const [total, made] = [count, count + 1],
    // Σ conj(T) M, of the triangle's Σ conj(M) T.
    [re, im] = [gram[made]![0][total]!, -gram[made]![1][total]!],
    heard = gram[total]![0][total]! + 1e-20,
    [hr, hi] = [re / heard, im / heard],
    square = hr * hr + hi * hi
  return {
    gram: gram.slice(0, count).map(([row]) => [...row.subarray(0, count)].map(v => v * square)),
    right: Array.from({ length: count }, (_, s) => {
      // conj(h) Σ conj(x) (Y - M)
      const r = right[0][s]! - gram[made]![0][s]!,
        i = right[1][s]! + gram[made]![1][s]!
      return hr * r + hi * i
    }),
    power: Math.max(0, power + gram[made]![0][made]! - 2 * right[0][made]!),
    mixPower: power
  }
}
const leftIn = ({ gram, right, power }: Missing, change: readonly number[]): number =>
  Math.max(
    0,
    change.reduce(
      (sum, a, s) =>
        sum - 2 * a * right[s]! + change.reduce((own, b, t) => own + a * b * gram[Math.max(s, t)]![Math.min(s, t)]!, 0),
      power
    )
  )

function solvedWith(bands: readonly Missing[], weights: readonly number[]): LevelChange[] {
  const count = bands[0]!.right.length,
    sum = (of: (band: Missing) => number) => bands.reduce((total, band, b) => total + weights[b]! * of(band), 0),
    matrix = Array.from({ length: count }, (_, s) =>
      Array.from({ length: count }, (__, t) => sum(({ gram }) => gram[Math.max(s, t)]![Math.min(s, t)]!))
    ),
    most = Math.max(...matrix.map((row, s) => row[s]!)),
    lifted = matrix.map((row, s) => row.map((v, t) => (s === t ? v * (1 + ridge) + 1e-9 * most + 1e-20 : v))),
    change = solveSymmetric(
      lifted,
      bands[0]!.right.map((_, s) => sum(({ right }) => right[s]!))
    )
  return Array.from({ length: count }, (_, s) => {
    const unit = new Float64Array(count)
    unit[s] = 1
    return { change: change[s]!, certainty: 1 / solveSymmetric(lifted, unit)[s]! }
  })
}
