/** A style: what is measured of a sound that others are to sound like. No audio. */
import type { Audio, Clip, Kernels } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import { asHeard } from '../master/loudness.ts'
import { heardSound, type Sound, type Spectra } from '../master/sound.ts'
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
  readonly spectra: Spectra
  /** LUFS as heard on two loudspeakers, and dBTP. */
  readonly loudness: number
  readonly truePeak: number
}
/** A style by its name, or what was measured. */
export type StyleSource = StyleName | Style

/** Shortest sound that a style is read from, s. */
export const leastSeconds = 3

/** Tone and levels of audio in memory. */
export interface Analysed {
  readonly tone: ToneFrames
  readonly levels: Levels
}
export const analysed = (audio: Audio, sampleRate: number, kernels: Kernels): Analysed => ({
  tone: toneFrames(audio, sampleRate, kernels),
  levels: levelsOf(audio, sampleRate)
})

/** @throws TaskError for silence, and for less than 3 s; the signal's reason */
export async function measureStyle(
  clip: Clip,
  name: string,
  services: Pick<MixServices, 'kernels' | 'signal'>,
  progress?: (fraction: number) => void
): Promise<Style> {
  const seconds = clip.frames / clip.sampleRate
  if (seconds < leastSeconds)
    throw new TaskError(`${name}: ${seconds.toFixed(2)} s are too short for a reference; give at least ${leastSeconds} s`)
  return styleOf(await heardSound(clip, name, services, progress), name, services.kernels)
}
async function styleOf(sound: Sound, name: string, kernels: Kernels): Promise<Style> {
  const { clip, measured, spectra } = sound,
    { tone, levels } = analysed(await excerptOf(sound), clip.sampleRate, kernels)
  return {
    name,
    sampleRate: clip.sampleRate,
    channels: clip.channels as 1 | 2,
    tone: tone.map(frame => frame.map(dB => rounded(dB))),
    levels: levels.values.map(dB => rounded(dB, 2)),
    spectra,
    loudness: rounded(asHeard(measured as Parameters<typeof asHeard>[0]), 2),
    truePeak: rounded(measured.truePeak!, 2)
  }
}
