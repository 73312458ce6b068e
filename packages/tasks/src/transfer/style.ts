/** A style: what is measured of a sound that others are to sound like. No audio. */
import type { Clip } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import { asHeard } from '../master/loudness.ts'
import { heardSound, type PooledSpectra, type Sound } from '../master/sound.ts'
import { rounded } from '../mix/decisions.ts'
import type { MixServices } from '../mix/services.ts'
import { excerptOf } from './excerpt.ts'
import { type ToneFrames, toneFrames } from './frames.ts'
import { type Levels, levelsOf } from './levels.ts'
import type { StyleName } from './styles.ts'

export interface Style {
  readonly name: string
  readonly sampleRate: number
  readonly channels: 1 | 2
  readonly tone: ToneFrames
  readonly levels: Levels['values']
  /** Of the whole: what its sides are compared by. */
  readonly spectra: PooledSpectra
  /** LUFS as heard on two loudspeakers, and dBTP. */
  readonly loudness: number
  readonly truePeak: number
}
/** A style by its name, or what was measured. */
export type StyleSource = StyleName | Style

/** Shortest sound that a style is read from, s. */
export const leastSeconds = 3

/** @returns the style, and what was heard @throws TaskError for silence, and for less than 3 s; the signal's reason */
export async function measureStyle(
  clip: Clip,
  name: string,
  services: Pick<MixServices, 'kernels' | 'signal'>,
  progress?: (fraction: number) => void
): Promise<{ readonly style: Style; readonly sound: Sound }> {
  const { sampleRate, frames } = clip,
    seconds = frames / sampleRate
  if (seconds < leastSeconds)
    throw new TaskError(
      `${name}: ${seconds.toFixed(2)} s are too short for a reference; give at least ${leastSeconds} s`
    )
  const sound = await heardSound(clip, name, services, progress),
    { power: _, ...spectra } = sound.spectra,
    excerpt = await excerptOf(sound)
  return {
    sound,
    style: {
      name,
      sampleRate,
      channels: clip.channels as 1 | 2,
      tone: toneFrames(excerpt, sampleRate, services.kernels).map(frame => frame.map(dB => rounded(dB))),
      levels: levelsOf(excerpt, sampleRate).values.map(dB => rounded(dB, 2)),
      spectra,
      loudness: rounded(asHeard(sound.measured as Parameters<typeof asHeard>[0]), 2),
      truePeak: rounded(sound.measured.truePeak!, 2)
    }
  }
}
