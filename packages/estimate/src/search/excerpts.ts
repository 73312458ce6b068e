/** Stretches of dry sources and the wet, in memory: what a search listens to. */
import type { Audio, Clip, Kernels, Samples } from '@mixwright/dsp'
import { type FitProblem, latencyMargin } from '../fit/graph-rig.ts'
import { graphMatchLoss } from '../losses/graph-match.ts'
import type { SoundLoss } from '../losses/sound-loss.ts'
import { type Device, mixOutput } from './console.ts'
import type { LongPassage } from './long-passage.ts'

export interface Stretches {
  readonly sampleRate: number
  /** First judged samples. */
  readonly starts: readonly number[]
  /** Samples before each that only fill the memory of what is tried. */
  readonly warmup: number
  readonly judged: number
  readonly passages: readonly {
    /** By name; from `warmup` before the start on, `latencyMargin` beyond the end. */
    readonly inputs: Readonly<Record<string, Audio>>
    /** The judged samples. */
    readonly wet: Audio
  }[]
  /** Of one source: what its room is measured on. */
  readonly long?: LongPassage
}
export async function readStretches(
  dry: Readonly<Record<string, Clip>>,
  wet: Clip,
  { starts, warmup, judged }: Pick<Stretches, 'starts' | 'warmup' | 'judged'>
): Promise<Stretches> {
  const passages = await Promise.all(
    starts.map(async start => ({
      inputs: Object.fromEntries(
        await Promise.all(
          Object.entries(dry).map(
            async ([name, clip]) => [name, await clip.read(start - warmup, warmup + judged + latencyMargin)] as const
          )
        )
      ),
      wet: await wet.read(start, judged)
    }))
  )
  return { sampleRate: wet.sampleRate, starts, warmup, judged, passages }
}

/** To be fitted by the graph-match loss. */
export const problemOf = (
  { sampleRate, starts, warmup, judged, passages }: Stretches,
  kernels: Kernels
): FitProblem => ({
  sampleRate,
  warmup,
  judged,
  output: mixOutput,
  passages: passages.map(({ inputs, wet }, p) => ({
    inputs,
    begin: starts[p]! - warmup,
    loss: later(() => graphMatchLoss(kernels, wet, sampleRate))
  }))
})
/** Made when it is first asked: not every thread hears every stretch. */
function later(make: () => SoundLoss): SoundLoss {
  let made: SoundLoss | undefined
  const loss = () => (made ??= make())
  return { value: audio => loss().value(audio), gradient: (into, scale) => loss().gradient(into, scale) }
}

/** The stretches with one more input, of which only the judged samples are known. */
export function withInput(stretches: Stretches, name: string, heard: readonly (readonly Samples[])[]): Stretches {
  const { warmup, judged } = stretches
  return {
    ...stretches,
    passages: stretches.passages.map(({ inputs, wet }, p) => ({
      wet,
      inputs: {
        ...inputs,
        [name]: heard[p]!.map(channel => {
          const padded = new Float32Array(warmup + judged + latencyMargin)
          padded.set(channel, warmup)
          return padded
        })
      }
    }))
  }
}

/** Judged samples of a source as it came; where the wet is mono, its middle. */
export const dryOf = ({ warmup, judged, passages }: Stretches, name: string): Audio[] =>
  passages.map(({ inputs, wet }) => {
    const [left, right] = inputs[name]!.map(channel => channel.subarray(warmup, warmup + judged))
    if (!right) return [left!]
    return wet.length === 2 ? [left!, right] : [left!.map((v, i) => 0.5 * (v + right[i]!))]
  })
/** What makes the middle of a stereo source, where the wet is mono. */
export const foldOf = (name: string, own: 1 | 2, wet: 1 | 2): Device[] =>
  own > wet ? [{ id: `${name}/fold`, type: 'imager', params: { width: 0 } }] : []

/** dB below its own loudest second, at which a source plays no more. */
const playing = 30
/** What a source must have been heard of, of a stretch at its loudest. */
const enough = 0.5
/**
 * Where to listen: `count` stretches that together hold every source at work, and the more of it the better; up to twice as
 * many where a source would not be heard else; ascending.
 * @param length samples of a stretch
 * @returns first samples; fewer, or one at 0, where the sound is shorter
 */
export async function tellingStarts(clips: readonly Clip[], count: number, length: number): Promise<number[]> {
  const frames = Math.max(...clips.map(clip => clip.frames)),
    places = Math.max(1, Math.floor(frames / length)),
    levels = await Promise.all(clips.map(clip => levelsOf(clip, places, length))),
    shares = levels.map(level => {
      const most = Math.max(...level)
      return level.map(dB => Math.max(0, (dB - most + playing) / playing))
    }),
    heard = clips.map(() => 0),
    found: number[] = []
  // Greedy; what a stretch adds falls with how much of a source has been heard.
  const unheard = () => found.length < Math.min(2 * count, places) && heard.some(share => share < enough)
  while (found.length < Math.min(count, places) || unheard()) {
    const adds = (at: number) =>
        shares.reduce((sum, share, s) => sum + Math.sqrt(heard[s]! + share[at]!) - Math.sqrt(heard[s]!), 0),
      open = Array.from({ length: places }, (_, i) => i).filter(i => !found.includes(i)),
      best = open.reduce((a, b) => (adds(b) > adds(a) ? b : a))
    found.push(best)
    shares.forEach((share, s) => {
      heard[s]! += share[best]!
    })
  }
  return found.map(at => at * length).sort((a, b) => a - b)
}

async function levelsOf(clip: Clip, places: number, length: number): Promise<number[]> {
  const levels: number[] = []
  for (let at = 0; at < places; at++) {
    const audio = await clip.read(at * length, length)
    let sum = 1e-12
    for (const channel of audio) for (let i = 0; i < length; i++) sum += channel[i]! ** 2
    levels.push(10 * Math.log10(sum / length))
  }
  return levels
}
