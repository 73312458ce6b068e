/** What two stems are to each other: one the copy of the other, two microphones of one source, or strangers. */
import type { Clip } from '@mixwright/dsp'
import type { StemAnalysis } from './analysis.ts'
import { type Alignment, alignment, coherence, isCopy, shifted } from './coherence.ts'
import { sideFromName } from './role-names.ts'
import { type Role, rulesOf } from './roles.ts'

export interface Copy {
  /** dB of the copy against its original. */
  readonly gain: number
  /** Samples by which the copy is later. */
  readonly delay: number
  /** The same but for a filter (or as little): no difference leaves silence, and the two are coherent all the same. */
  readonly filtered: boolean
}
type Two<T> = readonly [T, T]

/** Two stems of one source are louder and softer together: correlation of their levels in dB. */
const together = 0.6
/** Peaks of the cross-correlation, of stems that may share a source by their roles and of those whose levels say so. */
const sharp = { byRole: 8, byLevel: 5 } as const
/** Waveform correlation that is more than bleed. */
const bleeds = 0.15,
  oneSource = 0.4
/** Coherence of a copy through a filter. Two microphones differ by more: their rooms, their noise. */
const filteredCopy = 0.9995

/** dB of a copy against its original; undefined of what is none. */
export async function copyGain(clips: Two<Clip>, analyses: Two<StemAnalysis>): Promise<number | undefined> {
  const gain = levelDistance(...analyses)
  return gain !== undefined && !isPair(analyses[0].name, analyses[1].name) && (await isCopy(...clips, ...analyses))
    ? gain
    : undefined
}

/** By their roles two stems may be microphones of one source. */
export const mayShare = (a: Role, b: Role): boolean =>
  (rulesOf(a).kitMic === true && rulesOf(b).kitMic === true) || (a === b && (a === 'bass' || a === 'guitar'))
/** By their levels they may be. */
export const playTogether = (a: StemAnalysis, b: StemAnalysis): boolean => levelCorrelation(a, b) > together

/** @param where frames that tell; absent: all */
export async function pairOf(
  clips: Two<Clip>,
  analyses: Two<StemAnalysis>,
  roles: Two<Role>,
  where?: Uint8Array
): Promise<Copy | Alignment | undefined> {
  const byRole = mayShare(...roles),
    byLevel = playTogether(...analyses),
    found = await alignment(...clips, ...analyses, byLevel ? sharp.byLevel : sharp.byRole, where)
  if (!found || found.strength < (byRole ? bleeds : oneSource)) return undefined
  const sides = isPair(analyses[0].name, analyses[1].name)
  return (!sides && byLevel && (await copyOf(clips, analyses, found.delay))) || found
}

/** A copy that is late, or comes through a filter. */
async function copyOf([a, b]: Two<Clip>, analyses: Two<StemAnalysis>, delay: number): Promise<Copy | undefined> {
  const late = shifted(b, delay),
    gain = analyses[1].loudness - analyses[0].loudness
  if (await isCopy(a, late, ...analyses)) return { gain, delay, filtered: false }
  return (await coherence(a, late, ...analyses)) > filteredCopy ? { gain, delay, filtered: true } : undefined
}

/** Left and right of one pair, by their names. */
export const isPair = (a: string, b: string): boolean => {
  const x = sideFromName(a),
    y = sideFromName(b)
  return x !== undefined && y !== undefined && x.pair === y.pair && x.side !== y.side
}

/** The constant distance of two level tracks in dB, undefined if it is not constant (0.5 dB rms). */
function levelDistance(a: StemAnalysis, b: StemAnalysis): number | undefined {
  const x = a.tracks.level,
    y = b.tracks.level
  if (Math.abs(x.length - y.length) > 2) return undefined
  let n = 0,
    sum = 0,
    squares = 0
  for (let i = 0; i < Math.min(x.length, y.length); i++)
    if (x[i]! > 120 && y[i]! > 0) {
      const d = (y[i]! - x[i]!) / 2
      n++
      sum += d
      squares += d * d
    }
  return n > 4 && squares / n - (sum / n) ** 2 < 0.25 ? sum / n : undefined
}

/** Pairs of stems in either order that are compared as waveforms at most: 45 stems, each with each. */
export const mostPairs = 2000
/** Of more pairs than `most`, those whose levels move together most. */
export function likeliest<P extends readonly [a: number, b: number, ...unknown[]]>(
  pairs: readonly P[],
  analyses: readonly StemAnalysis[],
  most: number
): readonly P[] {
  if (pairs.length <= most) return pairs
  return pairs
    .map(pair => ({ pair, alike: levelCorrelation(analyses[pair[0]]!, analyses[pair[1]]!) }))
    .sort((s, t) => t.alike - s.alike)
    .slice(0, most)
    .map(({ pair }) => pair)
}

/** Half decibels below its loudest frame within which a level tells; what is softer may be noise. */
const depth = 80
function levelCorrelation({ tracks: { level: x } }: StemAnalysis, { tracks: { level: y } }: StemAnalysis): number {
  const count = Math.min(x.length, y.length),
    floor = (track: Uint8Array) => track.reduce((most, byte) => Math.max(most, byte), 0) - depth,
    [floorX, floorY] = [floor(x), floor(y)]
  let sumX = 0,
    sumY = 0,
    xx = 0,
    yy = 0,
    xy = 0
  for (let i = 0; i < count; i++) {
    const p = Math.max(0, x[i]! - floorX),
      q = Math.max(0, y[i]! - floorY)
    sumX += p
    sumY += q
    xx += p * p
    yy += q * q
    xy += p * q
  }
  const spread = (xx - (sumX * sumX) / count) * (yy - (sumY * sumY) / count)
  return spread > 0 ? (xy - (sumX * sumY) / count) / Math.sqrt(spread) : 0
}
