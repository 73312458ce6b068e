/** How stems relate: duplicates, bleed, and microphones of one source that disagree in polarity or time. */
import type { Clip } from '@mixwright/dsp'
import type { StemAnalysis } from './analysis.ts'
import { type Bleed, bleedOf, ownFrames } from './bleed.ts'
import { type Alignment, coherence } from './coherence.ts'
import { heardBleed } from './heard-bleed.ts'
import { dynamicsOf } from './level.ts'
import { type Copy, copyGain, likeliest, mayShare, mostPairs, pairOf, playTogether } from './pairs.ts'
import { isCloseMic, type Role, sameSource } from './roles.ts'

/** Two stems of one source: `b` against `a`. */
export interface Coherence extends Alignment {
  readonly a: number
  readonly b: number
}
/** `copy` is `original` times a gain in dB, and later by `delay` samples. */
export interface Duplicate extends Copy {
  readonly original: number
  readonly copy: number
}
export interface Relations {
  readonly duplicates: readonly Duplicate[]
  readonly bleed: readonly Bleed[]
  readonly coherent: readonly Coherence[]
  /** Per stem: frames in which its own source leads (1 each), their share of the active ones, loudness and dynamics there. */
  readonly own: readonly {
    readonly leading: Uint8Array
    readonly share: number
    readonly loudness: number
    readonly p50: number
    readonly spread: number
  }[]
}

/** Coherence above which a pattern of levels is believed to be bleed. */
const believed = 0.25

async function allBleed(
  stems: readonly Clip[],
  analyses: readonly StemAnalysis[],
  signal?: AbortSignal
): Promise<Bleed[]> {
  const bleed = await heardBleed(stems, analyses, signal)
  // In a room full of drums no delay stands out; there the pattern of levels is believed, if the waveforms agree at all.
  const heard = new Set(bleed.map(({ from, into }) => from * stems.length + into)),
    patterns = bleedOf(analyses).flatMap(one =>
      heard.has(one.from * stems.length + one.into) ? [] : [[one.from, one.into, one] as const]
    )
  for (const [from, into, one] of likeliest(patterns, analyses, mostPairs)) {
    signal?.throwIfAborted()
    if ((await coherence(stems[from]!, stems[into]!, analyses[from]!, analyses[into]!)) > believed) bleed.push(one)
  }
  return bleed
}

/**
 * @param stems clips in the order of `analyses`, of one sample rate; read in excerpts of under a second
 * @param known bleed, which does not depend on the roles; absent: it is looked for
 * @param roles which pairs may share a source: the microphones of a kit, and stems of one role
 */
export async function compareStems(
  stems: readonly Clip[],
  analyses: readonly StemAnalysis[],
  roles: readonly Role[],
  signal?: AbortSignal,
  known?: readonly Bleed[]
): Promise<Relations> {
  const bleed = known ?? (await allBleed(stems, analyses, signal)),
    duplicates: Duplicate[] = [],
    coherent: Coherence[] = [],
    open: [a: number, b: number][] = [],
    alike = (original: number, copy: number, how: Copy) => {
      if (!duplicates.some(d => d.copy === original)) duplicates.push({ original, copy, ...how })
    },
    two = <T>(list: readonly T[], a: number, b: number) => [list[a]!, list[b]!] as const
  for (let a = 0; a < stems.length; a++)
    for (let b = a + 1; b < stems.length; b++) {
      signal?.throwIfAborted()
      if (analyses[a]!.silent || analyses[b]!.silent) continue
      const gain = await copyGain(two(stems, a, b), two(analyses, a, b))
      if (gain !== undefined) alike(a, b, { gain, delay: 0, filtered: false })
      else if (mayShare(...two(roles, a, b)) || playTogether(...two(analyses, a, b))) open.push([a, b])
    }
  // Two microphones at one drum are no bleed of each other.
  const apart = bleed.filter(({ into, from }) => !sameSource(roles[into]!, roles[from]!)),
    leadIn = open.length ? analyses.map((_, i) => ownFrames(analyses, i, apart)) : []
  for (const [a, b] of likeliest(open, analyses, mostPairs / 2)) {
    signal?.throwIfAborted()
    const where = bothHear(leadIn, roles, a, b),
      found = await pairOf(two(stems, a, b), two(analyses, a, b), two(roles, a, b), where)
    if (found && 'gain' in found) alike(a, b, found)
    else if (found) coherent.push({ a, b, ...found })
  }
  const foreign = bleed.filter(
      ({ into, from }) => !(isCloseMic(roles[into]!) && sameSource(roles[into]!, roles[from]!))
    ),
    own = analyses.map((stem, i) => {
      const leading = ownFrames(analyses, i, foreign),
        active = stem.activity.share * leading.length,
        count = leading.reduce((sum, m) => sum + m, 0)
      const found = dynamicsOf(stem.tracks.level, stem.tracks.hop, leading),
        // What never leads is known by all that it plays.
        { loudness, p50, spread } = Number.isFinite(found.loudness) ? found : { ...stem, ...stem.dynamics }
      return { leading, share: active ? Math.min(1, count / active) : 0, loudness, p50, spread }
    })
  return { duplicates, bleed, coherent, own }
}

/**
 * Frames that tell how two microphones stand to each other: those in which the drum of the close ones leads, in all
 * microphones at it, as what leads in one may be another drum that is loud there too.
 */
function bothHear(own: readonly Uint8Array[], roles: readonly Role[], a: number, b: number): Uint8Array | undefined {
  const close = [a, b].filter(i => isCloseMic(roles[i]!)),
    all = roles.flatMap((role, i) => (close.some(j => i === j || sameSource(role, roles[j]!)) ? [i] : []))
  return all.length ? own[all[0]!]!.map((one, f) => (all.every(i => own[i]![f]) ? one : 0)) : undefined
}
