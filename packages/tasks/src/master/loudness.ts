/** How loud a master is to be. */
import type { Measurement } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import { asMeasured } from '../mix/master.ts'
import type { MasterTarget } from './options.ts'
import type { RenderServices } from '../mix/rendered.ts'
import { loudened, type Toned } from './passages.ts'
import { platforms } from './platforms.ts'
import { type Weighted, weightedMean } from './tone.ts'

export interface LoudnessTarget {
  /** LUFS, as heard on two loudspeakers, and dBTP. */
  readonly loudness: number
  readonly ceiling: number
}
/** LUFS of a file as heard: one channel plays on two loudspeakers. */
export const asHeard = ({ integrated, channels }: Pick<Measurement, 'integrated' | 'channels'>): number =>
  integrated! - asMeasured(0, channels as 1 | 2)

/** Undefined where the material decides. @throws TaskError for a reference that is missing */
export function statedTarget(
  { target, loudness, ceiling }: { readonly target: MasterTarget; readonly loudness: number; readonly ceiling: number },
  references: readonly Weighted<Measurement>[]
): LoudnessTarget | undefined {
  if (target === 'auto') return undefined
  if (target === 'loudness') return { loudness, ceiling }
  if (target !== 'reference') return platforms[target]
  const theirs = weightedMean(references, asHeard)
  if (theirs === undefined)
    throw new TaskError('master.target: "reference" needs a reference to be as loud as; give one, or another target')
  return { loudness: theirs, ceiling }
}

/** Most that the limiter may take where the material decides, LU, and the loudest that it decides for, LUFS. */
const auto = { limiting: 0.3, most: -9 } as const
/** dB by which peaks stand over the level (`peakiness`) of finished songs: the median of those to learn from. */
const usualPeaks = 6.3
/**
 * As loud as it gets before the limiter is heard or peaks stand lower than in finished songs, at most -9 LUFS; a song that
 * is louder or denser has its peaks turned to the ceiling: nobody asked for a limiter.
 * @param toned passages behind the tone, @param song what it was as a whole
 */
export async function cleanLoudness(
  toned: Toned,
  song: Measurement,
  ceiling: number,
  services: RenderServices
): Promise<number> {
  const atCeiling = asHeard(song) + ceiling - song.truePeak!,
    channels = toned.channels as 1 | 2
  let [clean, loud] = [atCeiling, auto.most] as [number, number]
  if (atCeiling >= auto.most) return Math.min(atCeiling, Math.max(asHeard(song), auto.most))
  for (let k = 0; k < 5; k++) {
    const middle = (clean + loud) / 2,
      { limiting, peaks } = await loudened(toned, asMeasured(middle, channels), ceiling, services)
    if (limiting <= auto.limiting && peaks >= usualPeaks) clean = middle
    else loud = middle
  }
  return Math.round(10 * clean) / 10
}
