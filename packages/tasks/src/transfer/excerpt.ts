/** The passages of a sound that its search and its comparison hear: where it plays, in memory. */
import type { Audio } from '@mixwright/dsp'
import type { Sound } from '../master/sound.ts'
import { joined } from '../mix/excerpts.ts'

/** Passages, seconds of each, and how long a sound is heard as a whole. */
const count = 6,
  seconds = 4,
  whole = 24
/** Softer than the whole by more than this is a pause, LU (the relative gate of BS.1770). */
const gate = 10

/** Evenly spread over what plays. */
export function excerptOf({ clip, measured, series }: Pick<Sound, 'clip' | 'measured' | 'series'>): Promise<Audio> {
  const length = Math.round(seconds * clip.sampleRate)
  if (clip.frames <= whole * clip.sampleRate) return clip.read(0, clip.frames)
  const places = Array.from({ length: Math.floor(clip.frames / length) }, (_, i) => i * length),
    playing = places.filter(
      start =>
        (series.shortTerm[Math.round(start / clip.sampleRate / series.step)] ?? -200) > measured.integrated! - gate
    ),
    among = playing.length >= count ? playing : places,
    starts = Array.from({ length: count }, (_, i) => among[Math.floor(((i + 0.5) * among.length) / count)]!),
    passages = joined(clip, starts, length)
  return passages.read(0, passages.frames)
}

/** Every second passage of a long excerpt: what is heard again and again. */
export function shorter(audio: Audio, sampleRate: number): Audio {
  const length = Math.round(seconds * sampleRate),
    pieces = Math.floor(audio[0]!.length / length)
  if (pieces < 4) return audio
  return audio.map(channel => {
    const out = new Float32Array(Math.ceil(pieces / 2) * length)
    for (let k = 0; k < pieces; k += 2) out.set(channel.subarray(k * length, (k + 1) * length), (k / 2) * length)
    return out
  })
}
