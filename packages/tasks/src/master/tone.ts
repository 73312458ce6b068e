/** What a master's equalisers are to do: the common one, and that of the sides. */
import { barkCorners, type FilterSetting } from '@mixwright/dsp'
import { type Device, hertz, signed } from '../mix/decisions.ts'
import { equaliserFor, type EqualiserLimits, type WantedTone } from './equaliser.ts'
import {
  bandLevels,
  contentEnd,
  fineLevels,
  finePlaces,
  heldBeyond,
  type PooledSpectra,
  type Sound,
  type Spectra,
  toneCentres
} from './sound.ts'

/** Finished songs, and how much each counts: what a master comes near to. */
export interface Weighted<T> {
  readonly of: T
  /** Greater than 0; only the relations of weights matter. */
  readonly weight: number
}
/** Mean by weights; undefined of none. */
export function weightedMean<T>(all: readonly Weighted<T>[], value: (of: T) => number): number | undefined {
  const total = all.reduce((sum, { weight }) => sum + weight, 0)
  return total > 0 ? all.reduce((sum, { of, weight }) => sum + weight * value(of), 0) / total : undefined
}

/** Most that a filter does towards a reference, dB, and how many there are. */
const likeReference = { gain: 12, filters: 20, near: 0.15 } as const
/** The same where only what is wrong is taken away; with 0.25 dB left a faint tilt lost 42 % of its repair. */
const repair = { gain: 6, filters: 5, near: 0.1 } as const
const sidesLimits = { gain: 9, filters: 6, near: 0.5 } as const
const bassLimits = { gain: 18, filters: 2, near: 1 } as const
/** A band this far below the loudest holds nothing that could be raised, dB. */
const empty = -75
/** A band's sides this far below its middle are none, dB. */
const noSides = -40

const centred = (levels: readonly number[]): number[] => {
  const mean = levels.reduce((a, b) => a + b, 0) / levels.length
  return levels.map(level => level - mean)
}
/** 1 per band in which the song has something, 0 where it has none: there nothing is lifted. */
const sounding = (spectra: Spectra): number[] => {
  const levels = bandLevels(spectra),
    loudest = Math.max(...levels),
    end = contentEnd(spectra),
    centres = toneCentres(spectra.sampleRate)
  return levels.map((level, b) => (level > loudest + empty && centres[b]! * halfBand < end ? 1 : 0))
}
/** From the centre of a third of an octave to its edge. */
const halfBand = 2 ** (1 / 6)

/** dB per band (`toneCentres`), less their mean. */
export const toneOf = ({ spectra }: Pick<Sound, 'spectra'>): number[] => centred(bandLevels(spectra))
/**
 * What would make a tone that of the mean of references, dB per band. A reference says nothing of what its coder let go.
 * @param own by `toneOf`
 */
export const changeTowards = (own: readonly number[], references: readonly Weighted<Sound>[]): number[] =>
  meanChange(references, own, of => ({
    levels: toneOf(of),
    places: toneCentres(of.spectra.sampleRate).map(centre => centre * halfBand)
  }))
/** The same at `finePlaces`, whatever the level: what stands out of it may stand out of the filters. */
export function fineTowards({ spectra }: Sound, references: readonly Weighted<Sound>[]): number[] {
  const places = finePlaces(spectra.sampleRate)
  return meanChange(references, fineLevels(spectra, places), of => ({ levels: fineLevels(of.spectra, places), places }))
}
function meanChange(
  references: readonly Weighted<Sound>[],
  own: readonly number[],
  read: (of: Sound) => { readonly levels: readonly number[]; readonly places: readonly number[] }
): number[] {
  const changes = references.map(({ of, weight }) => {
    const { levels, places } = read(of),
      change = own.map((level, i) => levels[i]! - level)
    return { of: heldBeyond(contentEnd(of.spectra), change, places), weight }
  })
  return own.map((_, i) => weightedMean(changes, change => change[i]!)!)
}
/** What a tone is to become. */
export interface ToneAim extends Pick<WantedTone, 'magnitudes'> {
  /** dB per band (`toneCentres`) to be added. */
  readonly change: readonly number[]
  /** The same at `finePlaces`, where it is known. */
  readonly fine?: readonly number[]
  /** dB there by which what follows the filters changes the song. */
  readonly behind?: readonly number[]
  /** What it comes near to, in words. */
  readonly against: string
}
/** As near to an aim as filters come. */
export function toneChanged(
  song: Sound,
  { against, ...wanted }: ToneAim,
  limits: EqualiserLimits = likeReference
): Device[] {
  const { spectra } = song,
    { change } = wanted,
    { filters } = equaliserFor(spectra, { ...wanted, weights: sounding(spectra) }, limits)
  return devicesOf(
    filters,
    song,
    (what, band) => `${what}: there the song stands ${signed(-change[band]!)} dB against ${against}.`
  )
}

/** A curve over Bark bands (`barkCorners`) as one over ours: linear between centres over the octaves. */
export function fromBark(curve: readonly number[], sampleRate: number): number[] {
  const known = barkCorners.slice(1, curve.length + 1)
  return toneCentres(sampleRate).map(f => {
    const above = known.findIndex(centre => centre >= f)
    if (above === 0) return curve[0]!
    if (above < 0) return curve.at(-1)!
    const share = Math.log(f / known[above - 1]!) / Math.log(known[above]! / known[above - 1]!)
    return curve[above - 1]! + share * (curve[above]! - curve[above - 1]!)
  })
}

/** What filters did filters undo, and do again: as to noise, whatever the song has in its bands. */
export const flatOf = ({ mid }: PooledSpectra): number[] => mid.map(() => 1)
/** What is taken for wrong, taken away. @param tone dB per band to be added @param reason what it is taken for */
export function toneRepaired(song: Sound, tone: readonly number[], reason: string): Device[] {
  if (tone.every(dB => dB === 0)) return []
  const { spectra } = song,
    wanted = {
      change: tone,
      weights: sounding(spectra),
      magnitudes: flatOf(spectra)
    },
    { filters } = equaliserFor(spectra, wanted, repair)
  return devicesOf(filters, song, what => `${what}. ${reason}`)
}

/** @param because a filter in words, and the band in which it is */
const devicesOf = (
  filters: readonly FilterSetting[],
  { spectra }: Sound,
  because: (what: string, band: number) => string
): Device[] =>
  filters.map(({ type, ...params }, i) => ({
    slot: `eq-${i + 1}`,
    type,
    params,
    reason: because(
      `${signed(params.gain)} dB around ${hertz(params.frequency)}`,
      nearest(toneCentres(spectra.sampleRate), params.frequency)
    )
  }))
const nearest = (centres: readonly number[], frequency: number): number => {
  const away = centres.map(centre => Math.abs(Math.log(centre / frequency)))
  return away.indexOf(Math.min(...away))
}

/** dB by which each band's sides stand above its middle; undefined without sides. */
const sidesLevels = (spectra: PooledSpectra): number[] | undefined => {
  const { side } = spectra
  if (!side) return undefined
  const [s, m] = [bandLevels(spectra, side), bandLevels(spectra)]
  return s.map((level, b) => level - m[b]!)
}
/** Widths as those of references. The sides of what has none stay as they are. */
export function sidesTowards(
  song: Sound,
  references: readonly Weighted<{ readonly spectra: PooledSpectra }>[],
  amount: number
): Device[] {
  const now = sidesLevels(song.spectra),
    theirs = references.flatMap(({ of, weight }) => {
      const levels = sidesLevels(of.spectra)
      return levels ? [{ of: levels, weight }] : []
    })
  if (!now || theirs.length === 0 || amount === 0) return []
  const heard = sounding(song.spectra),
    weights = now.map((level, b) => (level > noSides ? heard[b]! : 0)),
    change = now.map((level, b) => amount * (Math.max(noSides, weightedMean(theirs, levels => levels[b]!)!) - level))
  return sidesChanged(
    song,
    change,
    weights,
    sidesLimits,
    band => `its sides stand ${signed(-change[band]!)} dB against the reference's`
  )
}

/**
 * Bass whose sides are as strong as the middle or nearly so, and stronger than those just above it, is none that records have:
 * phases are wrong or a widener has been at work. Songs to learn from whose bass stands above -3 dB are as wide above it
 * (by -1.8 to +1.3 dB of difference, 7 of 20), so they stay. Of all, the sides of bass lie twice as far below the middle as
 * those above, in the median within 5 dB. Hz and dB.
 */
const bass = { below: 160, above: [240, 640], wrong: -3, wider: 2, times: 2, least: -20 } as const
/** Bass in the middle, where it is not. @param amount 0 to 1 */
export function bassCentred(song: Sound, amount: number): Device[] {
  const now = sidesLevels(song.spectra)
  if (!now || amount === 0) return []
  const centres = toneCentres(song.spectra.sampleRate),
    meanWhere = (counts: (f: number) => boolean) => {
      const some = now.filter((_, b) => counts(centres[b]!))
      return some.reduce((a, b) => a + b, 0) / some.length
    },
    mean = meanWhere(f => f < bass.below),
    above = meanWhere(f => f > bass.above[0] && f < bass.above[1])
  if (mean < bass.wrong || mean < above + bass.wider) return []
  const aim = Math.max(bass.least, bass.times * above),
    change = now.map((_, b) => (centres[b]! < bass.below ? amount * (aim - mean) : 0)),
    weights = now.map((level, b) => (level > noSides && centres[b]! < 8 * bass.below ? 1 : 0))
  return sidesChanged(
    song,
    change,
    weights,
    bassLimits,
    () => `bass belongs to the middle, its sides stand ${signed(mean)} dB against it, those above it ${signed(above)}`
  )
}
function sidesChanged(
  song: Sound,
  change: readonly number[],
  weights: readonly number[],
  limits: EqualiserLimits,
  because: (band: number) => string
): Device[] {
  const { spectra } = song,
    { filters } = equaliserFor(spectra, { change, weights, magnitudes: spectra.side!, levelled: false }, limits)
  return devicesOf(filters, song, (what, band) => `Sides ${what}: ${because(band)}.`)
}
