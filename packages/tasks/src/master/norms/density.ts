/** Whether the dynamics of a finished song were crushed or torn, told by how its peaks stand and its levels move. */
import type { Clip } from '@mixwright/dsp'
import { densityWeights } from './density-weights.ts'
import { clipped, read } from './learned.ts'
import { type HeardWindow, heardWindow, quantile, windowFigures, windowSeconds } from './windows.ts'

/** Most windows that are heard of a song, spread evenly. */
const most = 100
/** dB below the level of the whole from which a window is too soft to tell anything. */
const soft = 15
const wholeFigures = [
  'crest at 0.1',
  'crest at 0.9',
  'levels at 0.1 to 0.9',
  'peak of the song over peaks at 0.5',
  'peak of the song over peaks at 0.1',
  'crest of the song',
  'samples in flat tops at 0.9'
] as const
/** Figures of a song: of its windows the medians, then of the whole. */
export const densityFigures: readonly string[] = [...windowFigures, ...wholeFigures]

/** One number per name of `densityFigures`; undefined for less than a window and for silence. */
export function densityTraits(windows: readonly HeardWindow[]): number[] | undefined {
  const power = windows.reduce((sum, { level }) => sum + 10 ** (level / 10), 0) / windows.length,
    whole = 10 * Math.log10(power),
    heard = windows.filter(({ level }) => level > whole - soft)
  if (!(whole > -100)) return undefined
  const of = (name: string) => heard.map(({ figures }) => figures[windowFigures.indexOf(name)]!),
    [levels, peaks, crests] = [heard.map(w => w.level), heard.map(w => w.peak), of('crest')],
    peak = Math.max(...peaks)
  return [
    ...windowFigures.map(name => quantile(of(name), 0.5)),
    quantile(crests, 0.1),
    quantile(crests, 0.9),
    quantile(levels, 0.9) - quantile(levels, 0.1),
    peak - quantile(peaks, 0.5),
    peak - quantile(peaks, 0.1),
    peak - whole,
    quantile(of('samples in flat tops'), 0.9)
  ]
}

export async function heardWindows(song: Clip, signal?: AbortSignal): Promise<HeardWindow[]> {
  const length = Math.round(windowSeconds * song.sampleRate),
    all = Math.floor(song.frames / length),
    count = Math.min(most, all),
    heard: HeardWindow[] = []
  for (let k = 0; k < count; k++) {
    signal?.throwIfAborted()
    heard.push(heardWindow(await song.read(Math.floor((k * all) / count) * length, length), song.sampleRate))
  }
  return heard
}

/** What may have become of a song's dynamics. */
export const densityKinds = ['as it was', 'crushed', 'torn'] as const
export type DensityKind = (typeof densityKinds)[number]
/** Multinomial logistic regression on standardised traits, clipped. */
export interface DensityModel {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
  /** Per kind its base, and one weight per trait. */
  readonly base: readonly number[]
  readonly weights: readonly (readonly number[])[]
}
/** Probabilities of the kinds. @param nothing odds for "as it was" beside those that were learned with, where all kinds were as frequent */
export function densityChances(traits: readonly number[], model: DensityModel, nothing = 1): number[] {
  const z = traits.map((value, i) => clipped(value, model.mean[i]!, model.deviation[i]!)),
    scores = model.base.map((base, k) => model.weights[k]!.reduce((sum, w, i) => sum + w * z[i]!, base)),
    most = Math.max(...scores),
    likely = scores.map((score, k) => Math.exp(score - most) * (k === 0 ? nothing : 1)),
    sum = likely.reduce((a, b) => a + b, 0)
  return likely.map(v => v / sum)
}
let found: DensityModel | undefined
/** Reads the table once. */
export const learnedDensity = (): DensityModel =>
  (found ??= {
    mean: read(densityWeights.mean, 0.001),
    deviation: read(densityWeights.deviation, 0.001),
    base: read(densityWeights.base, 0.001),
    weights: densityWeights.rows.map(row => read(row, 0.001))
  })

/**
 * dB of `peakiness` that are undone. Songs lose 1.7 dB by the planted compressor and clipper, 1.1 by the limiter, and win 2.7 by
 * expanders, in the mean (experiments/finished-songs/density.ts); bands give back less of what was crushed than they are asked for.
 */
const done: Readonly<Record<DensityKind, number>> = { 'as it was': 0, crushed: -2, torn: 2.7 }
export interface Density {
  /** dB by which peaks should stand higher (+) or lower (-). */
  readonly change: number
  /** What it was taken for, in words. */
  readonly reason: string
}
const asItWas: Density = { change: 0, reason: '' }
/**
 * Odds against anything, and the probability from which on it is undone. Peaks so many deviations above or below the usual are
 * not those of crushed or torn songs, whatever the rest says.
 */
export const prior = { nothing: 2, sure: 0.6, usual: 1 } as const
/** What was done to its dynamics, undone: nothing, where nothing is sure. @throws the signal's reason */
export async function densityOf(song: Clip, signal?: AbortSignal): Promise<Density> {
  const traits = densityTraits(await heardWindows(song, signal))
  if (!traits) return asItWas
  const model = learnedDensity(),
    chances = densityChances(traits, model, prior.nothing),
    k = chances.findIndex((chance, i) => i > 0 && chance >= prior.sure),
    kind = densityKinds[k],
    crest = clipped(traits[0]!, model.mean[0]!, model.deviation[0]!)
  if (!kind || Math.sign(done[kind]) * crest < -prior.usual) return asItWas
  const words = kind === 'crushed' ? 'crushed' : 'blown up'
  return {
    change: -done[kind],
    reason: `its dynamics were probably ${words} (${Math.round(100 * chances[k]!)} %), by how its peaks stand and its levels move`
  }
}
