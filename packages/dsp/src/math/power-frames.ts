/** Power spectra of the overlapping frames of a stream, several frames to a transform. */
import type { Audio } from '../define.ts'
import type { Kernels } from '../kernels.ts'
import { createFftMemory, type Placed } from './lane-fft.ts'

type Samples = Placed<Float32Array>

export interface PowerFrames {
  /** Takes the next samples, any number, of every channel. */
  push(audio: Audio): void
  /** The frames that are left; the last holds the stream's end, followed by silence. */
  end(): void
}
/**
 * Told of every frame in order: |L|² + |R|² (or |X|²) per bin, `size` / 2 + 1 numbers, valid during the call; undefined
 * for digital silence.
 */
export type PowerVisit = (power: Float64Array | undefined) => void

/**
 * Frame i begins at sample i · hop.
 * @param channels 1 or 2
 * @param window `size` numbers, a power of two
 * @param scale factor of the powers
 */
export function createPowerFrames(
  kernels: Kernels,
  channels: number,
  window: Float64Array,
  hop: number,
  scale: number,
  visit: PowerVisit
): PowerFrames {
  const size = window.length,
    lanes = 4,
    long = size + (lanes - 1) * hop,
    bins = size / 2 + 1,
    { ffts, functions, arrays } = createFftMemory(kernels, 'f32', [size], [long, long, size, lanes * bins]),
    fft = ffts[0]!,
    [left, right, weights, powers] = arrays as readonly [Samples, Samples, Samples, Samples],
    power = new Float64Array(bins)
  weights.view.set(window)
  let filled = 0

  /** Both channels as one complex signal: |Z[k]|² + |Z[-k]|² = 2 (|L[k]|² + |R[k]|²). */
  function transform(): void {
    functions.fft_frames_f32!(fft.at.re, fft.at.im, size, left.at, right.at, 4 * hop, weights.at)
    fft.forward()
    functions.fft_power_f32!(fft.at.re, fft.at.im, size, powers.at, 0.5 * scale)
  }
  function powerOf(lane: number): Float64Array {
    for (let k = 0, i = lane; k < bins; k++, i += lanes) power[k] = powers.view[i]!
    return power
  }
  function frames(count: number): void {
    const sounds = Array.from({ length: count }, (_, lane) => isSound(lane * hop))
    if (sounds.includes(true)) transform()
    sounds.forEach((sound, lane) => visit(sound ? powerOf(lane) : undefined))
  }
  const isSound = (from: number): boolean => {
    const l = left.view,
      r = right.view
    for (let i = from; i < from + size; i++) if (l[i] !== 0 || r[i] !== 0) return true
    return false
  }
  return {
    push(audio) {
      const count = audio[0]!.length
      for (let at = 0; at < count; ) {
        const take = Math.min(long - filled, count - at)
        left.view.set(audio[0]!.subarray(at, at + take), filled)
        if (channels === 2) right.view.set(audio[1]!.subarray(at, at + take), filled)
        filled += take
        at += take
        if (filled < long) continue
        frames(lanes)
        left.view.copyWithin(0, lanes * hop)
        right.view.copyWithin(0, lanes * hop)
        filled = size - hop
      }
    },
    end() {
      left.view.fill(0, filled)
      right.view.fill(0, filled)
      frames(filled === 0 ? 0 : Math.max(0, Math.floor((filled - size) / hop) + 1) + 1)
    }
  }
}
