/** The clips on a track of a workstation as one recording. */
import type { Audio, Clip } from '@mixwright/dsp'
import { type DawClip, dawLimits } from '@mixwright/files'

/**
 * Clips sum where they overlap; begins and ends are rounded to samples.
 * @param sources by the names of the clips' files, all at `sampleRate`
 */
export function arranged(clips: readonly DawClip[], sources: ReadonlyMap<string, Clip>, sampleRate: number): Clip {
  const samples = (seconds: number) => Math.round(seconds * sampleRate),
    parts = clips.map(clip => {
      const source = sources.get(clip.file)!,
        from = samples(clip.start),
        offset = samples(clip.offset),
        frames = Math.max(0, Math.min(samples(clip.start + clip.length) - from, source.frames - offset))
      return { ...clip, source, from, offset, frames, rise: samples(clip.fadeIn), fall: samples(clip.fadeOut) }
    }),
    channels = Math.max(1, ...parts.map(part => part.source.channels)),
    frames = Math.max(0, ...parts.map(part => part.from + part.frames))
  return {
    sampleRate,
    channels,
    frames,
    async read(start, count) {
      const out = Array.from({ length: channels }, () => new Float32Array(count))
      for (const part of parts) {
        const from = Math.max(start, part.from),
          to = Math.min(start + count, part.from + part.frames)
        if (to <= from) continue
        const audio = await part.source.read(from - part.from + part.offset, to - from)
        add(out, audio, from - start, part, from - part.from)
      }
      return out
    }
  }
}

/**
 * Clips whose files begin again, as clips that do not.
 * @param seconds of a file
 * @returns undefined where one comes round too often (`dawLimits.rounds`)
 */
export function unrolled(clips: readonly DawClip[], seconds: (file: string) => number): DawClip[] | undefined {
  const made: DawClip[] = []
  for (const { loop, ...clip } of clips) {
    const whole = seconds(clip.file),
      end = clip.start + clip.length
    if (!loop || !(whole > 0) || clip.offset + clip.length <= whole + tiny) {
      made.push(clip)
      continue
    }
    if (clip.length / whole > dawLimits.rounds) return undefined
    let offset = clip.offset % whole
    for (let start = clip.start; end > start + tiny; offset = 0) {
      const length = Math.min(whole - offset, end - start),
        last = end <= start + length + tiny
      made.push({
        ...clip,
        start,
        offset,
        length,
        fadeIn: start === clip.start ? clip.fadeIn : 0,
        fadeOut: last ? clip.fadeOut : 0
      })
      start += length
    }
  }
  return made
}
/** Seconds by which files and clips differ without a reason. */
const tiny = 1e-6

interface Shape {
  readonly gain: number
  readonly frames: number
  readonly rise: number
  readonly fall: number
}
/** @param at where in the clip the audio begins */
function add(out: Audio, audio: Audio, to: number, { gain, frames, rise, fall }: Shape, at: number): void {
  for (const [c, channel] of out.entries()) {
    const samples = audio[c] ?? audio[0]!
    for (let i = 0; i < samples.length; i++) {
      const place = at + i,
        up = place < rise ? place / rise : 1,
        down = frames - place < fall ? (frames - place) / fall : 1
      channel[to + i]! += gain * up * down * samples[i]!
    }
  }
}

/** Whether a track plays one file from its start to its end, as it is. `seconds` of the file */
export const isWhole = (clips: readonly DawClip[], seconds: number): boolean => {
  const [one] = clips
  return (
    clips.length === 1 &&
    one!.start === 0 &&
    one!.offset === 0 &&
    one!.gain === 1 &&
    one!.fadeIn === 0 &&
    one!.fadeOut === 0 &&
    one!.length >= seconds - 1e-4
  )
}
