/** Passages of a song through what is planned for it, to hear what that does before the whole is rendered. */
import { type Audio, type Clip, clipOf, measureLoudness, measureTruePeak } from '@mixwright/dsp'
import { peakiness } from '@mixwright/estimate'
import { builder, type Graph } from '@mixwright/graph'
import { limited } from '../mix/master.ts'
import type { MixServices } from '../mix/services.ts'
import { type MasterChain, tonedGraph } from './chain.ts'

export interface Passages {
  /** Behind the chain, in memory. */
  toned(made: MasterChain): Promise<Clip & { readonly audio: Audio }>
}
export const passagesOf = (clip: Clip, services: RenderServices): Passages => ({
  async toned(made) {
    const graph = tonedGraph(made, clip.channels as 1 | 2),
      audio = await rendered(graph, { song: clip }, services)
    return { ...clipOf(audio, clip.sampleRate), audio }
  }
})
export type RenderServices = Pick<MixServices, 'render' | 'signal'>

/** The one output of a graph, in memory. */
export async function rendered(
  graph: Graph,
  inputs: Readonly<Record<string, Clip>>,
  { render, signal }: RenderServices
): Promise<Audio> {
  const [name, { channels }] = Object.entries(graph.outputs)[0]!,
    parts: Audio[] = [],
    { sampleRate } = Object.values(inputs)[0]!
  await render(
    graph,
    inputs,
    { [name]: audio => void parts.push(audio.map(c => c.slice())) },
    {
      sampleRate,
      tail: 0,
      ...(signal && { signal })
    }
  )
  return Array.from({ length: channels }, (_, c) => {
    const out = new Float32Array(parts.reduce((sum, part) => sum + part[c]!.length, 0))
    let at = 0
    for (const part of parts) {
      out.set(part[c]!, at)
      at += part[c]!.length
    }
    return out
  })
}

/** How passages come out at a loudness. */
export interface Loud {
  readonly audio: Audio
  /** Loudness that the limiter takes away, LU. */
  readonly limiting: number
  /** `peakiness` of what comes out, dB. */
  readonly peaks: number
}
/** @param loudness LUFS before the limiter */
export async function loudened(
  toned: Clip & { readonly audio: Audio },
  loudness: number,
  ceiling: number,
  services: RenderServices
): Promise<Loud> {
  const before = measureLoudness(toned.audio, toned.sampleRate).integrated,
    channels = toned.channels as 1 | 2,
    b = builder('loud')
  b.output('out', { channels }, limited(b, b.input('in', { channels }), loudness - before, ceiling, ''))
  const audio = await rendered(b.graph(), { in: toned }, services)
  return {
    audio,
    limiting: Math.max(0, loudness - measureLoudness(audio, toned.sampleRate).integrated),
    peaks: peakiness(audio)
  }
}
/** Of passages, dBTP. */
export const truePeakOf = ({ audio, sampleRate }: Clip & { readonly audio: Audio }): number =>
  measureTruePeak(audio, sampleRate).max
