/** Bleed that is heard as a waveform. */
import type { Clip } from '@mixwright/dsp'
import type { StemAnalysis } from './analysis.ts'
import type { Bleed } from './bleed.ts'
import { type Heard, heard } from './heard.ts'
import { likeliest, mostPairs } from './pairs.ts'

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
 * alike are no bleed: they come out in neither direction. Of very many stems the likeliest pairs.
 * @param clips read in excerpts of under a second
 */
export async function heardBleed(
  clips: readonly Clip[],
  stems: readonly StemAnalysis[],
  signal?: AbortSignal
): Promise<Bleed[]> {
  const found: Bleed[] = [],
    between = (from: number, into: number) => heard(clips[from]!, clips[into]!, stems[from]!, stems[into]!),
    sounding = stems.flatMap((stem, i) => (stem.silent ? [] : [i])),
    pairs = sounding.flatMap(from => sounding.flatMap(into => (from === into ? [] : [[from, into] as const])))
  for (const [from, into] of likeliest(pairs, stems, mostPairs)) {
    signal?.throwIfAborted()
    const there = await between(from, into)
    if (!there || !isHeard(there)) continue
    const back = await between(into, from)
    if (!back || back.coherence < alike * there.coherence)
      found.push({ from, into, ratio: there.ratio, perBand: there.perBand, certain: true })
  }
  return found
}
