/**
 * Power spectra of moments of a clip, evenly spread over it, in memory that does not grow with its length: what models
 * of a mix are fitted on. A moment is the mean of four Hann frames of 93 ms, each a quarter of one later (4096 and 1024
 * samples at 44.1 kHz): its powers scatter less than those of single frames, and the cross terms of its sources too.
 */
import type { Clip } from '../clip.ts'
import { frameSize } from './framing.ts'
import { requireFormat } from './input.ts'
import { createPowerSpectrum } from './power-spectrum.ts'

export interface Moments {
  /** Bins of each, 0 Hz to half the sample rate. */
  readonly bins: number
  /** Size of the transform, samples. */
  readonly size: number
  readonly count: number
  /** Power (mean of both channels) of moment m, bin k at m · bins + k. */
  readonly power: Float32Array
  /** The same of the sum to mono, (L + R) / 2. */
  readonly mid: Float32Array
}
/** Frames in a moment. */
const smoothing = 4

/**
 * @param span samples read: from `start` on, `length` of them, split evenly into moments, at most `most`
 * @throws RangeError unless the clip has 1 or 2 channels
 */
export async function readMoments(
  clip: Clip,
  span: { readonly start: number; readonly length: number; readonly most: number }
): Promise<Moments> {
  requireFormat(clip.sampleRate, clip.channels)
  const size = frameSize(clip.sampleRate, 0.0929),
    hop = size / 4,
    bins = size / 2 + 1,
    width = size + (smoothing - 1) * hop,
    step = Math.max(smoothing * hop, span.length / span.most),
    count = Math.min(span.most, Math.max(1, Math.floor((span.length - width) / step) + 1)),
    power = new Float32Array(count * bins),
    mid = new Float32Array(count * bins),
    spectrum = createPowerSpectrum(size)
  for (let m = 0; m < count; m++) {
    const audio = await clip.read(span.start + Math.round(m * step), width)
    for (let f = 0; f < smoothing; f++) {
      spectrum.read(audio[0]!, audio.at(-1)!, f * hop)
      for (let k = 0, at = m * bins; k < bins; k++, at++) {
        power[at]! += spectrum.power[k]! / smoothing
        mid[at]! += spectrum.mid[k]! / smoothing
      }
    }
  }
  return { bins, size, count, power, mid }
}
