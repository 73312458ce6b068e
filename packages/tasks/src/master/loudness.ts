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

/** LUFS between which the material decides, and LU that the limiter may take then: with 0.6 the tone of seven finished songs moved by 0.27 dB in the mean (Bark bands), of one by 0.95. */
const auto = { least: -18, most: -9, limiting: 0.3 } as const
/**
 * As loud as it gets before the limiter is heard, at most -9 LUFS; a song that is louder even with its peaks turned down to
 * the ceiling gets that turn alone: nobody asked for a limiter.
 * @param toned passages behind the tone, @param song what it was as a whole
 */
export async function cleanLoudness(
  toned: Toned,
  song: Measurement,
  ceiling: number,
  services: RenderServices
): Promise<number> {
  const own = asHeard(song) + Math.min(0, ceiling - song.truePeak!),
    channels = toned.channels as 1 | 2
  let [clean, loud] = [Math.min(auto.least, own), auto.most] as [number, number]
  if (own >= auto.most) return own
  for (let k = 0; k < 5; k++) {
    const middle = (clean + loud) / 2,
      { limiting } = await loudened(toned, asMeasured(middle, channels), ceiling, services)
    if (limiting <= auto.limiting) clean = middle
    else loud = middle
  }
  return Math.round(10 * Math.max(own, clean)) / 10
}
