/**
 * How loud, where and with which tone does each dry source stand in a mix, if nothing but levels and filters is taken into account?
 *
 * Least squares per band and side (`bandEquations`): Σ |Y - Σ_s g_s X_s|² over all bins of the band and all frames. All bands
 * together, each as important as the others and g real, give one gain a source and side.
 */
import {
  bandEquations,
  type Complex,
  type Equations,
  type HeardTogether,
  missing,
  solved,
  solvedReal,
  summed
} from './level-equations.ts'

export interface SourceLevel {
  /** dB; constant power: a source that stands on one side only is 3 dB louder there than in the centre. */
  readonly gain: number
  /** -1 (left) to 1 (right) of the constant-power law, or the balance of a stereo source. */
  readonly pan: number
  readonly inverted: boolean
  /** dB at `bandCentres`, beyond `gain`. */
  readonly tone: readonly number[]
  /** How far the tone of each band is to be trusted, 0 to 1: what it explains, against that and what nothing explains. */
  readonly weights: readonly number[]
}
export interface SourceLevels {
  readonly sources: readonly SourceLevel[]
  /** Share of the mix's power, each band as important as the others, that levels and filters explain. */
  readonly explained: number
}

/** Least gain, dB: a source that is not heard. */
const silent = -60

/** @param stretches all of the same sources, in the same order @throws RangeError for stretches shorter than a frame */
export function readSourceLevels(stretches: readonly HeardTogether[], sampleRate: number): SourceLevels {
  const count = stretches[0]!.sources.length,
    sides = [0, 1].map(side => bandEquations(stretches, side, sampleRate)),
    important = sides[0]!.map((one, b) => 1 / (one.power + sides[1]![b]!.power + 1e-12)),
    overall = sides.map(bands => solvedReal(summed(bands, important, count))),
    perBand = sides.map(bands => bands.map(solved)),
    sources = Array.from({ length: count }, (_, s) =>
      levelOf(s, sides, [overall[0]!, overall[1]!], [perBand[0]!, perBand[1]!])
    )
  const left = (side: number) =>
      sides[side]!.reduce((sum, band, b) => sum + important[b]! * missing(band, perBand[side]![b]!), 0),
    all = (side: number) => sides[side]!.reduce((sum, band, b) => sum + important[b]! * band.power, 0)
  return { sources, explained: 1 - (left(0) + left(1)) / (all(0) + all(1) + 1e-12) }
}
type Pair<T> = readonly [T, T]

function levelOf(
  s: number,
  sides: readonly (readonly Equations[])[],
  overall: Pair<readonly number[]>,
  perBand: Pair<readonly (readonly Complex[])[]>
): SourceLevel {
  const [l, r] = [overall[0][s]!, overall[1][s]!],
    level = Math.hypot(l, r) / Math.SQRT2 + 1e-12,
    own = sides[0]!.map((_, b) =>
      sides.reduce((sum, bands, side) => {
        const [re, im] = perBand[side]![b]![s]!
        return sum + (re * re + im * im) * bands[b]!.gram[s]![0][s]!
      }, 0)
    ),
    rest = sides[0]!.map((_, b) => sides.reduce((sum, bands, side) => sum + missing(bands[b]!, perBand[side]![b]!), 0))
  return {
    gain: Math.max(silent, 20 * Math.log10(level)),
    pan: (4 / Math.PI) * Math.atan2(Math.abs(r), Math.abs(l)) - 1,
    inverted: l + r < 0,
    tone: own.map((_, b) => {
      const both = Math.hypot(...perBand[0][b]![s]!, ...perBand[1][b]![s]!) / Math.SQRT2
      return 20 * Math.log10(both / level + 1e-6)
    }),
    weights: own.map((power, b) => power / (power + rest[b]! + 1e-20))
  }
}
