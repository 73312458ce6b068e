/** How stems relate: duplicates, bleed, and microphones of one source that disagree in polarity or time. */
import { type Clip, createFft } from '@mixwright/dsp'
import { powerOfByte, type StemAnalysis } from './analysis.ts'
import { type Bleed, bleedOf, ownFrames } from './bleed.ts'
import { dynamicsOf } from './level.ts'
import { sideFromName } from './role-names.ts'
import { type Role, rulesOf } from './roles.ts'

export interface Coherence {
  readonly a: number; readonly b: number
  /** Samples by which `b` is later than `a`. */
  readonly delay: number
  /** -1 if they are of opposite polarity. */
  readonly polarity: 1 | -1
  /** Correlation at that delay, 0 to 1. */
  readonly strength: number
}
export interface Relations {
  /** `copy` is `original` times a gain in dB. */
  readonly duplicates: readonly { readonly original: number; readonly copy: number; readonly gain: number }[]
  readonly bleed: readonly Bleed[]
  readonly coherent: readonly Coherence[]
  /** Per stem: share of its active frames in which its own source leads, and its loudness and dynamics there. */
  readonly own: readonly { readonly share: number; readonly loudness: number; readonly p50: number; readonly spread: number }[]
}

/** Samples of an excerpt, and the number of them per pair. */
const excerpt = 32768, excerpts = 6
/** Microphones farther apart than this (s) are a room, not a fault. */
const reach = 0.03

/**
 * @param stems clips in the order of `analyses`, of one sample rate; read in excerpts of under a second
 * @param roles which pairs may share a source: the microphones of a kit, and stems of one role
 */
export async function compareStems(stems: readonly Clip[], analyses: readonly StemAnalysis[], roles: readonly Role[], signal?: AbortSignal): Promise<Relations> {
  const bleed = bleedOf(analyses), duplicates: { original: number; copy: number; gain: number }[] = [], coherent: Coherence[] = []
  for (let a = 0; a < stems.length; a++) for (let b = a + 1; b < stems.length; b++) {
    signal?.throwIfAborted()
    if (analyses[a]!.silent || analyses[b]!.silent) continue
    const gain = levelDistance(analyses[a]!, analyses[b]!), twins = gain !== undefined && !isPair(analyses[a]!.name, analyses[b]!.name) && await isCopy(stems[a]!, stems[b]!, analyses[a]!, analyses[b]!)
    if (twins) { if (!duplicates.some((d) => d.copy === a)) duplicates.push({ original: a, copy: b, gain: gain! }) }
    else if (mayShare(roles[a]!, roles[b]!)) {
      const found = await alignment(stems[a]!, stems[b]!, analyses[a]!, analyses[b]!)
      if (found) coherent.push({ a, b, ...found })
    }
  }
  const own = analyses.map((stem, i) => {
    const mask = ownFrames(analyses, i, bleed), active = stem.activity.share * mask.length, count = mask.reduce((sum, m) => sum + m, 0)
    const { loudness, p50, spread } = dynamicsOf(stem.tracks.level, stem.tracks.hop, mask)
    return { share: active ? Math.min(1, count / active) : 0, loudness: Number.isFinite(loudness) ? loudness : stem.loudness, p50, spread }
  })
  return { duplicates, bleed, coherent, own }
}

const mayShare = (a: Role, b: Role): boolean => (rulesOf(a).kitMic === true && rulesOf(b).kitMic === true) || (a === b && (a === 'bass' || a === 'guitar'))
const isPair = (a: string, b: string): boolean => { const x = sideFromName(a), y = sideFromName(b); return x !== undefined && y !== undefined && x.pair === y.pair && x.side !== y.side }

/** The constant distance of two level tracks in dB, undefined if it is not constant (0.5 dB rms). */
function levelDistance(a: StemAnalysis, b: StemAnalysis): number | undefined {
  const x = a.tracks.level, y = b.tracks.level
  if (Math.abs(x.length - y.length) > 2) return undefined
  let n = 0, sum = 0, squares = 0
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i]! > 120 && y[i]! > 0) { const d = (y[i]! - x[i]!) / 2; n++; sum += d; squares += d * d }
  return n > 4 && squares / n - (sum / n) ** 2 < 0.25 ? sum / n : undefined
}

/** Starts of the excerpts in which both are loudest, far enough apart not to overlap. */
function commonTimes(a: StemAnalysis, b: StemAnalysis): number[] {
  const { hop } = a.tracks, step = Math.round(hop * a.sampleRate), wide = Math.round(excerpt / step), x = a.tracks.level, y = b.tracks.level, count = Math.min(x.length, y.length)
  const scores: { at: number; score: number }[] = []
  for (let start = 0; start === 0 || start + wide <= count; start += wide) {
    let p = 0, q = 0
    for (let i = start; i < Math.min(count, start + wide); i++) { p += powerOfByte[x[i]!]!; q += powerOfByte[y[i]!]! }
    scores.push({ at: start * step, score: Math.min(p, 1e6) * q })
  }
  return scores.filter((s) => s.score > 0).sort((s, t) => t.score - s.score).slice(0, excerpts).map((s) => s.at)
}

const mono = async (clip: Clip, start: number): Promise<Float64Array> => {
  const [left, right] = await clip.read(start, excerpt)
  return Float64Array.from(left!, (v, i) => right ? 0.5 * (v + right[i]!) : v)
}

/** The null test: one minus the other at its best gain leaves less than -50 dB. */
async function isCopy(clipA: Clip, clipB: Clip, a: StemAnalysis, b: StemAnalysis): Promise<boolean> {
  let xx = 0, xy = 0, yy = 0
  for (const at of commonTimes(a, b).slice(0, 3)) {
    const [p, q] = await Promise.all([clipA.read(at, excerpt), clipB.read(at, excerpt)]), channels = Math.max(p.length, q.length)
    for (let c = 0; c < channels; c++) {
      const x = p[c] ?? p[0]!, y = q[c] ?? q[0]!
      for (let i = 0; i < excerpt; i++) { xx += x[i]! * x[i]!; xy += x[i]! * y[i]!; yy += y[i]! * y[i]! }
    }
  }
  return xx > 0 && yy > 0 && (yy - xy * xy / xx) / yy < 1e-5
}

/**
 * Delay and polarity by generalised cross-correlation. Half-whitened spectra (|X||Y|)^-0.75 make the peak narrow without raising
 * the noise; cross-spectra of several excerpts add up, so what is not common averages out.
 */
async function alignment(clipA: Clip, clipB: Clip, a: StemAnalysis, b: StemAnalysis): Promise<Omit<Coherence, 'a' | 'b'> | undefined> {
  const size = 2 * excerpt, fft = createFft(size), cross = { re: new Float64Array(size), im: new Float64Array(size) }, times = commonTimes(a, b), pairs: [Float64Array, Float64Array][] = []
  for (const at of times) {
    const x = await mono(clipA, at), y = await mono(clipB, at), re = new Float64Array(size), im = new Float64Array(size)
    pairs.push([x, y])
    re.set(x); im.set(y)
    fft.forward(re, im)
    for (let k = 1; k < excerpt; k++) {
      // Both spectra from one transform: X = (Z + Z'*) / 2, Y = (Z - Z'*) / 2i.
      const j = size - k, xr = re[k]! + re[j]!, xi = im[k]! - im[j]!, yr = im[k]! + im[j]!, yi = re[j]! - re[k]!
      const w = ((xr * xr + xi * xi) * (yr * yr + yi * yi) + 1e-30) ** -0.375
      cross.re[k]! += (xr * yr + xi * yi) * w
      cross.im[k]! += (xi * yr - xr * yi) * w
    }
  }
  fft.forward(cross.re, cross.im)
  const limit = Math.round(reach * a.sampleRate), at = (lag: number) => cross.re[(size + lag) % size]!
  let lag = 0, sum = 0
  for (let d = -limit; d <= limit; d++) { sum += at(d) ** 2; if (Math.abs(at(d)) > Math.abs(at(lag))) lag = d }
  const sharp = Math.abs(at(lag)) / Math.sqrt(sum / (2 * limit + 1)), strength = Math.abs(correlation(pairs, lag))
  return sharp > 8 && strength > 0.15 ? { delay: lag, polarity: at(lag) < 0 ? -1 : 1, strength } : undefined
}

function correlation(pairs: readonly (readonly [Float64Array, Float64Array])[], lag: number): number {
  let xy = 0, xx = 0, yy = 0
  for (const [x, y] of pairs) for (let i = Math.max(0, -lag); i < excerpt - Math.max(0, lag); i++) { const p = x[i]!, q = y[i + lag]!; xy += p * q; xx += p * p; yy += q * q }
  return xx * yy > 0 ? xy / Math.sqrt(xx * yy) : 0
}
