/** Moves rendered as differences, and the bare sum of the stems measured. */
import {
  type Audio,
  blocksOf,
  type Clip,
  createLoudness,
  createMeter,
  type Kernels,
  measureLoudness,
  stepsPerSecond
} from '@mixwright/dsp'
import { stemIds, stemOutput } from '../mix/console.ts'
import { excerptsOf } from '../mix/excerpts.ts'
import type { Metered } from '../mix/master.ts'
import { movesOf } from '../mix/moves.ts'
import { coverOf, excerptsAt } from './cover.ts'
import { differences, less, type Stretch, widened } from './difference.ts'
import { audible, type AuditionJob, type AuditionResult, type MoveDifference, type Rough } from './job.ts'

export interface AuditionServices {
  readonly kernels: Kernels
  readonly signal?: AbortSignal
}

/** The mix among an audition's clips; the stems as recorded stand under their ids, as they enter the mix as `stem:ID`. */
export const mixClip = 'mix'

/** @throws RangeError for clips that are missing or of another rate; the signal's reason */
export async function auditionMoves(
  job: AuditionJob,
  clips: Readonly<Record<string, Clip>>,
  { kernels, signal }: AuditionServices
): Promise<AuditionResult> {
  const { sampleRate, decisions, ports, frames } = job,
    moves = new Map(movesOf(decisions).map(move => [move.id, move])),
    mix = clips[mixClip]!,
    bus = held(
      sumOf(Object.entries(clips).flatMap(([name, clip]) => (name.startsWith(stemOutput('')) ? [clip] : []))),
      job.moments.map(moment => widened(moment, sampleRate))
    ),
    difference = differences({ sampleRate, kernels, decisions, ports, clips, bus, ...(signal && { signal }) }),
    found: MoveDifference[] = []
  let base: { start: number; loudness: number } | undefined
  for (const { id, start } of job.moves) {
    signal?.throwIfAborted()
    const audio = await difference(moves.get(id)!, { start, frames })
    if (base?.start !== start) base = { start, loudness: loudness(await mix.read(start, frames), sampleRate) }
    const level = loudness(audio, sampleRate) - base.loudness
    found.push({ id, start, level, ...(level > audible && { audio }) })
  }
  return {
    differences: found,
    ...(job.rough && { rough: await roughOf(job, clips, bus, signal) })
  }
}
const loudness = (audio: Audio, sampleRate: number): number => measureLoudness(audio, sampleRate).integrated

async function roughOf(
  { ports, decisions, moments, sampleRate }: AuditionJob,
  clips: Readonly<Record<string, Clip>>,
  bus: Clip,
  signal: AbortSignal | undefined
): Promise<Rough> {
  const ids = stemIds(ports.map(port => port.name)),
    sum = sumOf(ids.map(id => clips[id]!)),
    audio = await excerptsAt(sum, moments),
    leads = decisions.stems.flatMap((stem, i) => (!stem.muted && stem.lead !== undefined ? [ids[i]!] : []))
  const cover = async (of: (id: string) => string, all: Audio) => {
    const lead = await excerptsAt(sumOf(leads.map(id => clips[of(id)]!)), moments)
    return coverOf(lead, less(all, lead), sampleRate)
  }
  const before = leads.length ? await cover(id => id, audio) : undefined,
    after = before && (await cover(stemOutput, await excerptsAt(bus, moments)))
  return { ...(await metered(sum, signal)), audio, ...(before && after && { cover: { before, after } }) }
}

/** A clip of which these stretches are read once. */
function held(clip: Clip, stretches: readonly Stretch[]): Clip {
  const known = new Map<Stretch, Promise<Audio>>()
  return {
    ...clip,
    async read(start, count) {
      const around = stretches.find(s => start >= s.start && start + count <= s.start + s.frames)
      if (!around) return clip.read(start, count)
      const audio = known.get(around) ?? clip.read(around.start, around.frames)
      known.set(around, audio)
      return (await audio).map(channel => channel.slice(start - around.start, start - around.start + count))
    }
  }
}

/** In stereo; what is mono sounds on both sides. */
export function sumOf(clips: readonly Clip[]): Clip {
  const { sampleRate } = clips[0]!
  return {
    sampleRate,
    channels: 2,
    frames: Math.max(...clips.map(clip => clip.frames)),
    async read(start, count) {
      const out = [new Float32Array(count), new Float32Array(count)]
      for (const clip of clips) {
        const audio = await clip.read(start, count)
        for (const [c, channel] of out.entries()) {
          const own = audio[c] ?? audio[0]!
          for (let i = 0; i < count; i++) channel[i]! += own[i]!
        }
      }
      return out
    }
  }
}

/** Loudness over time and peaks of the whole, everything else from excerpts. */
async function metered(clip: Clip, signal: AbortSignal | undefined): Promise<Metered> {
  const excerpts = createMeter(clip.sampleRate, clip.channels),
    loudness = createLoudness(clip.sampleRate, clip.channels),
    peaks = createPeaks(clip.sampleRate / stepsPerSecond)
  for await (const { audio } of blocksOf(excerptsOf(clip))) excerpts.push(audio)
  for await (const { audio } of blocksOf(clip)) {
    signal?.throwIfAborted()
    loudness.push(audio)
    peaks.push(audio)
  }
  const { momentary, shortTerm } = loudness.result(),
    plain = (values: Float64Array) => Array.from(values, value => (Number.isFinite(value) ? value : null))
  return {
    measured: excerpts.result(),
    series: {
      step: 1 / stepsPerSecond,
      momentary: plain(momentary),
      shortTerm: plain(shortTerm),
      truePeak: peaks.result()
    }
  }
}

/** The largest sample of every `step` samples, dBFS; null for silence. */
function createPeaks(step: number) {
  const all: number[] = []
  let at = 0
  return {
    push(audio: Audio) {
      for (const channel of audio)
        for (let i = 0; i < channel.length; i++) {
          const k = Math.floor((at + i) / step)
          all[k] = Math.max(all[k] ?? 0, Math.abs(channel[i]!))
        }
      at += audio[0]!.length
    },
    result: () => all.map(peak => (peak > 0 ? 20 * Math.log10(peak) : null))
  }
}
