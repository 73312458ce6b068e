/** Passages of a song through what is planned for it, to hear what that does before the whole is rendered. */
import { type Audio, type Clip, clipOf, measureLoudness, measureTruePeak, processors } from '@mixwright/dsp'
import { peakiness } from '@mixwright/estimate'
import { builder } from '@mixwright/graph'
import { joined } from '../mix/excerpts.ts'
import { limited } from '../mix/master.ts'
import { rendered, type RenderServices } from '../mix/rendered.ts'
import { type MasterChain, tonedGraph } from './chain.ts'
import type { Sound } from './sound.ts'

export interface Passages {
  toned(made: MasterChain): Promise<Toned>
}
/** Passages behind a chain, in memory. */
export interface Toned extends Clip {
  readonly audio: Audio
  /** LU by which the passages are louder than the song as a whole. */
  readonly louder: number
}
export function passagesOf(song: Sound, services: RenderServices): Passages {
  const clip = loudPassages(song),
    louder = clip
      .read(0, clip.frames)
      .then(audio => measureLoudness(audio, clip.sampleRate).integrated - song.measured.integrated!)
  return {
    async toned(made) {
      const graph = tonedGraph(made, clip.channels as 1 | 2),
        audio = await rendered(graph, { song: clip }, services)
      return { ...clipOf(audio, clip.sampleRate), audio, louder: await louder }
    }
  }
}

/** Passages, and seconds of each. */
const count = 8,
  seconds = 3
/** Where a song is at its loudest, spread over what is not 3 LU softer than the loudest: the limiter's work is there. */
export function loudPassages({ clip, series: { step, shortTerm } }: Pick<Sound, 'clip' | 'series'>): Clip {
  const length = Math.round(seconds * clip.sampleRate)
  if (clip.frames < 2 * count * length) return clip
  const loudest = shortTerm.reduce<number>((most, v) => Math.max(most, v ?? most), Number.NEGATIVE_INFINITY),
    places = Array.from({ length: Math.floor(clip.frames / length) }, (_, i) => i * length),
    loud = (start: number) => shortTerm[Math.round(start / clip.sampleRate / step)] ?? Number.NEGATIVE_INFINITY,
    among = places.filter(start => loud(start) > loudest - 3),
    enough = among.length >= count ? among : [...places].sort((a, b) => loud(b) - loud(a)).slice(0, count)
  const starts = Array.from({ length: count }, (_, i) => enough[Math.floor((i * enough.length) / count)]!)
  return joined(
    clip,
    starts.sort((a, b) => a - b),
    length
  )
}
/** How passages come out at a loudness. */
export interface Loud {
  readonly audio: Audio
  /** Loudness that the limiter takes away, LU. */
  readonly limiting: number
  /** `peakiness` of what comes out, dB. */
  readonly peaks: number
}
/** @param loudness LUFS of the whole song, in front of the limiter */
export async function loudened(
  toned: Toned,
  loudness: number,
  ceiling: number,
  services: RenderServices
): Promise<Loud> {
  const before = measureLoudness(toned.audio, toned.sampleRate).integrated,
    // What no gain reaches is refused when the whole is mastered.
    gain = Math.min(processors.gain.params.gain.max, loudness + toned.louder - before),
    wanted = before + gain,
    channels = toned.channels as 1 | 2,
    b = builder('loud')
  b.output('out', { channels }, limited(b, b.input('in', { channels }), gain, ceiling, ''))
  const audio = await rendered(b.graph(), { in: toned }, services)
  return {
    audio,
    limiting: Math.max(0, wanted - measureLoudness(audio, toned.sampleRate).integrated),
    peaks: peakiness(audio)
  }
}
/** Of passages, dBTP. */
export const truePeakOf = ({ audio, sampleRate }: Toned): number => measureTruePeak(audio, sampleRate).max
