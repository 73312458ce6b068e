/** The smallest equaliser that gives a spectrum a wanted change. */
import { type FilterSetting, powerResponse } from '@mixwright/dsp'
import { solveSymmetric } from '@mixwright/estimate'
import { rounded } from '../mix/decisions.ts'
import {
  contentEnd,
  decibels,
  finePlaces,
  heldBeyond,
  inBands,
  perOctave,
  type Spectra,
  summable,
  toneCentres,
  toneShares
} from './sound.ts'

/** What is to be added to each band (`toneCentres`), dB. */
export interface WantedTone {
  readonly change: readonly number[]
  /** How much each band counts; 0: not at all. */
  readonly weights: readonly number[]
  /** The change at each of `finePlaces`, dB: what stands out of it may stand out of the filters. Default: `change` between bands. */
  readonly fine?: readonly number[]
  /** dB at `finePlaces` that devices behind the filters add: what stands out of it is taken off. Default: none. */
  readonly behind?: readonly number[]
  /** The spectrum that is to change. Default: the middle. */
  readonly magnitudes?: readonly number[]
  /** Whether the mean of the change does not matter. Default true. */
  readonly levelled?: boolean
}
export interface EqualiserLimits {
  /** dB of a filter. */
  readonly gain: number
  readonly filters: number
  /** dB, root of the weighted mean square over the bands, below which nothing more is done. */
  readonly near: number
}
export interface Equaliser {
  readonly filters: readonly FilterSetting[]
  /** dB per band that are still missing, less their weighted mean. */
  readonly missing: readonly number[]
}

/** Broad to narrow: a fifth, a third, and a band of its own; none that rings. */
const bellQs = [0.6, 1.2, 3] as const
/**
 * dB by which the filters together may stand above their mean over the octave around, more than what is wanted does: 3 would be
 * heard as a resonance.
 */
const standing = 2
/** What a dB too much weighs against a dB of the whole tone that is missing. */
const ringing = 50
const shelfCorners = { lowshelf: [80, 160, 320], highshelf: [2500, 5000, 9000] } as const
/** Places for filters, where the song has anything: shelves at both ends, bells at the centre of every band. */
function places(spectra: Spectra): FilterSetting[] {
  const { sampleRate } = spectra,
    end = Math.min(0.4 * sampleRate, contentEnd(spectra)),
    inside = (f: number) => f < end
  return [
    ...(['lowshelf', 'highshelf'] as const).flatMap(type =>
      shelfCorners[type].filter(inside).map(frequency => ({ type, frequency, q: Math.SQRT1_2, gain: 0 }))
    ),
    ...toneCentres(sampleRate)
      .filter(inside)
      .flatMap(f =>
        bellQs.map((q): FilterSetting => ({ type: 'bell', frequency: Number(f.toPrecision(3)), q, gain: 0 }))
      )
  ]
}

/** dB² per dB² of gain: of two equalisers that do the same, the one that does less. */
const price = 0.001
/** Rounds of Gauss and Newton after each filter. */
const rounds = 4
/** Filters that are tried at most. */
const attempts = 40
/** A filter that does less than this is left out, dB. */
const least = 0.2

/**
 * Adds one filter after the other, each time the one that helps most, and turns all of them again by Gauss and Newton,
 * with their responses in closed form, on the spectrum itself: what a band gains depends on what the song has in it.
 */
export function equaliserFor(spectra: Spectra, wanted: WantedTone, limits: EqualiserLimits): Equaliser {
  const heard = hearing(spectra, wanted),
    candidates = places(spectra).map(setting => ({
      setting,
      // Where one dB goes, read off a small boost.
      shape: heard.slopes([{ ...setting, gain: 1 }])[0]!
    }))
  let filters: FilterSetting[] = [],
    missing = heard.missing(filters)
  const tried: FilterSetting[] = []
  while (filters.length < limits.filters && heard.size(missing) > limits.near && tried.length < attempts) {
    const best = candidates
        .filter(({ setting }) => !tried.includes(setting))
        .map(({ setting, shape }) => ({
          setting,
          help: heard.dot(missing, shape) ** 2 / (heard.dot(shape, shape) + price)
        }))
        .reduce((a, b) => (b.help > a.help ? b : a)),
      turned = turnedFilters(heard, [...filters, best.setting], limits.gain),
      left = heard.missing(turned)
    tried.push(best.setting)
    if (heard.size(left) >= heard.size(missing)) continue
    filters = turned
    missing = left
  }
  const kept = filters
    .filter(({ gain }) => Math.abs(gain) >= least)
    .map(filter => ({ ...filter, gain: rounded(filter.gain, 2) }))
    .sort((a, b) => a.frequency - b.frequency)
  return { filters: kept, missing: heard.missing(kept) }
}

/** What filters do to the bands of a spectrum. */
function hearing(spectra: Spectra, wanted: WantedTone) {
  const { magnitudes = spectra.mid, change, weights, levelled = true } = wanted,
    { sampleRate, frequencies } = spectra,
    shares = toneShares(spectra),
    all = weights.reduce((a, b) => a + b, 0) || 1,
    before = inBands(shares, magnitudes)
  const responses = (filters: readonly FilterSetting[]) =>
    filters.map(filter => {
      const power = powerResponse(filter, sampleRate)
      return Float64Array.from(frequencies, f => summable(power(f)))
    })
  /** The spectrum behind the filters. */
  const behind = (shapes: readonly Float64Array[]) =>
    magnitudes.map((m, i) => shapes.reduce((product, shape) => product * shape[i]!, m))
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, v, i) => sum + (weights[i]! * v * b[i]!) / all, 0)
  const centred = (values: readonly number[]) => {
    if (!levelled) return [...values]
    const mean = dot(
      values,
      values.map(() => 1)
    )
    return values.map(v => v - mean)
  }
  return {
    sampleRate,
    mayStand: mayStand(wanted, spectra),
    dot,
    size: (values: readonly number[]) => Math.sqrt(dot(values, values)),
    missing: (filters: readonly FilterSetting[]): number[] => {
      const now = inBands(shares, behind(responses(filters)))
      return centred(change.map((dB, b) => dB - decibels(now[b]! / before[b]!)))
    },
    /** dB per band and dB of each filter's gain, all filters as they stand. */
    slopes(filters: readonly FilterSetting[]): number[][] {
      const shapes = responses(filters),
        step = 0.1,
        more = responses(filters.map(filter => ({ ...filter, gain: filter.gain + step }))),
        whole = behind(shapes),
        now = inBands(shares, whole)
      return filters.map((_, k) => {
        const then = inBands(
          shares,
          whole.map((p, i) => (p * more[k]![i]!) / shapes[k]![i]!)
        )
        return centred(then.map((p, b) => decibels(p / now[b]!) / step))
      })
    }
  }
}
type Hearing = ReturnType<typeof hearing>

/** dB less their mean over the octave around. */
const aboveOctave = (level: readonly number[]): number[] =>
  level.map((dB, i) => {
    const around = level.slice(Math.max(0, i - perOctave / 2), i + perOctave / 2 + 1)
    return dB - around.reduce((sum, x) => sum + x, 0) / around.length
  })
/** Of each filter: what would make a resonance. */
const standingOut = (filters: readonly FilterSetting[], sampleRate: number): number[][] =>
  filters.map(filter => {
    const power = powerResponse(filter, sampleRate)
    return aboveOctave(finePlaces(sampleRate).map(f => 10 * Math.log10(power(f))))
  })
/** dB at `finePlaces` by which the filters may stand out. */
function mayStand({ change, fine, behind }: WantedTone, spectra: Spectra): number[] {
  const { sampleRate } = spectra,
    wanted = fine ?? betweenBands(change, sampleRate),
    told = aboveOctave(heldBeyond(contentEnd(spectra), wanted, finePlaces(sampleRate))),
    taken = aboveOctave(behind ?? wanted.map(() => 0))
  return told.map((dB, i) => standing + Math.max(0, dB) - Math.max(0, taken[i]!))
}
/** A change per band at `finePlaces`. */
function betweenBands(change: readonly number[], sampleRate: number): number[] {
  const centres = toneCentres(sampleRate)
  return finePlaces(sampleRate).map(f => {
    const k = Math.max(1, Math.min(centres.length - 1, centres.findIndex(centre => centre >= f) || 1)),
      way = Math.log(f / centres[k - 1]!) / Math.log(centres[k]! / centres[k - 1]!)
    return change[k - 1]! + Math.max(0, Math.min(1, way)) * (change[k]! - change[k - 1]!)
  })
}

function turnedFilters(heard: Hearing, filters: readonly FilterSetting[], most: number): FilterSetting[] {
  let now = [...filters]
  const held = new Set<number>()
  for (let round = 0; round < rounds; round++) {
    const slopes = heard.slopes(now),
      missing = heard.missing(now),
      matrix = slopes.map((a, i) => slopes.map((b, k) => heard.dot(a, b) + (i === k ? price : 0))),
      wish = slopes.map((a, i) => heard.dot(a, missing) - price * now[i]!.gain)
    now = heldBack(now, heard, held, places => {
      const by = solveSymmetric(...withPlaces(matrix, wish, places))
      return now.map((filter, i) => ({ ...filter, gain: Math.max(-most, Math.min(most, filter.gain + by[i]!)) }))
    })
  }
  return now
}

/** What stands out at a place too far, dB, and what a dB of each filter adds to it. */
interface Place {
  readonly excess: number
  readonly slopes: readonly number[]
}
/** Solves again with each place that the solution before lets stand out, as often as new ones come; a place stays held. */
function heldBack(
  filters: readonly FilterSetting[],
  { sampleRate, mayStand }: Hearing,
  held: Set<number>,
  solved: (places: readonly Place[]) => FilterSetting[]
): FilterSetting[] {
  const excesses = (each: readonly (readonly number[])[]) =>
      each[0]!.map((_, i) => each.reduce((sum, one) => sum + one[i]!, 0) - mayStand[i]!),
    each = standingOut(filters, sampleRate),
    more = standingOut(
      filters.map(filter => ({ ...filter, gain: filter.gain + 0.1 })),
      sampleRate
    ),
    before = excesses(each),
    placeOf = (i: number): Place => ({
      excess: before[i]!,
      slopes: more.map((one, k) => 10 * (one[i]! - each[k]![i]!))
    })
  for (;;) {
    const now = solved([...held].map(placeOf)),
      fresh = excesses(standingOut(now, sampleRate)).flatMap((excess, i) => (excess > 0.1 && !held.has(i) ? [i] : []))
    if (fresh.length === 0) return now
    for (const i of fresh) held.add(i)
  }
}
/** The equations with the places: least squares of what stands out, weighing much. */
function withPlaces(
  matrix: readonly (readonly number[])[],
  wish: readonly number[],
  places: readonly Place[]
): [number[][], number[]] {
  const sum = (of: (place: Place) => number) => ringing * places.reduce((total, place) => total + of(place), 0)
  return [
    matrix.map((row, k) => row.map((v, l) => v + sum(({ slopes }) => slopes[k]! * slopes[l]!))),
    wish.map((v, k) => v - sum(({ slopes, excess }) => slopes[k]! * excess))
  ]
}
