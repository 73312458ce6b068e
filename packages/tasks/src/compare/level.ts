/** One loudness for all, without any true peak above the ceiling. */
import { type Audio, measureLoudness, measureTruePeak } from '@mixwright/dsp'

/** dBTP: lossy transmission and cheap converters overshoot (EBU R 128). */
export const ceiling = -1

export interface Leveled {
  /** LUFS of the excerpt as it was. */
  readonly loudness: number
  /** dBTP of the excerpt as it was. */
  readonly truePeak: number
  /** dB */
  readonly gain: number
}

/**
 * The highest loudness at which all stay below the ceiling, but not above the loudest of them. The audio must be in the
 * form in which it will be played.
 * @returns undefined in place of what is silent
 */
export function levels(
  excerpts: readonly Audio[],
  sampleRate: number
): { target: number; all: (Leveled | undefined)[] } {
  const measured = excerpts.map(audio => ({
    loudness: measureLoudness(audio, sampleRate).integrated,
    truePeak: measureTruePeak(audio, sampleRate).max
  }))
  const heard = measured.filter(m => Number.isFinite(m.loudness)),
    target = Math.min(...heard.map(m => m.loudness + ceiling - m.truePeak), Math.max(...heard.map(m => m.loudness)))
  return {
    target,
    all: measured.map(m => (Number.isFinite(m.loudness) ? { ...m, gain: target - m.loudness } : undefined))
  }
}
