/** Short clips of long ones: for a first impression, and for work that hears a passage many times. */
import type { Clip } from '@mixwright/dsp'
import type { StemAnalysis } from './analysis.ts'

/** Evenly spaced pieces of `seconds` each, one after the other; the clip itself where it is hardly longer than that. */
export function excerptsOf(clip: Clip, pieces = 24, seconds = 1.5): Clip {
  const length = Math.round(seconds * clip.sampleRate)
  if (clip.frames < 2 * pieces * length) return clip
  return joined(
    clip,
    Array.from({ length: pieces }, (_, piece) => Math.round((piece * (clip.frames - length)) / (pieces - 1))),
    length
  )
}

/** Pieces of a clip, `length` samples from each of `starts` on, one after the other. */
export function joined(clip: Clip, starts: readonly number[], length: number): Clip {
  const frames = starts.length * length
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
        const part = await clip.read(starts[piece]! + inside, take)
        part.forEach((channel, c) => out[c]!.set(channel, at - start))
        at += take
      }
      return out
    }
  }
}

/**
 * Where a song tells most: `count` passages that together hold every stem at work, those that count for more longer.
 * @param weights per stem @param seconds of a passage
 * @returns starts in seconds, ascending; fewer where the song is shorter
 */
export function passages(
  stems: readonly StemAnalysis[],
  weights: readonly number[],
  count: number,
  seconds: number
): number[] {
  const duration = Math.max(...stems.map(stem => stem.frames / stem.sampleRate)),
    starts = Array.from({ length: Math.max(1, Math.floor(duration / seconds)) }, (_, i) => i * seconds),
    active = starts.map(start => stems.map(stem => activeShare(stem, start, start + seconds))),
    heard = stems.map(() => 0),
    found: number[] = []
  // Greedy: what a passage adds falls as a stem has been heard already.
  while (found.length < Math.min(count, starts.length)) {
    const gain = (i: number) =>
        stems.reduce(
          (sum, _, s) => sum + weights[s]! * (Math.sqrt(heard[s]! + active[i]![s]!) - Math.sqrt(heard[s]!)),
          0
        ),
      open = starts.map((_, i) => i).filter(i => !found.includes(i)),
      best = open.reduce((a, b) => (gain(b) > gain(a) ? b : a))
    found.push(best)
    active[best]!.forEach((share, s) => {
      heard[s]! += share
    })
  }
  return found.map(i => starts[i]!).sort((a, b) => a - b)
}

/** How much of a stretch a stem plays, a loud passage counting more than a soft one. */
function activeShare({ activity, tracks }: StemAnalysis, from: number, to: number): number {
  const overlap = activity.regions.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0),
    frames = tracks.level.subarray(Math.floor(from / tracks.hop), Math.ceil(to / tracks.hop)),
    loudest = tracks.level.reduce((most, byte) => Math.max(most, byte), 1)
  const mean = frames.length ? frames.reduce((sum, byte) => sum + byte, 0) / frames.length / loudest : 0
  return (overlap / (to - from)) * mean
}
