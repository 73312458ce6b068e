/** From the mix to a level that players expect: gain, and a limiter that holds the true peak. */
import {
  blocksOf,
  type Clip,
  createLoudness,
  createMeter,
  type Measurement,
  type MeasurementSeries
} from '@mixwright/dsp'
import { builder, type Graph, type Sink } from '@mixwright/graph'
import { signed } from './decisions.ts'
import { excerptsOf } from './excerpts.ts'
import type { MixServices } from './services.ts'

export interface Master extends Metered {
  readonly graph: Graph
  /** dB before the limiter. */
  readonly gain: number
  readonly ceiling: number
  /** Loudness that the limiter takes away, LU. */
  readonly limiting: number
  readonly reason: string
}

/** Closer than this the loudness is as wanted, LU. */
const tolerance = 0.05
/** Passes over the excerpts, and over the whole, that only measure. */
const passes = 3
/** Above this the limiter is heard, LU. */
export const heavyLimiting = 3

/** Everything that is measured of a finished sound, and its figures over time. */
export interface Metered {
  readonly measured: Measurement
  readonly series: MeasurementSeries
}
/** Measures what passes. */
export function metered(sampleRate: number, onward: Sink | undefined): { sink: Sink; result(): Metered } {
  const meter = createMeter(sampleRate, 2)
  return {
    sink(audio) {
      meter.push(audio)
      return onward?.(audio)
    },
    result: () => ({ measured: meter.result(), series: meter.series() })
  }
}

export function masterGraph(gain: number, ceiling: number, reason: string): Graph {
  const b = builder('master'),
    input = b.input('mix', { channels: 2 })
  const up = b.node('master/gain', { type: 'gain', params: { gain }, note: reason }),
    limiter = b.node('master/limiter', {
      type: 'limiter',
      params: { ceiling },
      note: `Holds the true peak at ${ceiling} dBTP.`
    })
  b.wire(input, up)
  b.wire(up, limiter)
  b.output('master', { channels: 2 }, limiter)
  return b.graph()
}

/**
 * The limiter holds back a little of every dB above the ceiling, so the gain is found by measuring what comes out.
 * @param guess dB by which the gain exceeded what an unlimited mix needs, where a mix like this one was mastered before
 */
export async function masterMix(
  mix: Clip,
  measured: Measurement,
  target: { readonly loudness: number; readonly ceiling: number },
  services: Pick<MixServices, 'render' | 'signal' | 'open' | 'progress'>,
  guess?: number
): Promise<Master> {
  const { sampleRate } = mix,
    before = measured.integrated ?? target.loudness,
    wanted = target.loudness - before,
    limited = (measured.truePeak ?? -200) + wanted > target.ceiling
  const reasonOf = (gain: number) =>
    `Mix at ${before.toFixed(1)} LUFS, target ${target.loudness} LUFS: gain ${signed(gain)} dB${limited ? ', the excess peaks limited' : ''}.`
  const pass: Pass = (clip, gain, sink, progress) =>
    services.render(
      masterGraph(gain, target.ceiling, reasonOf(gain)),
      { mix: clip },
      { master: sink },
      { sampleRate, tail: 0, ...(services.signal && { signal: services.signal }), progress: progress ?? (() => {}) }
    )
  const progress = (done: number) => services.progress?.('master', done)
  let gain = clamped(wanted + (limited ? (guess ?? 0) : 0), wanted)
  if (limited) {
    // Excerpts bring it close, the whole to the point.
    const short = guess === undefined ? excerptsOf(mix, 48) : mix
    if (short !== mix) gain = await solve(short, gain, wanted, pass, progressOf(progress, 0, 0.25))
    gain = await solve(mix, gain, wanted, pass, progressOf(progress, 0.25, 0.7), before)
  }
  const take = await services.open('master', { sampleRate, channels: 2 }),
    meter = metered(sampleRate, take?.write)
  await pass(mix, gain, meter.sink, progressOf(progress, limited ? 0.7 : 0, 1))
  const result = meter.result()
  await take?.close()
  return {
    graph: masterGraph(gain, target.ceiling, reasonOf(gain)),
    gain,
    ceiling: target.ceiling,
    limiting: Math.max(0, before + gain - (result.measured.integrated ?? before + gain)),
    ...result,
    reason: reasonOf(gain)
  }
}

type Pass = (clip: Clip, gain: number, sink: Sink, progress?: (fraction: number) => void) => Promise<unknown>
const progressOf = (progress: (done: number) => void, from: number, to: number) => (fraction: number) =>
  progress(from + fraction * (to - from))

/**
 * The gain at which a clip becomes louder by `wanted`, found by rendering it at most `passes` times.
 * @param before its loudness, measured if it is not given
 */
async function solve(
  clip: Clip,
  start: number,
  wanted: number,
  pass: Pass,
  progress: (fraction: number) => void,
  before?: number
): Promise<number> {
  const loudnessAt = async (gain: number, k: number): Promise<number> => {
    const meter = createLoudness(clip.sampleRate, 2)
    await pass(
      clip,
      gain,
      audio => meter.push(audio),
      fraction => progress((k + fraction) / passes)
    )
    return meter.result().integrated
  }
  const base = before ?? (await loudnessOfClip(clip))
  let gain = start,
    last: { gain: number; rise: number } | undefined
  for (let k = 0; k < passes; k++) {
    const rise = (await loudnessAt(gain, k)) - base,
      missing = wanted - rise
    if (Math.abs(missing) < tolerance || !Number.isFinite(missing)) break
    // Louder by less than a dB per dB: the slope of the last two passes tells by how much.
    const slope = last && gain !== last.gain ? (rise - last.rise) / (gain - last.gain) : 0.85
    // Where more gain hardly makes it louder the target is out of reach, and more would only distort.
    if (missing > 0 && slope < flat) break
    last = { gain, rise }
    gain = clamped(gain + missing / Math.min(1, Math.max(flat, slope)), wanted)
  }
  return gain
}

async function loudnessOfClip(clip: Clip): Promise<number> {
  const meter = createLoudness(clip.sampleRate, 2)
  for await (const { audio } of blocksOf(clip)) meter.push(audio)
  return meter.result().integrated
}

/** LU per dB below which the limiter takes nearly all that the gain gives. */
const flat = 0.25
/** The most that the gain may exceed what the target asks of a mix that is not limited, dB. */
const excess = 12
const clamped = (gain: number, wanted: number) => Math.max(-80, Math.min(24, wanted + excess, gain))
