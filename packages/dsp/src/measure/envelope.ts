/**
 * Short-time energy per band on a grid of about 20 ms: what analyses of activity, bleed and masking read.
 * Sine window of two steps, half overlapping, so that the frames of a band add up to its energy (Parseval).
 */
import type { Audio } from '../define.ts'
import { createRealFft } from '../math/fft.ts'
import { sineWindow } from '../math/window.ts'
import { createFraming } from './framing.ts'
import { createSeries, framesOf, type Meter, measured, requireFormat, type Series } from './input.ts'
import { bandSum } from './third-octaves.ts'

export interface EnvelopeOptions {
  /** Seconds between frames, rounded to whole samples. 0.005 … 0.1. Default 0.02 */
  readonly step?: number
  /** Hz, rising; edges above half the sample rate count as that. Default: octaves, the outer bands wider. */
  readonly edges?: readonly number[]
}
const octaves: readonly number[] = [20, 90, 180, 355, 710, 1400, 2800, 5600, 11200, 22000]

export interface Envelope {
  /** Seconds between frames; frame i is centred on i · step. */
  readonly step: number
  /** Hz, one more than there are bands. */
  readonly edges: readonly number[]
  /** Mean square per frame (mean of the channels, full scale = 1), one array per band. */
  readonly bands: readonly Float64Array[]
}

/** @throws RangeError unless there are 1 or 2 channels, for a step out of range and for edges that do not rise */
export function createEnvelope(sampleRate: number, channels: number, options: EnvelopeOptions = {}): Meter<Envelope> {
  requireFormat(sampleRate, channels)
  const { step = 0.02, edges = octaves } = options
  if (!(step >= 0.005 && step <= 0.1)) throw new RangeError(`step ${step} s is not allowed; give 0.005 to 0.1`)
  if (edges.length < 2 || edges.some((edge, i) => !(edge >= 0) || (i > 0 && edge <= edges[i - 1]!)))
    throw new RangeError(`edges ${edges.join(', ')} Hz must be two or more that rise`)
  const hop = Math.round(sampleRate * step),
    size = 2 ** Math.ceil(Math.log2(2 * hop)),
    fft = createRealFft(size),
    binWidth = sampleRate / size
  const window = sineWindow(2 * hop),
    x = new Float64Array(size)
  const re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    power = new Float64Array(fft.bins)
  const bands = edges
    .slice(1)
    .map((high, i) => ({ low: Math.min(edges[i]!, sampleRate / 2), high: Math.min(high, sampleRate / 2) }))
  const series: readonly Series[] = bands.map(createSeries)

  function add(frame: readonly Float64Array[], to: readonly { push(value: number): void }[]): void {
    power.fill(0)
    for (const channel of frame) {
      let sounds = 0
      for (let i = 0; i < 2 * hop; i++) sounds += Math.abs((x[i] = channel[i]! * window[i]!))
      if (sounds === 0) continue
      fft.forward(x, re, im)
      for (let k = 0; k < fft.bins; k++) power[k]! += re[k]! * re[k]! + im[k]! * im[k]!
    }
    // One side of the spectrum; the squares of the window sum to `hop`.
    const scale = 2 / size / hop / channels
    for (let b = 0; b < bands.length; b++) to[b]!.push(bandSum(power, binWidth, bands[b]!) * scale)
  }
  const framing = createFraming(channels, 2 * hop, hop, hop, frame => add(frame, series))
  return {
    push: audio => framing.push(audio, framesOf(audio, channels)),
    result() {
      const tails: number[][] = bands.map(() => [])
      framing.rest(frame => add(frame, tails))
      return {
        step: hop / sampleRate,
        edges,
        bands: series.map((s, b) => Float64Array.from([...s.values(), ...tails[b]!]))
      }
    }
  }
}
/** Envelope of audio in memory. @throws RangeError as `createEnvelope` */
export const measureEnvelope = (audio: Audio, sampleRate: number, options?: EnvelopeOptions): Envelope =>
  measured(createEnvelope(sampleRate, audio.length, options), audio)
