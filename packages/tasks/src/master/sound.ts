/** A finished song as mastering hears it: its figures, and its spectrum as a whole. */
import { blocksOf, type Clip, createMeter, createPowerFrames, frameSize, hann } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import type { Metered } from '../mix/master.ts'
import type { MixServices } from '../mix/services.ts'

/**
 * To which power magnitudes are summed over time and bands: 1 would give the mean magnitude that the Bark spectrum goes by and
 * favours what goes on, 2 the power that levels go by and favours what strikes. Halfway a tone that is met is met by both.
 */
const exponent = 1.5
/** Magnitudes as `Spectra` sum them, |X| to the exponent, in roots, which take a quarter of the time (a test holds both together). @param power |X|² */
export const summable = (power: number): number => Math.sqrt(power * Math.sqrt(power))
/** Sums of magnitudes in dB. */
export const decibels = (sum: number): number => (20 / exponent) * Math.log10(sum)

/** Magnitudes (`summable`) summed over the song, on a grid that grows with frequency. */
export interface PooledSpectra {
  readonly sampleRate: number
  /** Hz, ascending: as far apart as the transform has them, at most a 24th of an octave. */
  readonly frequencies: readonly number[]
  /** Of left plus right, each the sum over what lies nearest to its frequency. */
  readonly mid: readonly number[]
  /** Of left minus right; absent for a mono song. */
  readonly side?: readonly number[]
}
export interface Spectra extends PooledSpectra {
  /** Of left plus right, |X|² of every bin from 0 to half the sample rate: what stands out is told by level. */
  readonly power: Float64Array
}
export interface Sound extends Metered {
  readonly clip: Clip
  readonly spectra: Spectra
}

/** Frames as long as those of the Bark spectrum (@mixwright/dsp): bass notes are apart. */
const frameSeconds = 0.743

/** @param what in words, for the error @throws TaskError for silence; the signal's reason */
export async function heardSound(
  clip: Clip,
  what: string,
  { kernels, signal }: Pick<MixServices, 'kernels' | 'signal'>,
  progress?: (fraction: number) => void
): Promise<Sound> {
  const { sampleRate, channels } = clip,
    meter = createMeter(sampleRate, channels),
    size = frameSize(sampleRate, frameSeconds),
    summed = (value: (power: number) => number) => {
      const sums = new Float64Array(size / 2 + 1)
      return { sums, add: (power: Float64Array) => power.forEach((p, k) => void (sums[k]! += value(p))) }
    },
    framed = (...all: readonly { add(power: Float64Array): void }[]) =>
      createPowerFrames(kernels, 1, hann(size), size / 2, 1, power => {
        if (power) for (const one of all) one.add(power)
      }),
    [mid, power, side] = [summed(summable), summed(p => p), summed(summable)],
    middle = framed(mid, power),
    sides = channels === 2 ? framed(side) : undefined
  for await (const { start, audio } of blocksOf(clip)) {
    signal?.throwIfAborted()
    meter.push(audio)
    const [left, right = left] = audio as [Float32Array, Float32Array?]
    middle.push([left.map((v, i) => v + right[i]!)])
    sides?.push([left.map((v, i) => v - right[i]!)])
    progress?.(start / clip.frames)
  }
  middle.end()
  sides?.end()
  const measured = meter.result()
  if (measured.integrated === null) throw new TaskError(`${what} is silent; there is nothing to master by it`)
  return {
    clip,
    measured,
    series: meter.series(),
    spectra: pooled(sampleRate, size, mid.sums, power.sums, sides && side.sums)
  }
}

/** Hz */
const topOfHearing = 20000
/** Sums over neighbouring bins, as the grid has them. */
function pooled(
  sampleRate: number,
  size: number,
  mid: Float64Array,
  power: Float64Array,
  side: Float64Array | undefined
): Spectra {
  const edges: number[] = [],
    last = Math.min(size / 2, Math.floor((topOfHearing * size) / sampleRate))
  for (let k = 1; k <= last; k = Math.max(k + 1, Math.round(k * 2 ** (1 / 24)))) edges.push(k)
  const over = (sums: Float64Array) =>
    edges.map((from, i) => sums.subarray(from, edges[i + 1] ?? last + 1).reduce((a, b) => a + b, 0))
  return {
    sampleRate,
    frequencies: edges.map((from, i) => (((from + (edges[i + 1] ?? last + 1) - 1) / 2) * sampleRate) / size),
    mid: over(mid),
    power,
    ...(side && { side: over(side) })
  }
}

/** Centres of the bands in which tone is told, Hz: third octaves from 31 Hz to 20 kHz, as far as the sample rate goes. */
export const toneCentres = (sampleRate: number): number[] =>
  Array.from({ length: 29 }, (_, i) => 1000 * 2 ** ((i - 15) / 3)).filter(centre => centre < 0.42 * sampleRate)
/** What of each frequency belongs to each band: triangles that reach to their neighbours' centres. */
export const toneShares = ({ sampleRate, frequencies }: PooledSpectra): number[][] =>
  toneCentres(sampleRate).map(centre => frequencies.map(f => Math.max(0, 1 - Math.abs(3 * Math.log2(f / centre)))))
/** Keeps the level of an empty band finite. */
const nothing = 1e-10
/** Magnitudes per band. */
export const inBands = (shares: readonly (readonly number[])[], magnitudes: readonly number[]): number[] =>
  shares.map(band => band.reduce((sum, w, i) => sum + w * magnitudes[i]!, nothing))
/** dB per band, of the sum over the song. */
export const bandLevels = (spectra: PooledSpectra, magnitudes = spectra.mid): number[] =>
  inBands(toneShares(spectra), magnitudes).map(decibels)

/** Places an octave at which it is looked for what stands out of the octave around. */
export const perOctave = 12
/** Hz: below it few loudspeakers tell anything. */
const lowestPlace = 40
/** Hz at which it is looked for that. */
export const finePlaces = (sampleRate: number): number[] =>
  Array.from(
    { length: Math.floor(Math.log2((0.45 * sampleRate) / lowestPlace) * perOctave) },
    (_, i) => lowestPlace * 2 ** (i / perOctave)
  )
/** dB at each of `places`, of what lies within half a step of it, at least one bin. */
export function fineLevels({ sampleRate, power }: Spectra, places: readonly number[]): number[] {
  const half = 2 ** (0.5 / perOctave),
    bin = (f: number) => Math.min(power.length - 1, Math.round((f / sampleRate) * 2 * (power.length - 1)))
  return places.map(place => {
    const from = bin(place / half),
      to = Math.max(from + 1, bin(place * half))
    return 10 * Math.log10(power.subarray(from, to).reduce((a, b) => a + b, nothing ** 2) / (to - from))
  })
}

/** dB within a sixth of an octave by which no music falls, and all that lossy coders and resamplers let go does; Hz from where on. */
const wall = { fall: 20, octaves: 1 / 6, from: 4000 } as const
/** Hz where a coder or a converter cut the song off and nothing comes above; infinite if nowhere. */
export function contentEnd(spectra: Spectra): number {
  const places = finePlaces(spectra.sampleRate),
    levels = fineLevels(spectra, places),
    far = Math.round(wall.octaves * perOctave),
    end = levels.findIndex(
      (level, i) =>
        places[i]! >= wall.from && i + far < levels.length && Math.max(...levels.slice(i + far)) < level - wall.fall
    )
  return end < 0 ? Number.POSITIVE_INFINITY : places[end]!
}
/** Beyond an end, what was said there goes on as in the half octave before: where there is nothing, nothing is told. */
export function heldBeyond(end: number, values: readonly number[], places: readonly number[]): readonly number[] {
  const last = places.findIndex(place => place >= end)
  if (last < 0) return values
  const before = values.filter((_, i) => i < last && places[i]! >= places[last - 1]! / Math.SQRT2),
    mean = before.reduce((sum, dB) => sum + dB, 0) / before.length
  return values.map((dB, i) => (i < last ? dB : mean))
}
