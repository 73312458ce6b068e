/** Peak, RMS, crest factor and constant offset of the samples. */
import type { Audio } from '../define.ts'
import { decibels, framesOf, type Meter, measured, requireFormat } from './input.ts'

export interface ChannelCrest {
  /** dBFS: the largest sample. -Infinity for silence, here and below. */
  readonly peak: number
  /** dBFS: 20 lg of the root mean square; a full-scale sine reads -3.01. */
  readonly rms: number
  /** dB: peak / RMS; 3.01 for a sine. null for silence. */
  readonly crest: number | null
  /** Mean of the samples, full scale = 1. 0 without samples. */
  readonly dc: number
}
export interface Crest extends ChannelCrest {
  /** The figures above are of all channels together: largest peak, mean energy, the offset farthest from 0. */
  readonly channels: readonly ChannelCrest[]
}

/**
 * @throws RangeError unless there are 1 to 8 channels; `push` throws one that names the first sample that is not finite
 */
export function createCrest(sampleRate: number, channels: number): Meter<Crest> {
  requireFormat(sampleRate, channels, [1, 2, 3, 4, 5, 6, 7, 8])
  const peak = new Float64Array(channels),
    energy = new Float64Array(channels),
    sum = new Float64Array(channels)
  let frames = 0
  return {
    push(audio) {
      const count = framesOf(audio, channels)
      for (let c = 0; c < channels; c++) {
        const x = audio[c]!
        let most = peak[c]!,
          squares = 0,
          total = 0
        for (let i = 0; i < x.length; i++) {
          const v = x[i]!,
            size = Math.abs(v)
          if (size > most) most = size
          squares += v * v
          total += v
        }
        if (!Number.isFinite(squares)) {
          const index = frames + x.findIndex(v => !Number.isFinite(v))
          throw new RangeError(`sample ${index} of channel ${c + 1} is not a finite number`)
        }
        peak[c] = most
        energy[c]! += squares
        sum[c]! += total
      }
      frames += count
    },
    result() {
      const count = Math.max(1, frames)
      const one = (p: number, e: number, dc: number): ChannelCrest => ({
        peak: decibels(p * p),
        rms: decibels(e),
        crest: p > 0 ? decibels((p * p) / e) : null,
        dc
      })
      const each = Array.from(peak, (p, c) => one(p, energy[c]! / count, sum[c]! / count))
      const farthest = each.reduce((a, b) => (Math.abs(b.dc) > Math.abs(a) ? b.dc : a), 0)
      return {
        ...one(Math.max(...peak), energy.reduce((a, b) => a + b, 0) / count / channels, farthest),
        channels: each
      }
    }
  }
}
/** Crest figures of audio in memory. @throws RangeError as `createCrest` */
export const measureCrest = (audio: Audio, sampleRate: number): Crest =>
  measured(createCrest(sampleRate, audio.length), audio)
