/** A stretch of one source and of what became of it, long enough to measure a room; and what stands between both. */
import type { Audio, Clip, Samples } from '@mixwright/dsp'
import { systemResponse, type SystemResponse } from '../analysis/system-response.ts'
import type { Console } from './console.ts'
import { tellingStarts } from './excerpts.ts'

export interface LongPassage {
  readonly input: string
  readonly dry: Audio
  readonly wet: Audio
  readonly sampleRate: number
  /** Its first sample in the recording. */
  readonly start: number
  /** From the dry to each channel of the wet. */
  readonly between: readonly SystemResponse[]
}
/** What of a passage a console is to be told. */
export interface PassageJob {
  readonly console: Console
  readonly passage: LongPassage
}
/** Samples of one at most: with a response it fits a transform of 2^19. */
export const longest = 400_000
/** Seconds of a response at most, and its share of what it is measured on. */
const longestResponse = 6
export const responseShare = 0.27
/** Samples of a response that is measured on so many. */
export const responseLength = (frames: number, sampleRate: number): number =>
  Math.min(Math.round(longestResponse * sampleRate), Math.floor(responseShare * frames))

/** The part of a recording that tells most. */
export async function readLong(input: string, dry: Clip, wet: Clip): Promise<LongPassage> {
  const frames = Math.min(longest, wet.frames),
    [start] = await tellingStarts([dry], 1, frames),
    heard = {
      input,
      dry: await dry.read(start!, frames),
      wet: await wet.read(start!, frames),
      sampleRate: wet.sampleRate,
      start: start!
    }
  return { ...heard, between: responsesTo(heard, heard.dry) }
}

/** Samples that a response begins before the sound that the wet was aligned by, which need not be the first to arrive. */
export const earlyOf = (sampleRate: number): number => Math.round(0.005 * sampleRate)

/** By `earlyOf`. */
export function delayed(channel: Samples, sampleRate: number): Float32Array {
  const early = earlyOf(sampleRate),
    late = new Float32Array(channel.length)
  late.set(channel.subarray(0, channel.length - early), early)
  return late
}
/** What stands between a sound and each channel of the wet, from `earlyOf` samples before it on. */
export function responsesTo(
  { wet, sampleRate, start }: Omit<LongPassage, 'between'>,
  from: readonly Samples[]
): SystemResponse[] {
  const length = responseLength(wet[0]!.length, sampleRate),
    response = (channel: Samples, source: Samples) =>
      systemResponse(source, delayed(channel, sampleRate), length, start === 0 ? 0 : length),
    left = response(wet[0]!, from[0]!)
  if (!wet[1]) return [left]
  const source = from[1] ?? from[0]!
  return [left, equal(wet[0]!, wet[1]) && equal(from[0]!, source) ? left : response(wet[1], source)]
}
/** Share of the power of a wet that responses make, of the channel that they make least of. */
export const explainedBy = (responses: readonly SystemResponse[]): number =>
  Math.min(...responses.map(({ explained }) => explained))
/** Stereo is often mono twice. */
const equal = (a: Samples, b: Samples): boolean => a === b || a.every((v, i) => v === b[i])

/** Share of a wet that a response must make for all of its process to be linear. */
export const linear = 0.97
/** Of the energy within `earlyOf` on either side of it, in front of the sound that a wet was aligned by: more is an arrival. */
const arrives = 0.01,
  /** Of the same energy, in front of the first arrival. */
  silent = 1e-4

/**
 * Samples by which sound arrives before the one that the wet was aligned by, which is the strongest: in a room often not the
 * first. 0 where there is none, or the process is not linear.
 */
export function firstArrival({ between, sampleRate }: LongPassage): number {
  const early = earlyOf(sampleRate)
  if (between.some(({ explained }) => explained < linear)) return 0
  return Math.max(
    ...between.map(({ samples }) => {
      const energies = samples.subarray(0, 2 * early).map(v => v * v),
        all = energies.reduce((a, b) => a + b, 0)
      if (energies.subarray(0, early).reduce((a, b) => a + b, 0) < arrives * all) return 0
      let at = 0
      for (let sum = energies[0]!; at < early && sum < silent * all; sum += energies[at]!) at++
      return early - at
    })
  )
}

/** First sample of so many that hold most: amplitudes, as soft parts tell something too. */
export function loudestPart(audio: Audio, length: number): number {
  const step = Math.max(1, length >> 3),
    count = Math.max(1, Math.floor((audio[0]!.length - length) / step) + 1),
    sizes = Array.from({ length: count }, (_, k) =>
      audio.reduce(
        (sum, channel) => sum + channel.subarray(k * step, k * step + length).reduce((t, v) => t + Math.abs(v), 0),
        0
      )
    )
  return step * sizes.indexOf(Math.max(...sizes))
}

/** Whether the direct sound is upside down: filters turn phases, and levels of bands with them. */
export function isInverted({ between, sampleRate }: LongPassage): boolean {
  const direct = between.map(({ samples }) => samples.subarray(0, 2 * earlyOf(sampleRate))),
    sums = direct[0]!.map((_, i) => direct.reduce((sum, samples) => sum + samples[i]!, 0))
  return sums.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0) < 0
}
