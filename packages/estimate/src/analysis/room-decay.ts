/** How a room decays, and where what was measured of it sinks in noise: octave by octave. */
import { createRandom, createRealFft } from '@mixwright/dsp'

export interface OctaveDecay {
  /** Hz */
  readonly centre: number
  /** Seconds to -60 dB (T20); undefined where noise hides it. */
  readonly time: number | undefined
  /** Seconds until it sinks in its noise. */
  readonly heard: number
}
export interface RoomDecay {
  /** T20, the mean of 500 Hz and 1 kHz: the single number of ISO 3382-1, annex A; undefined where neither can be read. */
  readonly time: number | undefined
  /** T20 of all frequencies together. */
  readonly broadband: number | undefined
  readonly octaves: readonly OctaveDecay[]
}

/** Seconds of a step that energies are summed over. */
const step = 0.01
/** dB below the whole between which a decay is read (T20), and the least that will do. */
const span = { from: -5, to: -25, least: -15 } as const
/** dB by which what is read stands above the noise. */
const clear = 8

/** @param room a response without its direct sound */
export function roomDecay(room: Float64Array, sampleRate: number): RoomDecay {
  const octaves = octaveBands(room, sampleRate).map(({ centre, samples }): OctaveDecay => {
      const { time, heard } = decayOf(samples, sampleRate)
      return { centre, time, heard }
    }),
    middle = octaves.flatMap(({ centre, time }) =>
      time !== undefined && (centre === 500 || centre === 1000) ? [time] : []
    )
  return {
    time: middle.length ? middle.reduce((a, b) => a + b, 0) / middle.length : undefined,
    broadband: decayOf(room, sampleRate).time,
    octaves
  }
}

/**
 * What was measured, without the noise of having measured it: where an octave sinks in noise, it goes on as noise that decays as
 * it did (J. Bryan, J. Abel, AES 129, 2010), or is faded where no decay can be read.
 */
export function extended(room: Float64Array, sampleRate: number): Float64Array {
  const random = createRandom(room.length),
    noises = octaveBands(
      room.map(() => random.normal()),
      sampleRate
    ),
    out = new Float64Array(room.length)
  octaveBands(room, sampleRate).forEach(({ samples }, b) => {
    const { time, heard, line: found } = decayOf(samples, sampleRate),
      noise = noises[b]!.samples,
      loudness = Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / noise.length),
      end = Math.round(heard * sampleRate),
      from = Math.round(0.8 * end)
    for (let i = 0; i < out.length; i++) {
      const turn = i < from ? 0 : i < end ? (0.5 * Math.PI * (i - from)) / (end - from) : 0.5 * Math.PI
      out[i]! += Math.cos(turn) * samples[i]!
      if (time !== undefined && found && turn > 0)
        out[i]! +=
          Math.sin(turn) * 10 ** ((found.level + (found.slope * i) / step / sampleRate) / 20) * (noise[i]! / loudness)
    }
  })
  return out
}

/** Octaves that overlap and sum to the whole: cos² over the logarithm of frequency, without a shift in phase. */
function octaveBands(x: Float64Array, sampleRate: number): { centre: number; samples: Float64Array }[] {
  const fft = createRealFft(2 ** Math.ceil(Math.log2(2 * x.length))),
    [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)],
    [r, i] = [new Float64Array(fft.bins), new Float64Array(fft.bins)],
    held = new Float64Array(fft.size),
    count = Math.floor(Math.log2(sampleRate / 2.8 / lowest)) + 1
  held.set(x)
  fft.forward(held, re, im)
  return Array.from({ length: count }, (_, b) => {
    for (let k = 0; k < fft.bins; k++) {
      const place = Math.log2(Math.max(1e-9, (k * sampleRate) / fft.size / lowest)),
        off = Math.abs(Math.max(0, Math.min(count - 1, place)) - b),
        weight = off < 1 ? Math.cos(0.5 * Math.PI * off) ** 2 : 0
      r[k] = weight * re[k]!
      i[k] = weight * im[k]!
    }
    fft.inverse(r, i, held)
    return { centre: lowest * 2 ** b, samples: held.slice(0, x.length) }
  })
}
/** Hz: of the lowest octave. */
const lowest = 62.5

interface Read {
  readonly time: number | undefined
  readonly heard: number
  /** dB of the mean square at the start, and per step. */
  readonly line?: { readonly level: number; readonly slope: number }
}
/**
 * Noise from the end on, a line through what stands above it, and both again until they agree (A. Lundeby, T. Vigran, H. Bietz,
 * M. Vorländer, Acustica 81, 1995); then energies summed backwards from where the line meets the noise, less the noise, with
 * the rest of the line for what comes later (M. Schroeder, JASA 37, 1965; ISO 3382-1).
 */
function decayOf(x: Float64Array, sampleRate: number): Read {
  const energies = energiesOf(x, Math.round(step * sampleRate)),
    count = energies.length,
    found = count >= 20 ? againstNoise(energies) : undefined
  if (!found) return { time: undefined, heard: 0 }
  const { noise, slope, level, cross } = found,
    // The rest of the line: e(t) = 10^((level + slope t) / 10) summed from the crossing on.
    rest = 10 ** ((level + slope * cross) / 10) / (1 - 10 ** (slope / 10)),
    sums = new Float64Array(cross)
  for (let i = cross - 1, sum = rest; i >= 0; i--) sums[i] = sum += energies[i]! - noise
  const levels = Array.from(sums, e => 10 * Math.log10(Math.max(e, 1e-30) / sums[0]!)),
    a = levels.findIndex(dB => dB <= span.from),
    b = levels.findIndex(dB => dB <= span.to),
    last = b < 0 ? cross : b + 1
  if (a < 0 || last - a < 4 || levels[last - 1]! > span.least) return { time: undefined, heard: cross * step }
  return { time: (-60 / line(levels.slice(a, last)).slope) * step, heard: cross * step, line: { level, slope } }
}

function againstNoise(energies: readonly number[]) {
  const count = energies.length,
    levels = smooth(energies).map(decibels),
    top = levels.indexOf(Math.max(...levels.slice(0, Math.ceil(count / 4))))
  let noise = mean(energies.slice(Math.floor(0.9 * count)))
  for (let round = 0; ; round++) {
    const sinks = levels.findIndex((dB, i) => i > top && dB < decibels(noise) + clear),
      end = Math.max(top + 4, sinks < 0 ? count : sinks),
      { slope, start } = line(levels.slice(top, end))
    if (!(slope < 0)) return undefined
    const level = start - slope * top,
      cross = Math.max(1, Math.min(count, Math.round((decibels(noise) - level) / slope)))
    if (round === 5) return { noise, slope, level, cross }
    // The noise from 10 dB of decay behind the crossing, of a tenth of the response at least.
    noise = mean(energies.slice(Math.min(Math.floor(0.9 * count), Math.round(cross - 10 / slope))))
  }
}

/** Mean squares of steps of so many samples. */
const energiesOf = (x: Float64Array, size: number): number[] =>
  Array.from({ length: Math.floor(x.length / size) }, (_, i) => {
    let sum = 0
    for (let k = i * size; k < (i + 1) * size; k++) sum += x[k]! ** 2
    return sum / size
  })
const decibels = (energy: number): number => 10 * Math.log10(energy + 1e-30)
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length
const smooth = (x: readonly number[]): number[] => x.map((_, i) => mean(x.slice(Math.max(0, i - 2), i + 3)))
/** Least squares over 0, 1, 2 … */
function line(y: readonly number[]): { slope: number; start: number } {
  const middle = (y.length - 1) / 2,
    average = mean(y),
    slope =
      y.reduce((sum, v, i) => sum + (i - middle) * (v - average), 0) /
      y.reduce((sum, _, i) => sum + (i - middle) ** 2, 0)
  return { slope, start: average - slope * middle }
}
