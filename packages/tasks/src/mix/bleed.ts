/** Bleed: the share of one stem's sound that is another stem's source. */
import type { Clip } from '@mixwright/dsp'
import { bands, fromByte, powerOfByte, type StemAnalysis } from './analysis.ts'
import { type Heard, heard } from './heard.ts'

export interface Bleed {
  /** Indices of the stem that hears and of the stem whose source it hears. */
  readonly into: number
  readonly from: number
  /** Level of the source in `into` against that in `from`, dB, weighted by the source's energy. */
  readonly ratio: number
  /** The same per band of the tracks; NaN where nothing tells. */
  readonly perBand: readonly number[]
}

/**
 * Coherence times the height of the peak of the cross-correlation from which on a microphone hears a source: players of one
 * song reach 4. A peak this high tells by itself, where the microphone's own source never pauses.
 */
const least = { both: 5, sharpness: 15 } as const
/** s by which sound may seem to come early, and what players of one beat differ by: two converters. */
const early = 3e-4
const isHeard = ({ sharpness, coherence, delay }: Heard): boolean =>
  delay > -early && (sharpness * coherence > least.both || (sharpness > least.sharpness && delay > early))
/** Of the coherence of one direction that the other has where both are microphones of one source. */
const alike = 0.75

/**
 * All bleed between stems: sound arrives later in the microphone that it was not meant for. Two that hear the same source
 * alike are no bleed: they come out in neither direction.
 * @param clips read in excerpts of under a second
 */
export async function bleedOf(
  clips: readonly Clip[],
  stems: readonly StemAnalysis[],
  signal?: AbortSignal
): Promise<Bleed[]> {
  const found: Bleed[] = [],
    between = (from: number, into: number) => heard(clips[from]!, clips[into]!, stems[from]!, stems[into]!)
  for (let from = 0; from < stems.length; from++)
    for (let into = 0; into < stems.length; into++) {
      signal?.throwIfAborted()
      if (from === into || stems[from]!.silent || stems[into]!.silent) continue
      const there = await between(from, into)
      if (!there || !isHeard(there)) continue
      const back = await between(into, from)
      if (!back || back.coherence < alike * there.coherence)
        found.push({ from, into, ratio: there.ratio, perBand: there.perBand })
    }
  return found
}

/** 1 where the stem plays and its own source stands 3 dB or more above all bleed into it. */
export function ownFrames(stems: readonly StemAnalysis[], index: number, bleed: readonly Bleed[]): Uint8Array {
  const stem = stems[index]!,
    { hop, level } = stem.tracks,
    own = new Uint8Array(level.length)
  for (const [start, end] of stem.activity.regions) own.fill(1, Math.round(start / hop), Math.round(end / hop))
  const sources = bleed
    .filter(b => b.into === index)
    .map(b => ({
      tracks: stems[b.from]!.tracks.bands,
      gains: b.perBand.map(r => 10 ** ((Number.isNaN(r) ? b.ratio : r) / 10))
    }))
  if (sources.length === 0) return own
  for (let i = 0; i < own.length; i++) {
    if (!own[i]) continue
    let mine = 0,
      theirs = 0
    for (let b = 0; b < bands; b++) {
      mine += powerOfByte[stem.tracks.bands[b]![i]!]!
      for (const source of sources) theirs += source.gains[b]! * powerOfByte[source.tracks[b]![i] ?? 0]!
    }
    if (mine < 2 * theirs || fromByte(level[i]!) < stem.activity.threshold) own[i] = 0
  }
  return own
}
