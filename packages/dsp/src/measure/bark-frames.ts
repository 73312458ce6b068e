/**
 * Power per Bark band over time: what the role balance, masking and the lead's glimpses read. Small enough to keep for
 * hours (96 or 192 bytes per 23 ms), so that long files need no more memory than this.
 *
 * Hann frames of 93 ms every quarter (4096 and 1024 samples at 44.1 kHz); |STFT|² through the triangles of `bark.ts`.
 */
import type { Audio } from '../define.ts'
import { barkWeights } from './bark.ts'
import { createFraming, frameSize } from './framing.ts'
import { framesOf, type Meter, measured, requireFormat } from './input.ts'
import { createPowerSpectrum } from './power-spectrum.ts'

export interface BarkFrames {
  /** Seconds between frames; frame i is centred on i · step. */
  readonly step: number
  /** 24 from a sample rate of 40 kHz on, fewer below. */
  readonly bands: number
  readonly frames: number
  /**
   * Mean square (mean of the channels, full scale = 1) per frame and band, frame by frame: frame i, band b at
   * i · bands + b. A sine of amplitude 1 reads about 1/2 in all its bands together.
   */
  readonly power: Float32Array
  /** The same of the sum to mono, (L + R) / 2. Equal to `power` for one channel and for two equal ones. */
  readonly mid: Float32Array
}

/** @throws RangeError unless there are 1 or 2 channels */
export function createBarkFrames(sampleRate: number, channels: number): Meter<BarkFrames> {
  requireFormat(sampleRate, channels)
  const size = frameSize(sampleRate, 0.0929),
    hop = size / 4,
    spectrum = createPowerSpectrum(size),
    weights = barkWeights(sampleRate, size),
    bands = weights.length,
    // Squares of a Hann window sum to 3/8 size; a bin stands for two.
    scale = 2 / size / ((3 / 8) * size)
  const power = createRows(bands),
    mid = createRows(bands)
  function add(frame: readonly Float64Array[], toPower: Rows, toMid: Rows): void {
    spectrum.read(frame[0]!, frame[channels - 1]!)
    for (const [rows, bins] of [
      [toPower, spectrum.power],
      [toMid, spectrum.mid]
    ] as const) {
      const row = rows.next()
      for (let b = 0; b < bands; b++) {
        const { first, values } = weights[b]!
        let sum = 0
        for (let i = 0; i < values.length; i++) sum += values[i]! * bins[first + i]!
        row[b] = sum * scale
      }
    }
  }
  const framing = createFraming(channels, size, hop, size / 2, frame => add(frame, power, mid))
  return {
    push: audio => framing.push(audio, framesOf(audio, channels)),
    result() {
      const lastPower = createRows(bands),
        lastMid = createRows(bands)
      let left = 2
      // Frames whose centre lies beyond the end hold nothing of their own.
      framing.rest(frame => left-- > 0 && add(frame, lastPower, lastMid))
      const joined = (a: Rows, b: Rows): Float32Array => {
        const x = a.values(),
          y = b.values(),
          out = new Float32Array(x.length + y.length)
        out.set(x)
        out.set(y, x.length)
        return out
      }
      const whole = joined(power, lastPower)
      return { step: hop / sampleRate, bands, frames: whole.length / bands, power: whole, mid: joined(mid, lastMid) }
    }
  }
}
/** Bark frames of audio in memory. @throws RangeError as `createBarkFrames` */
export const measureBarkFrames = (audio: Audio, sampleRate: number): BarkFrames =>
  measured(createBarkFrames(sampleRate, audio.length), audio)

interface Rows {
  /** A new row, to be filled. */
  next(): Float32Array
  values(): Float32Array
}
function createRows(width: number): Rows {
  let data = new Float32Array(64 * width),
    used = 0
  return {
    next() {
      if (used === data.length) {
        const larger = new Float32Array(2 * used)
        larger.set(data)
        data = larger
      }
      used += width
      return data.subarray(used - width, used)
    },
    values: () => data.slice(0, used)
  }
}
