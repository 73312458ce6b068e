/** What the tone of a mix may be compared with: a reference, or what records have on average. */
import { type BandMeasurement, barkCorners, type Measurement } from '@mixwright/dsp'
import type { ToneAim } from '@mixwright/estimate'

/** The equaliser of the mix bus, and the region that each filter answers for, Hz. */
export const busFilters = [
  { type: 'lowshelf', frequency: 90, q: Math.SQRT1_2, from: 30, to: 130 },
  { type: 'bell', frequency: 220, q: 0.8, from: 130, to: 360 },
  { type: 'bell', frequency: 600, q: 0.8, from: 360, to: 1000 },
  { type: 'bell', frequency: 1700, q: 0.8, from: 1000, to: 2800 },
  { type: 'bell', frequency: 4200, q: 0.8, from: 2800, to: 6500 },
  { type: 'highshelf', frequency: 8500, q: Math.SQRT1_2, from: 6500, to: 14000 }
] as const
/** The filter whose region begins at a frequency. */
export const filterFrom = (frequency: number): number => busFilters.findIndex(({ from }) => from === frequency)

/**
 * Records of 1950 to 2010 fall by about 5 dB per octave of density from 100 Hz to 4 kHz, and no less steeply above (Pestana
 * et al., AES 135, 2013); taken on to 8 kHz, which the tolerance allows; outside nothing is asked.
 */
const records = { slope: -5, from: 80, to: 8000 } as const
/** Of energy density, dB; its level is arbitrary. */
const recordDensity = (frequency: number) => records.slope * Math.log2(frequency / 1000)
const published = (frequency: number) => frequency >= records.from && frequency < records.to

const centres = barkCorners.slice(1, -1),
  /** What of Bark bands a triangle between its neighbours lets through, dB of width. */
  widths = centres.map((_, b) => 10 * Math.log10((barkCorners[b + 2]! - barkCorners[b]!) / 2))
/** The bands that count, those of each filter's region together as much as those of another. */
function regionWeights(bands: number, counts: (frequency: number) => boolean): number[] {
  const regionOf = (f: number) => busFilters.findIndex(({ from, to }) => f >= from && f < to),
    regions = centres.slice(0, bands).map(f => (counts(f) ? regionOf(f) : -1))
  return regions.map(region => (region < 0 ? 0 : 1 / regions.filter(other => other === region).length))
}
/** Records differ by a few dB among each other. @param bands that the sample rate has */
export const recordTone = (bands: number): ToneAim => ({
  levels: centres.slice(0, bands).map((f, b) => recordDensity(f) + widths[b]!),
  weights: regionWeights(bands, published),
  tolerance: 3
})
/** @param levels dB per Bark band */
export const referenceTone = (levels: readonly number[]): ToneAim => ({
  levels,
  weights: regionWeights(levels.length, () => true),
  tolerance: 0.25
})

/** Mean of differences per Bark band over what of a filter's region counts; undefined where nothing does. */
export function inRegion(filter: number, differences: readonly number[], { weights }: ToneAim): number | undefined {
  const { from, to } = busFilters[filter]!,
    found = differences.filter((_, b) => centres[b]! >= from && centres[b]! < to && weights[b]! > 0)
  return found.length ? found.reduce((a, b) => a + b, 0) / found.length : undefined
}

type Level = Pick<BandMeasurement, 'centre' | 'level'>
/** Bark bands as levels. @param sums power per band */
export const barkLevels = (sums: Float64Array): Level[] =>
  [...sums].map((p, b) => ({ centre: centres[b]!, level: 10 * Math.log10(p + 1e-20) }))
/** Level of the bands in each filter's region against the mean of all regions, dB; of a filter without any 0. */
export function toneOf(bands: readonly Level[]): number[] {
  const levels = busFilters.map(({ from, to }) => bandLevel(bands, from, to)),
    known = levels.filter(level => level !== undefined),
    mean = known.reduce((a, b) => a + b, 0) / Math.max(1, known.length)
  return levels.map(level => (level === undefined ? 0 : level - mean))
}
function bandLevel(bands: readonly Level[], from: number, to: number): number | undefined {
  const found = bands.flatMap(({ centre, level }) => (centre >= from && centre < to && level !== null ? [level] : []))
  return found.length ? found.reduce((a, b) => a + b, 0) / found.length : undefined
}
/** dB by which the mix stands above the reference in each filter's third octaves, less their mean: levels do not matter. */
export function toneErrors(mix: Measurement, reference: Measurement): number[] {
  const [ours, theirs] = [toneOf(mix.bands), toneOf(reference.bands)]
  return ours.map((level, i) => level - theirs[i]!)
}
/** The same against records, where they are known. Third octaves grow with frequency, so density gives them 3 dB per octave. */
export function againstRecords({ bands }: Measurement): number[] {
  const known = bands.filter(({ centre }) => published(centre)),
    [ours, theirs] = [
      toneOf(known),
      toneOf(known.map(band => ({ ...band, level: recordDensity(band.centre) + 10 * Math.log10(band.centre) })))
    ]
  return ours.map((level, i) => level - theirs[i]!)
}
