/** The hits of a drum in its own microphone, which hears the rest of the kit too. */
import { fromByte, powerOfByte, type StemAnalysis, type Tracks } from './analysis.ts'
import { onsetsOf } from './features.ts'
import { percentile, tail } from './level.ts'
import { isCloseMic, type Role, sameSource } from './roles.ts'

/** Seconds over which a hit is as loud as it is heard: about a tenth, after which loudness grows no more (Zwicker & Fastl). */
const heardOver = 0.1
/** dB against the loudest of each by which another drum may stand higher for a hit to be two drums at once, not bleed. */
const atOnce = 6

/** Frames in which hits begin that are the microphone's own: it stands as near to its loudest as any close one of the kit. */
export function ownHits(stems: readonly StemAnalysis[], roles: readonly Role[], index: number): number[] {
  const { tracks } = stems[index]!,
    kit = roles.flatMap((role, i) =>
      i !== index && isCloseMic(role) && !sameSource(role, roles[index]!) && !stems[i]!.silent
        ? [nearness(stems[i]!)]
        : []
    ),
    near = nearness(stems[index]!),
    leading = onsetsOf(tracks).filter(f => kit.every(other => near(f) > other(f) - atOnce)),
    levels = hitLevels(tracks, leading),
    top = percentile(levels, 0.95)
  return leading.filter((_, i) => levels[i]! > top - tail)
}
/** dB of a hit that begins in a frame against the loudest frame of all. */
function nearness({ tracks: { level } }: StemAnalysis): (frame: number) => number {
  const loudest = level.reduce((most, byte) => Math.max(most, byte), 0)
  return f => fromByte(Math.max(level[f] ?? 0, level[f + 1] ?? 0, level[f + 2] ?? 0)) - fromByte(loudest)
}
const hitLevels = ({ level, hop }: Pick<Tracks, 'level' | 'hop'>, hits: readonly number[]): number[] =>
  hits.map(f => {
    const frames = level.subarray(f, f + Math.ceil(heardOver / hop))
    return 10 * Math.log10(frames.reduce((sum, byte) => sum + powerOfByte[byte]!, 0) / frames.length + 1e-20)
  })
/** LU from the soft hits to the loud ones, 10th to 95th percentile as in `dynamicsOf`. @param hits frames; NaN of none */
export function hitSpread(tracks: Pick<Tracks, 'level' | 'hop'>, hits: readonly number[]): number {
  const levels = hitLevels(tracks, hits)
  return percentile(levels, 0.95) - percentile(levels, 0.1)
}
