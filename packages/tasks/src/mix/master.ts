/** From the mix to a level that players expect: gain, and a limiter that holds the true peak. */
import {
  blocksOf,
  type Clip,
  createLoudness,
  createMeter,
  createTruePeak,
  gainTo,
  type Measurement,
  type MeasurementSeries,
  processors
} from '@mixwright/dsp'
import { type Builder, builder, type End, type Graph, type Sink } from '@mixwright/graph'
import { rounded, signed } from './decisions.ts'
import { excerptsOf } from './excerpts.ts'
import type { MixServices } from './services.ts'

export interface Mastered {
  readonly graph: Graph
  /** dB before the limiter. */
  readonly gain: number
  readonly ceiling: number
  /** 1: a mono file, which measures 3 LU less than it is heard at on two loudspeakers. */
  readonly channels: 1 | 2
  /** Loudness that the limiter takes away, LU. */
  readonly limiting: number
  readonly reason: string
}
export interface Master extends Mastered, Metered {}

/** Closer than this the loudness is as wanted, LU. */
const tolerance = 0.05,
  /** Where every pass is one over the whole song that somebody waits for. */
  quickTolerance = 0.08
/** LU by which limited music becomes louder per dB of gain, where nothing is known of it. */
const usualSlope = 0.85
/** Passes over the whole that only measure, and over excerpts, which take less time. */
const passes = 3,
  excerptPasses = 8
/** Above this the limiter is heard, LU. */
export const heavyLimiting = 3
/** What is worth knowing of a limiter that is heard. @param loudness that it reaches, LUFS */
export const limitingWarnings = ({ limiting }: Pick<Mastered, 'limiting'>, loudness: number): string[] =>
  limiting > heavyLimiting
    ? [
        `The limiter takes ${limiting.toFixed(1)} LU to reach ${rounded(loudness)} LUFS; ${rounded(loudness - limiting)} LUFS would be clean.`
      ]
    : []

/** Everything that is measured of a finished sound, and its figures over time. */
export interface Metered {
  readonly measured: Measurement
  readonly series: MeasurementSeries
}
/** Measures what passes. */
export function metered(sampleRate: number, onward: Sink | undefined, channels = 2): { sink: Sink; result(): Metered } {
  const meter = createMeter(sampleRate, channels)
  return {
    sink(audio) {
      meter.push(audio)
      return onward?.(audio)
    },
    result: () => ({ measured: meter.result(), series: meter.series() })
  }
}

/** Everything that is measured of a clip. */
export async function measuredClip(clip: Clip): Promise<Metered> {
  const meter = createMeter(clip.sampleRate, clip.channels)
  for await (const { audio } of blocksOf(clip)) meter.push(audio)
  return { measured: meter.result(), series: meter.series() }
}

/** What mastering goes by: with `momentary` of the file it meets the loudness of hits with pauses too (`gainTo`). */
export type Levels = Pick<Measurement, 'integrated' | 'truePeak'> & Partial<Pick<MeasurementSeries, 'momentary'>>
/** A meter that passes on what it measures. */
export type MeterOf<M> = (
  sampleRate: number,
  onward: Sink | undefined,
  channels?: number
) => { sink: Sink; result(): M }
/** Loudness and true peak alone: a fifth of the work of `metered`. */
export const levelled: MeterOf<{ readonly measured: Levels }> = (sampleRate, onward, channels = 2) => {
  const loudness = createLoudness(sampleRate, channels),
    truePeak = createTruePeak(sampleRate, channels),
    finite = (value: number) => (Number.isFinite(value) ? value : null)
  return {
    sink(audio) {
      loudness.push(audio)
      truePeak.push(audio)
      return onward?.(audio)
    },
    result: () => ({
      measured: { integrated: finite(loudness.result().integrated), truePeak: finite(truePeak.result().max) }
    })
  }
}

export function masterGraph(gain: number, ceiling: number, reason: string, channels: 1 | 2 = 2): Graph {
  const b = builder('master'),
    input = b.input('mix', { channels: 2 })
  b.output('master', { channels }, limited(b, input, gain, ceiling, reason))
  return b.graph()
}
/** Gain, and the limiter behind it. A ceiling above what a limiter can be set to is reached by a gain behind it. */
export function limited(b: Builder, from: End, gain: number, ceiling: number, reason: string): End {
  const above = Math.max(0, ceiling - processors.limiter.params.ceiling.max),
    up = b.node('master/gain', { type: 'gain', params: { gain: gain - above }, note: reason }),
    limiter = b.node('master/limiter', {
      type: 'limiter',
      params: { ceiling: ceiling - above },
      note: `Holds the true peak at ${ceiling} dBTP.`
    })
  b.wire(from, up)
  b.wire(up, limiter)
  if (above === 0) return limiter
  const back = b.node('master/ceiling', { type: 'gain', params: { gain: above }, note: `Up to ${ceiling} dBTP.` })
  b.wire(limiter, back)
  return back
}

type MasterServices = Pick<MixServices, 'render' | 'signal' | 'open' | 'progress'>
interface Target {
  /** LUFS as heard: of a mono file on two loudspeakers. */
  readonly loudness: number
  readonly ceiling: number
  /** 1: both sides of the mix are alike, and one is enough. Default 2. */
  readonly channels?: 1 | 2
}
/** LU by which a signal on one channel measures less than on both (BS.1770 adds the channels' powers). */
const oneSide = 10 * Math.log10(2)
/** What a target of so many LUFS measures as in a file of so many channels. */
export const asMeasured = (loudness: number, channels: 1 | 2): number =>
  channels === 1 ? loudness - oneSide : loudness

/** The limiter holds back a little of every dB above the ceiling, so the gain is found by measuring what comes out. */
export async function masterMix(
  mix: Clip,
  measured: Levels,
  target: Target,
  services: MasterServices
): Promise<Master> {
  const { wanted, plain, limited, before, pass, finish } = masteringOf(mix, measured, target, services),
    progress = (done: number) => services.progress?.('master', done)
  let gain = clamped(plain, wanted)
  if (limited) {
    // Excerpts bring it close, the whole to the point.
    const short = excerptsOf(mix, 48)
    if (short !== mix)
      gain = await solve(
        gain,
        wanted,
        riseOf(short, pass, await loudnessOfClip(short), progressOf(progress, 0, 0.25), excerptPasses),
        tolerance,
        excerptPasses
      )
    gain = await solve(gain, wanted, riseOf(mix, pass, before, progressOf(progress, 0.25, 0.7)))
  }
  return finish(gain, metered, progressOf(progress, limited ? 0.7 : 0, 1))
}

/**
 * The same for a mix like one that was mastered before: every pass is written as if it were the last, and usually the
 * first one is.
 * @param last dB by which the gain then exceeded the distance to the target, and that distance, where they are known
 */
export async function remasterMix(
  mix: Clip,
  measured: Levels,
  target: Target,
  services: MasterServices,
  last: { readonly push: number; readonly distance?: number | undefined }
): Promise<Mastered & { readonly measured: Levels }> {
  const { wanted, limited, before, finish } = masteringOf(mix, measured, target, services),
    progress = (done: number) => services.progress?.('master', done)
  // What the limiter holds back grows with the gain.
  const push = last.push + (wanted - (last.distance ?? wanted)) * (1 / usualSlope - 1)
  let done: { gain: number; made: Mastered & { readonly measured: Levels } } | undefined
  const made = async (gain: number) => {
    done = { gain, made: await finish(gain, levelled, progress) }
    return (done.made.measured.integrated ?? Number.NEGATIVE_INFINITY) - asMeasured(before, done.made.channels)
  }
  const gain = clamped(wanted + (limited ? push : 0), wanted),
    found = limited ? await solve(gain, wanted, made, quickTolerance) : gain
  if (done?.gain !== found) await made(found)
  return done!.made
}

/** What both need: how far it is, and a pass through the chain. */
function masteringOf(mix: Clip, measured: Levels, target: Target, services: MasterServices) {
  const { sampleRate } = mix,
    { channels = 2 } = target,
    before = measured.integrated ?? target.loudness,
    wanted = target.loudness - before,
    plain = measured.momentary ? gainTo(measured.momentary, asMeasured(target.loudness, channels)) : wanted,
    limited = (measured.truePeak ?? -200) + plain > target.ceiling
  const reasonOf = (gain: number) =>
    `Mix at ${before.toFixed(1)} LUFS, target ${target.loudness} LUFS${channels === 1 ? ` on two loudspeakers, in a mono file ${asMeasured(target.loudness, 1).toFixed(1)}` : ''}: gain ${signed(gain)} dB${limited ? ', the excess peaks limited' : ''}.`
  const pass: Pass = (clip, gain, sink, progress) =>
    services.render(
      masterGraph(gain, target.ceiling, reasonOf(gain)),
      { mix: clip },
      { master: sink },
      { sampleRate, tail: 0, ...(services.signal && { signal: services.signal }), progress: progress ?? (() => {}) }
    )
  /** Renders the master, measured by the meter. */
  async function finish<M extends { readonly measured: Levels }>(
    gain: number,
    meterOf: MeterOf<M>,
    progress: (fraction: number) => void
  ): Promise<Mastered & M> {
    const take = await services.open('master', { sampleRate, channels }),
      meter = meterOf(sampleRate, take?.write, channels)
    // Both sides are alike where one is written.
    await pass(mix, gain, audio => meter.sink(audio.slice(0, channels)), progress)
    const result = meter.result()
    await take?.close()
    return {
      graph: masterGraph(gain, target.ceiling, reasonOf(gain), channels),
      gain,
      ceiling: target.ceiling,
      channels,
      limiting: Math.max(
        0,
        asMeasured(before + gain, channels) - (result.measured.integrated ?? Number.POSITIVE_INFINITY)
      ),
      ...result,
      reason: reasonOf(gain)
    }
  }
  return { before, wanted, plain, limited, pass, finish }
}

type Pass = (clip: Clip, gain: number, sink: Sink, progress?: (fraction: number) => void) => Promise<unknown>
const progressOf = (progress: (done: number) => void, from: number, to: number) => (fraction: number) =>
  progress(from + fraction * (to - from))

/** By how much a clip becomes louder at a gain, LU. @param base its loudness */
const riseOf =
  (clip: Clip, pass: Pass, base: number, progress: (fraction: number) => void, most = passes) =>
  async (gain: number, k: number): Promise<number> => {
    const meter = createLoudness(clip.sampleRate, 2)
    await pass(
      clip,
      gain,
      audio => meter.push(audio),
      fraction => progress((k + fraction) / most)
    )
    return meter.result().integrated - base
  }

/** The gain at which a clip becomes louder by `wanted`, found by at most `most` renderings. */
async function solve(
  start: number,
  wanted: number,
  riseAt: (gain: number, k: number) => Promise<number>,
  near: number = tolerance,
  most = passes
): Promise<number> {
  let gain = start,
    last: { gain: number; rise: number } | undefined
  for (let k = 0; k < most; k++) {
    const rise = await riseAt(gain, k),
      missing = wanted - rise
    if (Math.abs(missing) < near || !Number.isFinite(missing)) break
    // Louder by less than a dB per dB: the slope of the last two passes tells by how much.
    const slope = last && gain !== last.gain ? (rise - last.rise) / (gain - last.gain) : usualSlope
    // Where more gain hardly makes it louder the target is out of reach, and more would only distort.
    if (missing > 0 && slope < flat) break
    last = { gain, rise }
    gain = clamped(gain + missing / Math.min(1, Math.max(flat, slope)), wanted)
  }
  return gain
}

async function loudnessOfClip(clip: Clip): Promise<number> {
  const meter = createLoudness(clip.sampleRate, 2)
  for await (const { audio } of blocksOf(clip)) meter.push([audio[0]!, audio.at(-1)!])
  return meter.result().integrated
}

/** LU per dB below which the limiter takes nearly all that the gain gives. */
const flat = 0.25
/** The most that the gain may exceed what the target asks of a mix that is not limited, dB. */
const excess = 12
const clamped = (gain: number, wanted: number) => Math.max(-80, Math.min(24, wanted + excess, gain))
