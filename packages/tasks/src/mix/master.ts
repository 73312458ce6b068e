/** From the mix to a level that players expect: gain, and a limiter that holds the true peak. */
import { type Clip, createLoudness, createMeter, type Measurement, type MeasurementSeries } from '@mixwright/dsp'
import { builder, type Graph, type Sink } from '@mixwright/graph'
import { signed } from './decisions.ts'
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
/** Passes that only measure, before the one that is kept. */
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

/** The limiter holds back a little of every dB above the ceiling, so the gain is found by measuring what comes out. */
export async function masterMix(
  mix: Clip,
  measured: Measurement,
  target: { readonly loudness: number; readonly ceiling: number },
  services: Pick<MixServices, 'render' | 'signal' | 'open' | 'progress'>
): Promise<Master> {
  const { sampleRate } = mix,
    before = measured.integrated ?? target.loudness,
    wanted = target.loudness - before,
    limited = (measured.truePeak ?? -200) + wanted > target.ceiling
  const reasonOf = (gain: number) =>
    `Mix at ${before.toFixed(1)} LUFS, target ${target.loudness} LUFS: gain ${signed(gain)} dB${limited ? ', the excess peaks limited' : ''}.`
  const pass = (gain: number, share: number, sink: Sink) =>
    services.render(
      masterGraph(gain, target.ceiling, reasonOf(gain)),
      { mix },
      { master: sink },
      {
        sampleRate,
        tail: 0,
        ...(services.signal && { signal: services.signal }),
        progress: fraction => services.progress?.('master', share + fraction / (passes + 1))
      }
    )
  let gain = clamped(wanted),
    last: { gain: number; loudness: number } | undefined
  for (let k = 0; limited && k < passes; k++) {
    const meter = createLoudness(sampleRate, 2)
    await pass(gain, k / (passes + 1), audio => meter.push(audio))
    const loudness = meter.result().integrated,
      missing = target.loudness - loudness
    if (Math.abs(missing) < tolerance) break
    // Louder by less than a dB per dB: the slope of the last two passes tells by how much.
    const slope =
      last && gain !== last.gain ? Math.min(1, Math.max(0.25, (loudness - last.loudness) / (gain - last.gain))) : 0.85
    last = { gain, loudness }
    gain = clamped(gain + missing / slope)
  }
  const take = await services.open('master', { sampleRate, channels: 2 }),
    meter = metered(sampleRate, take && (audio => take.write(audio)))
  await pass(gain, passes / (passes + 1), meter.sink)
  const result = meter.result()
  await take?.close()
  services.progress?.('master', 1)
  return {
    graph: masterGraph(gain, target.ceiling, reasonOf(gain)),
    gain,
    ceiling: target.ceiling,
    limiting: Math.max(0, before + gain - (result.measured.integrated ?? before + gain)),
    ...result,
    reason: reasonOf(gain)
  }
}
const clamped = (gain: number) => Math.max(-80, Math.min(24, gain))
