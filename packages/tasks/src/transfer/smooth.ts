/** The likeliest curve of an equaliser, given one that is wrong by chance: a Gaussian process as a few filters make it. */
import { type FilterSetting, powerResponse } from '@mixwright/dsp'
import { backward, cholesky, forward } from '@mixwright/estimate'
import { toneCentres } from '../master/sound.ts'

/** What equalisers are made of: how many of each on average, corners from and to, Hz, and widths. */
const usual = [
  { type: 'lowshelf', count: 0.7, from: 60, to: 500, qs: [Math.SQRT1_2] },
  { type: 'bell', count: 1.5, from: 100, to: 10000, qs: [0.5, 0.8, 1.3, 2, 3] },
  { type: 'highshelf', count: 0.7, from: 2000, to: 10000, qs: [Math.SQRT1_2] }
] as const
/** dB, root of the mean square: of a filter, and of the level of the whole, which says nothing. */
const gain = 7,
  level = 20
/** How much of what is wrong bands have in common with their neighbours, and over how many octaves. */
const common = { share: 0.8, octaves: 0.6 } as const
/** dB² by which each band may be wrong. */
const variances = Array.from({ length: 20 }, (_, k) => 2 ** (k / 2 - 4))
/** Bands an octave, and corners tried an octave. */
const bandsPerOctave = 3

type Curve = readonly number[]
type Symmetric = readonly (readonly number[])[]
const between = (a: Symmetric, b: Symmetric, of: (a: number, b: number) => number): number[][] =>
  a.map((row, i) => row.map((v, k) => of(v, b[i]![k]!)))

/** Covariances of so many bands, dB²: of the level, of equalisers, and of what is wrong where that has 1 dB². */
interface Covariances {
  readonly level: Symmetric
  readonly equalisers: Symmetric
  readonly alone: Symmetric
  readonly together: Symmetric
}
const known = new Map<number, Covariances>()
function covariances(bands: number): Covariances {
  const before = known.get(bands)
  if (before) return before
  const of = (what: (i: number, k: number) => number) =>
      Array.from({ length: bands }, (_, i) => Array.from({ length: bands }, (__, k) => what(i, k))),
    shapes = usual.flatMap(({ count, ...kind }) => {
      const all = shapesOf(kind, bands)
      return all.map(shape => ({ shape, weight: count / all.length }))
    }),
    near = (octaves: number) => Math.exp(-0.5 * (octaves / common.octaves) ** 2),
    made: Covariances = {
      level: of(() => level ** 2),
      equalisers: of((i, k) => shapes.reduce((sum, { shape, weight }) => sum + weight * shape[i]! * shape[k]!, 0)),
      alone: of((i, k) => Number(i === k)),
      together: of((i, k) => (i === k ? 1 : common.share * near((i - k) / bandsPerOctave)))
    }
  known.set(bands, made)
  return made
}
/** dB per band, less their mean, of filters of one kind all over their range. */
function shapesOf({ type, from, to, qs }: Omit<(typeof usual)[number], 'count'>, bands: number): number[][] {
  // Far above what is heard: as analogue filters are.
  const sampleRate = 192000,
    centres = toneCentres(sampleRate).slice(0, bands),
    steps = Math.ceil(Math.log2(to / from) * bandsPerOctave)
  return Array.from({ length: steps + 1 }, (_, n) => from * (to / from) ** (n / steps)).flatMap(frequency =>
    qs.map(q => {
      const filter: FilterSetting = { type, frequency, q, gain },
        power = powerResponse(filter, sampleRate)
      return centred(centres.map(f => 10 * Math.log10(power(f))))
    })
  )
}
const centred = (curve: Curve): number[] => {
  const mean = curve.reduce((a, b) => a + b, 0) / curve.length
  return curve.map(dB => dB - mean)
}

/** What a curve tells of what it would be, were nothing wrong; and how likely that makes it, a logarithm. */
function told(curve: Curve, wanted: Symmetric, wrong: Symmetric) {
  const l = cholesky(between(wanted, wrong, (a, b) => a + b)),
    whitened = forward(l, curve),
    solved = backward(l, whitened)
  return {
    curve: wanted.map(row => row.reduce((sum, v, k) => sum + v * solved[k]!, 0)),
    likelihood: l.reduce((sum, row, i) => sum - Math.log(row[i]!) - whitened[i]! ** 2 / 2, 0)
  }
}

/** @param curve dB per third octave from the lowest on @param variance dB² by which each is wrong, alone */
export function smoothed(curve: Curve, variance: number): number[] {
  const { level, equalisers, alone } = covariances(curve.length)
  return told(
    curve,
    between(level, equalisers, (a, b) => a + b),
    between(alone, alone, v => variance * v)
  ).curve
}

/**
 * By how much it is wrong, neighbours together, it tells itself: what no few filters make is chance. Equalisers and none are
 * as likely before, and what each says counts as it is likely then (C. E. Rasmussen, C. K. I. Williams, Gaussian Processes
 * for Machine Learning, 2006, chapter 5).
 * @param curve dB per third octave from the lowest on
 */
export function likeliest(curve: Curve): number[] {
  const { level, equalisers, together } = covariances(curve.length),
    found = [level, between(level, equalisers, (a, b) => a + b)].flatMap(wanted =>
      variances.map(variance =>
        told(
          curve,
          wanted,
          between(together, together, v => variance * v)
        )
      )
    ),
    most = Math.max(...found.map(({ likelihood }) => likelihood)),
    weights = found.map(({ likelihood }) => Math.exp(likelihood - most)),
    all = weights.reduce((a, b) => a + b, 0)
  return curve.map((_, b) => found.reduce((sum, { curve }, n) => sum + (weights[n]! / all) * curve[b]!, 0))
}
