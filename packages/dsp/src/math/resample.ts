/**
 * Sample rate conversion of studio quality between any two rates from 8 to 192 kHz.
 *
 * With `low` the lower of both rates: flat within 0.01 dB up to 0.907 · low/2 (20 kHz at 44.1 kHz), at least 120 dB
 * down from low/2 on,
 * so nothing folds or images into any band. Linear phase, no net delay.
 *
 * Two steps. The steep filter always works between `low` and 2 · low, by overlap-save with fast transforms (two
 * channels as one complex
 * signal). Between 2 · low and the higher rate a short polyphase filter suffices: whatever it leaves above low/2 the
 * steep one removes,
 * so its stop band begins only at 1.5 · low, from where components would fold below low/2. Both are Kaiser-windowed
 * sincs.
 * Overlap-save: Oppenheim & Schafer, Discrete-Time Signal Processing, 8.7.3. Polyphase: Crochiere & Rabiner 1983.
 */
import type { Audio } from '../define.ts'
import type { Kernels } from '../kernels.ts'
import { createFft } from './fft.ts'
import { createFftMemory, type Placed } from './lane-fft.ts'
import { polyphase } from './polyphase.ts'
import { designed, type Pair, resamplerBand, reused, type Stage } from './resample-stage.ts'
import { kaiser, kaiserBeta, kaiserHalfLength, sinc } from './window.ts'

/** Hz */
export const resamplerRates = { min: 8000, max: 192000 } as const
/** Samples at the lower rate per transform. */
const blockSize = 1024
/** Frames per step, so that long pushes need little memory besides their result. */
const chunk = 16384

export interface Resampler {
  /** Takes any number of samples, returns those that are complete: later ones follow with the next call. */
  push(audio: Audio): Audio
  /**
   * The rest. In all ceil(frames · to / from) samples come out; the first is at the time of the first that went in.
   * Ends the stream.
   */
  flush(): Audio
}

/**
 * @param from Hz @param to Hz
 * @throws RangeError for rates that are no whole numbers from 8000 to 192000, and for no channels
 */
export function createResampler(from: number, to: number, channels: number, kernels: Kernels): Resampler {
  for (const rate of [from, to])
    if (!Number.isInteger(rate) || rate < resamplerRates.min || rate > resamplerRates.max)
      throw new RangeError(
        `sample rate ${rate} Hz is not allowed; give a whole number from ${resamplerRates.min} to ${resamplerRates.max}`
      )
  if (!Number.isInteger(channels) || channels < 1)
    throw new RangeError(`a resampler needs one or more channels, not ${channels}`)
  const pairs = Array.from({ length: Math.ceil(channels / 2) }, () => stagesOf(from, to, kernels))
  let taken = 0,
    given = 0,
    ended = false

  /**
   * Runs frames `at` to `at + count` (beyond the end: silence) through all stages; the results are appended to `parts`.
   */
  function step(audio: Audio, at: number, count: number, parts: Float32Array[][]): void {
    for (let p = 0; p < pairs.length; p++) {
      let pair: Pair = { re: doubles(audio[2 * p], at, count), im: doubles(audio[2 * p + 1], at, count) }
      for (const stage of pairs[p]!) pair = stage(pair)
      parts[2 * p]!.push(new Float32Array(pair.re))
      parts[2 * p + 1]?.push(new Float32Array(pair.im))
    }
  }
  const noParts = (): Float32Array[][] => Array.from({ length: channels }, () => [])
  return {
    push(audio) {
      const frames = audio[0]?.length ?? 0
      if (ended) throw new Error('the resampler has been flushed; create another for the next stream')
      if (audio.length !== channels || audio.some(c => c.length !== frames))
        throw new RangeError(`push expects ${channels} channels of equal length`)
      const parts = noParts()
      for (let at = 0; at < frames; at += chunk) step(audio, at, Math.min(chunk, frames - at), parts)
      taken += frames
      const out = parts.map(list => joined(list))
      given += out[0]!.length
      return out
    },
    flush() {
      const rest = ended ? 0 : Math.ceil((taken * to) / from) - given,
        parts = noParts()
      ended = true
      for (let have = 0; have < rest; ) {
        step([], 0, chunk, parts)
        have = parts[0]!.reduce((sum, part) => sum + part.length, 0)
      }
      return parts.map(list => joined(list, rest))
    }
  }
}

/** One call for audio in memory. @throws RangeError as `createResampler` */
export function resample(audio: Audio, from: number, to: number, kernels: Kernels): Audio {
  const resampler = createResampler(from, to, audio.length, kernels),
    head = resampler.push(audio),
    tail = resampler.flush()
  return head.map((part, c) => {
    const out = new Float32Array(part.length + tail[c]!.length)
    out.set(part)
    out.set(tail[c]!, part.length)
    return out
  })
}

const doubles = (channel: Float32Array | undefined, at: number, count: number): Float64Array => {
  const out = new Float64Array(count)
  if (channel) out.set(channel.subarray(at, at + count))
  return out
}

function joined(
  parts: readonly Float32Array[],
  length = parts.reduce((sum, part) => sum + part.length, 0)
): Float32Array {
  if (parts.length === 1 && parts[0]!.length === length) return parts[0]!
  const out = new Float32Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part.subarray(0, length - at), at)
    at += Math.min(part.length, length - at)
  }
  return out
}

function stagesOf(from: number, to: number, kernels: Kernels): Stage[] {
  const low = Math.min(from, to),
    high = Math.max(from, to)
  if (from === to) return []
  const between = (a: number, b: number): Stage[] => (a === b ? [] : [polyphase(a, b, low)])
  return from < to
    ? [steep(true, kernels), ...between(2 * low, high)]
    : [...between(high, 2 * low), steep(false, kernels)]
}

/**
 * Times two (`up`) or by two, with the steep filter. It is centred on sample 0 of the circle, so its spectrum is real
 * and the valid part of a block stands at its own time: of 2 · blockSize fine samples all but `reach` at either end.
 * Two blocks that follow each other go through the transforms together.
 */
function steep(up: boolean, kernels: Kernels): Stage {
  const fine = 2 * blockSize,
    { reach, gain } = steepFilter(fine),
    [size, last] = up ? [blockSize, fine] : [fine, blockSize],
    overlap = up ? reach : 2 * reach,
    hop = size - overlap,
    skip = up ? reach : reach / 2,
    made = last - 2 * skip,
    { ffts, functions, arrays } = createFftMemory(
      kernels,
      'f64',
      [size, last],
      [overlap + 2 * hop, overlap + 2 * hop, 2 * made, 2 * made, fine]
    ),
    [before, after] = ffts as readonly [(typeof ffts)[number], (typeof ffts)[number]],
    [re, im, outRe, outIm, gains] = arrays as readonly [Doubles, Doubles, Doubles, Doubles, Doubles]
  // Undivided transforms, and: zeros between the samples halve the level on the way up; folding two halves of the
  // spectrum doubles it on the way down.
  gains.view.set(gain.map(g => (g * (up ? 2 : 0.5)) / last))
  const change = functions[up ? 'fft_spread_f64' : 'fft_fold_f64']!,
    outOf = reused()
  let held = overlap / 2

  function filter(): void {
    functions.fft_lace_f64!(before.at.re, size, re.at, 8 * hop)
    functions.fft_lace_f64!(before.at.im, size, im.at, 8 * hop)
    before.forward()
    change(before.at.re, before.at.im, blockSize, gains.at, after.at.re, after.at.im)
    after.inverse()
    functions.fft_unlace_f64!(after.at.re + 16 * skip, made, outRe.at)
    functions.fft_unlace_f64!(after.at.im + 16 * skip, made, outIm.at)
  }
  return input => {
    const rounds = Math.max(0, Math.floor((held + input.re.length - overlap) / (2 * hop))),
      out = outOf(rounds * 2 * made)
    for (let at = 0, done = 0; at < input.re.length; ) {
      const count = Math.min(re.view.length - held, input.re.length - at)
      re.view.set(input.re.subarray(at, at + count), held)
      im.view.set(input.im.subarray(at, at + count), held)
      held += count
      at += count
      if (held < re.view.length) continue
      // Of silence nothing but silence can come.
      if (isSound(re.view) || isSound(im.view)) {
        filter()
        out.re.set(outRe.view, done)
        out.im.set(outIm.view, done)
      } else for (const channel of [out.re, out.im]) channel.fill(0, done, done + 2 * made)
      done += 2 * made
      re.view.copyWithin(0, 2 * hop)
      im.view.copyWithin(0, 2 * hop)
      held = overlap
    }
    return out
  }
}
type Doubles = Placed<Float64Array>

function isSound(x: Float64Array): boolean {
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) return true
  return false
}

/** Its reach in fine samples and its spectrum, 1 in the pass band. */
function steepFilter(size: number): { readonly reach: number; readonly gain: Float64Array } {
  const width = (resamplerBand.stop - resamplerBand.pass) / 4,
    cut = (resamplerBand.stop + resamplerBand.pass) / 4,
    reach = 2 * Math.ceil(kaiserHalfLength(designed, width) / 2),
    beta = kaiserBeta(designed),
    gain = new Float64Array(size)
  for (let k = -reach; k <= reach; k++) gain[(k + size) % size] = sinc(cut * k) * kaiser(k / (reach + 1), beta)
  createFft(size).forward(gain, new Float64Array(size))
  return { reach, gain: gain.map((g, _, all) => g / all[0]!) }
}
