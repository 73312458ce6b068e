/** How stems relate: duplicates, bleed, and microphones of one source that disagree in polarity or time. */
import type { Clip } from '@mixwright/dsp'
import type { StemAnalysis } from './analysis.ts'
import { type Bleed, bleedOf, ownFrames } from './bleed.ts'
import { type Alignment, alignment, coherence, isCopy } from './coherence.ts'
import { dynamicsOf } from './level.ts'
import { sideFromName } from './role-names.ts'
import { isCloseMic, type Role, rulesOf } from './roles.ts'

/** Two stems of one source: `b` against `a`. */
export interface Coherence extends Alignment {
  readonly a: number
  readonly b: number
}
export interface Relations {
  /** `copy` is `original` times a gain in dB. */
  readonly duplicates: readonly { readonly original: number; readonly copy: number; readonly gain: number }[]
  readonly bleed: readonly Bleed[]
  readonly coherent: readonly Coherence[]
  /** Per stem: share of its active frames in which its own source leads, and its loudness and dynamics there. */
  readonly own: readonly {
    readonly share: number
    readonly loudness: number
    readonly p50: number
    readonly spread: number
  }[]
}

/** Coherence above which a pattern of levels is believed to be bleed. */
const believed = 0.25

/**
 * @param stems clips in the order of `analyses`, of one sample rate; read in excerpts of under a second
 * @param roles which pairs may share a source: the microphones of a kit, and stems of one role
 */
export async function compareStems(
  stems: readonly Clip[],
  analyses: readonly StemAnalysis[],
  roles: readonly Role[],
  signal?: AbortSignal
): Promise<Relations> {
  const suspected = bleedOf(analyses),
    bleed: Bleed[] = [],
    duplicates: { original: number; copy: number; gain: number }[] = [],
    coherent: Coherence[] = [],
    open: [a: number, b: number][] = []
  for (let a = 0; a < stems.length; a++)
    for (let b = a + 1; b < stems.length; b++) {
      signal?.throwIfAborted()
      if (analyses[a]!.silent || analyses[b]!.silent) continue
      const gain = levelDistance(analyses[a]!, analyses[b]!),
        twins =
          gain !== undefined &&
          !isPair(analyses[a]!.name, analyses[b]!.name) &&
          (await isCopy(stems[a]!, stems[b]!, analyses[a]!, analyses[b]!))
      if (!twins) {
        if (mayShare(roles[a]!, roles[b]!)) open.push([a, b])
      } else if (!duplicates.some(d => d.copy === a)) duplicates.push({ original: a, copy: b, gain: gain! })
    }
  // Level patterns may agree by chance; only the same waveform is bleed.
  for (const one of suspected) {
    signal?.throwIfAborted()
    if ((await coherence(stems[one.from]!, stems[one.into]!, analyses[one.from]!, analyses[one.into]!)) > believed)
      bleed.push(one)
  }
  // Two microphones at one drum are no bleed of each other.
  const apart = bleed.filter(({ into, from }) => !sameSource(roles[into]!, roles[from]!)),
    leading = open.length ? analyses.map((_, i) => ownFrames(analyses, i, apart)) : []
  for (const [a, b] of open) {
    signal?.throwIfAborted()
    const where = bothHear(leading, roles, a, b),
      found = await alignment(stems[a]!, stems[b]!, analyses[a]!, analyses[b]!, where)
    if (found && found.strength > 0.15) coherent.push({ a, b, ...found })
  }
  const own = analyses.map((stem, i) => {
    const mask = ownFrames(analyses, i, bleed),
      active = stem.activity.share * mask.length,
      count = mask.reduce((sum, m) => sum + m, 0)
    const { loudness, p50, spread } = dynamicsOf(stem.tracks.level, stem.tracks.hop, mask)
    return {
      share: active ? Math.min(1, count / active) : 0,
      loudness: Number.isFinite(loudness) ? loudness : stem.loudness,
      p50,
      spread
    }
  })
  return { duplicates, bleed, coherent, own }
}

const mayShare = (a: Role, b: Role): boolean =>
  (rulesOf(a).kitMic === true && rulesOf(b).kitMic === true) || (a === b && (a === 'bass' || a === 'guitar'))
/** Toms are several drums of one role. */
const sameSource = (a: Role, b: Role): boolean => a === b && a !== 'tom'
/**
 * Frames that tell how two microphones stand to each other: those in which the drum of the close ones leads, in all
 * microphones at it, as what leads in one may be another drum that is loud there too.
 */
function bothHear(own: readonly Uint8Array[], roles: readonly Role[], a: number, b: number): Uint8Array | undefined {
  const close = [a, b].filter(i => isCloseMic(roles[i]!)),
    all = roles.flatMap((role, i) => (close.some(j => i === j || sameSource(role, roles[j]!)) ? [i] : []))
  return all.length ? own[all[0]!]!.map((one, f) => (all.every(i => own[i]![f]) ? one : 0)) : undefined
}
const isPair = (a: string, b: string): boolean => {
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
