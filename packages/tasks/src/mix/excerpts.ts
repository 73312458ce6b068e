/** A short clip of a long one, for a first impression. */
import type { Clip } from '@mixwright/dsp'

/** Evenly spaced pieces of `seconds` each, one after the other; the clip itself where it is hardly longer than that. */
export function excerptsOf(clip: Clip, pieces = 24, seconds = 1.5): Clip {
  const length = Math.round(seconds * clip.sampleRate),
    frames = pieces * length
  if (clip.frames < 2 * frames) return clip
  const startOf = (piece: number) => Math.round((piece * (clip.frames - length)) / (pieces - 1))
  return {
    sampleRate: clip.sampleRate,
    channels: clip.channels,
    frames,
    async read(start, count) {
      const out = Array.from({ length: clip.channels }, () => new Float32Array(count))
      for (let at = Math.max(0, start); at < Math.min(frames, start + count); ) {
        const piece = Math.floor(at / length),
          inside = at - piece * length,
          take = Math.min(length - inside, start + count - at)
        const part = await clip.read(startOf(piece) + inside, take)
        part.forEach((channel, c) => out[c]!.set(channel, at - start))
        at += take
      }
      return out
    }
  }
}
