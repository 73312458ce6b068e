/**
 * The slow half of an analysis: fundamental and periodicity every other frame, and steady tones (hum), from a signal at
 * about 11 kHz.
 */
import { type Audio, createRealFft, hann } from '@mixwright/dsp'
import { gridOf } from './analysis.ts'

/** Hz; 0 where the frame is not periodic. */
export interface PitchTrack {
  readonly pitch: Float32Array
  readonly clarity: Float32Array
}
export interface SteadyTones {
  readonly frequency: 50 | 60
  readonly level: number
  readonly harmonics: readonly number[]
}
export interface PitchMeter {
  push(audio: Audio): void
  done(): PitchTrack & { readonly hum: SteadyTones | undefined }
}

/** Periodic enough to be one note: McLeod's clarity. Chords and noise stay below. */
const voicedFrom = 0.86
const lowest = 30,
  highest = 1000

export function pitchMeter(sampleRate: number): PitchMeter {
  const factor = Math.max(1, Math.floor(sampleRate / 11025)),
    rate = sampleRate / factor,
    hop = (2 * gridOf(sampleRate).hop) / factor
  // 70 ms hold two periods of 30 Hz, and a singer's glide does not yet blur them.
  const size = Math.round(rate * 0.07),
    frame = new Float64Array(size),
    detect = periodicity(size, rate),
    tones = steadyTones(rate)
  // Rumble would pass for a period: one pole at 60 Hz.
  const pole = Math.exp((-2 * Math.PI * 60) / rate),
    pitch: number[] = [],
    clarity: number[] = []
  let sum = 0,
    phase = 0,
    filled = 0,
    slow = 0
  return {
    push(audio) {
      const left = audio[0]!,
        right = audio[1]
      for (let i = 0; i < left.length; i++) {
        sum += right ? 0.5 * (left[i]! + right[i]!) : left[i]!
        if (++phase < factor) continue
        const value = sum / factor
        sum = phase = 0
        tones.push(value)
        slow = value + (slow - value) * pole
        frame[filled++] = value - slow
        if (filled < size) continue
        const found = detect(frame)
        pitch.push(found.clarity >= voicedFrom ? found.pitch : 0)
        clarity.push(found.clarity)
        frame.copyWithin(0, hop)
        filled = size - hop
      }
    },
    done: () => ({ pitch: Float32Array.from(pitch), clarity: Float32Array.from(clarity), hum: tones.done() })
  }
}

/**
 * McLeod & Wyvill, "A smarter way to find pitch" (ICMC 2005): the normalised square difference by FFT, first peak near
 * the best.
 */
function periodicity(size: number, rate: number): (frame: Float64Array) => { pitch: number; clarity: number } {
  const length = 2 ** Math.ceil(Math.log2(size + rate / lowest + 2)),
    transform = createRealFft(length),
    padded = new Float64Array(length),
    re = new Float64Array(transform.bins),
    im = new Float64Array(transform.bins),
    nsdf = new Float64Array(size)
  const from = Math.floor(rate / highest),
    to = Math.min(size - 2, Math.ceil(rate / lowest))
  return frame => {
    let energy = 0
    for (let i = 0; i < size; i++) energy += 2 * frame[i]! ** 2
    if (energy < 1e-9 * size) return { pitch: 0, clarity: 0 }
    padded.fill(0, size)
    padded.set(frame)
    transform.forward(padded, re, im)
    for (let k = 0; k < transform.bins; k++) {
      re[k] = re[k]! * re[k]! + im[k]! * im[k]!
      im[k] = 0
    }
    transform.inverse(re, im, padded)
    for (let lag = 0; lag <= to + 1; lag++) {
      nsdf[lag] = energy > 0 ? (2 * padded[lag]!) / energy : 0
      energy -= frame[lag]! ** 2 + frame[size - 1 - lag]! ** 2
    }
    return firstPeak(nsdf, from, to, rate)
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

/** Mains hum is what never goes away: the minimum of the spectrum over time still holds its lines, music's are gone. */
function steadyTones(rate: number) {
  const size = 2 ** Math.round(Math.log2(rate * 0.75)),
    transform = createRealFft(size),
    re = new Float64Array(transform.bins),
    im = new Float64Array(transform.bins),
    least = new Float64Array(size / 2).fill(Number.POSITIVE_INFINITY)
  const block = new Float64Array(size),
    window = hann(size)
  let filled = 0,
    blocks = 0
  return {
    push(value: number) {
      block[filled++] = value
      if (filled < size) return
      filled = 0
      for (let i = 0; i < size; i++) block[i]! *= window[i]!
      transform.forward(block, re, im)
      let total = 0
      for (let k = 1; k < size / 2; k++) total += re[k]! ** 2 + im[k]! ** 2
      if (total / size ** 2 < 1e-13) return
      blocks++
      for (let k = 1; k < size / 2; k++) least[k] = Math.min(least[k]!, re[k]! ** 2 + im[k]! ** 2)
    },
    done(): SteadyTones | undefined {
      if (blocks < 6) return undefined
      const found = ([50, 60] as const)
        .map(frequency => {
          const lines = [1, 2, 3, 4, 5].map(h => line(least, (frequency * h * size) / rate)),
            clear = lines.map((l, i) => (l.above > 16 ? i + 1 : 0)).filter(Boolean)
          // Hann: coherent gain 1/2, a line's amplitude A shows as (A size / 4)².
          const power = clear.reduce((sum, h) => sum + (8 * lines[h - 1]!.power) / size ** 2, 0)
          return {
            frequency,
            harmonics: clear.map(h => h * frequency),
            level: 10 * Math.log10(power + 1e-20),
            clear: clear.length
          }
        })
        .sort((a, b) => b.clear - a.clear || b.level - a.level)[0]!
      return found.clear >= 3
        ? { frequency: found.frequency, level: found.level, harmonics: found.harmonics }
        : undefined
    }
  }
}

/** Power of the line nearest to a fractional bin, and how far it stands above its surroundings, dB. */
function line(spectrum: Float64Array, bin: number): { power: number; above: number } {
  const k = Math.round(bin),
    power = Math.max(spectrum[k - 1] ?? 0, spectrum[k] ?? 0, spectrum[k + 1] ?? 0)
  const around = [4, 5, 6, 7, 8, 9].flatMap(d => [spectrum[k - d] ?? 0, spectrum[k + d] ?? 0]).sort((a, b) => a - b),
    middle = around[around.length >> 1]!
  return { power, above: 10 * Math.log10(power / Math.max(middle, 1e-20)) }
}
