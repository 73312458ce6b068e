/**
 * The slow half of an analysis: fundamental and periodicity every other frame, and steady tones (hum), from a signal at
 * about 11 kHz.
 */
import { type Audio, createLaneFft, type Kernels } from '@mixwright/dsp'
import { gridOf } from './analysis.ts'
import { type Hum, humMeter } from './hum.ts'

/** Hz; 0 where the frame is not periodic. */
export interface PitchTrack {
  readonly pitch: Float32Array
  readonly clarity: Float32Array
}
export interface PitchMeter {
  push(audio: Audio): void
  done(): PitchTrack & { readonly hum: Hum | undefined }
}

/** Periodic enough to be one note: McLeod's clarity. Chords and noise stay below. */
const voicedFrom = 0.86
const lowest = 30,
  highest = 1000

export function pitchMeter(sampleRate: number, kernels: Kernels): PitchMeter {
  const factor = Math.max(1, Math.floor(sampleRate / 11025)),
    rate = sampleRate / factor,
    hop = Math.floor((2 * gridOf(sampleRate).hop) / factor)
  // 70 ms hold two periods of 30 Hz, and a singer's glide does not yet blur them.
  const size = Math.round(rate * 0.07),
    detect = periodicity(kernels, size, hop, rate),
    held = new Float64Array(size + (detect.lanes - 1) * hop),
    reduce = decimator(factor),
    highpass = rumbleFilter(rate),
    tones = humMeter(rate)
  const pitch: number[] = [],
    clarity: number[] = []
  let filled = 0
  const frames = (count: number): void => {
    for (const found of detect.run(held, count)) {
      pitch.push(found.clarity >= voicedFrom ? found.pitch : 0)
      clarity.push(found.clarity)
    }
  }
  return {
    push(audio) {
      const values = reduce(audio)
      tones.push(values)
      highpass(values)
      for (let at = 0; at < values.length; ) {
        const take = Math.min(held.length - filled, values.length - at)
        held.set(values.subarray(at, at + take), filled)
        filled += take
        at += take
        if (filled < held.length) continue
        frames(detect.lanes)
        held.copyWithin(0, detect.lanes * hop)
        filled = size - hop
      }
    },
    done() {
      if (filled >= size) frames(Math.floor((filled - size) / hop) + 1)
      return { pitch: Float32Array.from(pitch), clarity: Float32Array.from(clarity), hum: tones.done() }
    }
  }
}

/** The mean of every `factor` samples of the mean of both channels. */
function decimator(factor: number): (audio: Audio) => Float64Array {
  let carried = 0,
    phase = 0
  return audio => {
    const left = audio[0]!,
      right = audio[1] ?? left,
      out = new Float64Array(Math.floor((phase + left.length) / factor))
    let sum = carried,
      step = phase
    for (let i = 0, to = 0; i < left.length; i++) {
      sum += left[i]! + right[i]!
      if (++step < factor) continue
      out[to++] = (0.5 * sum) / factor
      sum = step = 0
    }
    carried = sum
    phase = step
    return out
  }
}

/** Rumble would pass for a period: one pole at 60 Hz, in place. */
function rumbleFilter(rate: number): (values: Float64Array) => void {
  const pole = Math.exp((-2 * Math.PI * 60) / rate)
  let state = 0
  return values => {
    let slow = state
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      slow = value + (slow - value) * pole
      values[i] = value - slow
    }
    state = slow
  }
}

interface Period {
  /** Hz */
  readonly pitch: number
  readonly clarity: number
}
const aperiodic: Period = { pitch: 0, clarity: 0 }

/**
 * McLeod & Wyvill, "A smarter way to find pitch" (ICMC 2005): the normalised square difference by FFT, first peak near
 * the best. `run` takes up to `lanes` frames of `size` samples, `hop` apart.
 */
function periodicity(kernels: Kernels, size: number, hop: number, rate: number) {
  const length = 2 ** Math.ceil(Math.log2(size + rate / lowest + 2)),
    fft = createLaneFft(kernels, length, 'f32'),
    { lanes, re, im } = fft,
    nsdf = new Float64Array(size),
    from = Math.floor(rate / highest),
    to = Math.min(size - 2, Math.ceil(rate / lowest))
  /** Lane by lane, the sums of all products of the frame with itself, times `length`. */
  function autocorrelate(signal: Float64Array, count: number): void {
    re.fill(0)
    im.fill(0)
    for (let lane = 0; lane < count; lane++)
      for (let i = 0, at = lane * hop; i < size; i++, at++) re[i * lanes + lane] = signal[at]!
    fft.forward()
    for (let i = 0; i < re.length; i++) re[i] = re[i]! * re[i]! + im[i]! * im[i]!
    im.fill(0)
    fft.inverse()
  }
  function period(signal: Float64Array, lane: number, power: number): Period {
    let energy = power
    for (let lag = 0, a = lane * hop, z = a + size - 1; lag <= to + 1; lag++, a++, z--) {
      nsdf[lag] = energy > 0 ? (2 * re[lag * lanes + lane]!) / (length * energy) : 0
      energy -= signal[a]! ** 2 + signal[z]! ** 2
    }
    return firstPeak(nsdf, from, to, rate)
  }
  return {
    lanes,
    run(signal: Float64Array, count: number): Period[] {
      const powers = Array.from({ length: count }, (_, lane) => {
        let energy = 0
        for (let i = lane * hop, end = i + size; i < end; i++) energy += 2 * signal[i]! * signal[i]!
        return energy
      })
      const sounds = (power: number) => power >= 1e-9 * size
      if (powers.some(sounds)) autocorrelate(signal, count)
      return powers.map((power, lane) => (sounds(power) ? period(signal, lane, power) : aperiodic))
    }
  }
}

function firstPeak(nsdf: Float64Array, from: number, to: number, rate: number): { pitch: number; clarity: number } {
  let lag = 1,
    best = 0
  while (lag < to && nsdf[lag]! > 0) lag++
  const start = Math.max(from, lag),
    isPeak = (i: number) => nsdf[i]! > nsdf[i - 1]! && nsdf[i]! >= nsdf[i + 1]!
  for (let i = start; i <= to; i++) if (isPeak(i)) best = Math.max(best, nsdf[i]!)
  for (let i = start; i <= to; i++) {
    if (!isPeak(i) || nsdf[i]! < 0.93 * best) continue
    const a = nsdf[i - 1]!,
      b = nsdf[i]!,
      c = nsdf[i + 1]!,
      shift = (a - c) / (2 * (a - 2 * b + c))
    return { pitch: rate / (i + shift), clarity: b }
  }
  return { pitch: 0, clarity: 0 }
}
