/** How the level of a sound moves: what its dynamics, bend and room are compared by. */
import type { Audio } from '@mixwright/dsp'

const stepSeconds = 0.01
/** Steps in the spans below. */
const short = 5,
  long = 100,
  slow = 40
/** Hz above which highs are. */
const highs = 5000
/** Softer than the loudest twentieth by more than this is silence, dB. */
const silence = 60

/** A quantile of something, and by how many dB it differs between two passages of one recording by chance. */
interface LevelFeature {
  readonly of: keyof Traces
  readonly quantile: number
  /** Between the root mean square and the median over development recordings (experiments/transfer/chance.ts). */
  readonly chance: number
}
const feature = (of: keyof Traces, quantile: number, chance: number): LevelFeature => ({ of, quantile, chance })
export const levelFeatures = [
  feature('level', 0.1, 2.6),
  feature('level', 0.25, 3.3),
  feature('level', 0.5, 1.5),
  feature('level', 0.75, 0.6),
  feature('level', 0.9, 0.75),
  feature('level', 0.98, 1.15),
  feature('lively', 0.1, 2.2),
  feature('lively', 0.5, 1.2),
  feature('lively', 0.9, 0.5),
  feature('slow', 0.1, 4),
  feature('slow', 0.9, 0.75),
  feature('rise', 0.9, 0.9),
  feature('rise', 0.98, 2.5),
  feature('fall', 0.02, 2),
  feature('fall', 0.1, 1),
  feature('fade', 0.05, 3.2),
  feature('highFall', 0.01, 2.5),
  feature('loudCrest', 0.5, 0.5),
  feature('softCrest', 0.5, 0.4),
  feature('peak', 0.98, 1.1)
] as const

/** dB, each in any order. */
interface Traces {
  /** Of 10 ms, against the mean power of what sounds. */
  readonly level: readonly number[]
  /** Of 50 ms against the second around. */
  readonly lively: readonly number[]
  /** Of 400 ms, as `level`. */
  readonly slow: readonly number[]
  /** Over 20 ms, 50 ms and 200 ms. */
  readonly rise: readonly number[]
  readonly fall: readonly number[]
  readonly fade: readonly number[]
  /** As `fall`, of the highs, where the whole sounds. */
  readonly highFall: readonly number[]
  /** Of peak over level in 20 ms, where it is loud and elsewhere; and of peaks, as `level`. */
  readonly loudCrest: readonly number[]
  readonly softCrest: readonly number[]
  readonly peak: readonly number[]
}

/** What a sound's level does, in the order of `levelFeatures`, and what 0 dB is: dBFS, mean power of what sounds. */
export interface Levels {
  readonly values: readonly number[]
  readonly reference: number
}
export function levelsOf(audio: Audio, sampleRate: number): Levels {
  const { power, peak } = stepsOf(audio, sampleRate),
    high = stepsOf(
      audio.map(channel => above(channel, highs / sampleRate)),
      sampleRate
    ).power,
    floorOf = (power: readonly number[]) =>
      (sorted(power)[Math.floor(0.95 * power.length)] ?? 0) * 10 ** (-silence / 10) + 1e-15,
    least = floorOf(power),
    sounding = power.flatMap((p, i) => (p > least ? [i] : [])),
    reference = sounding.reduce((sum, i) => sum + power[i]!, 1e-15) / Math.max(1, sounding.length),
    dB = (p: number) => 10 * Math.log10((p + least) / reference),
    level = power.map(dB),
    leastHigh = floorOf(high),
    highLevel = high.map(p => 10 * Math.log10(p + leastHigh)),
    over = meansOver(power, short),
    around = meansOver(power, long),
    over400 = meansOver(power, slow),
    change = (steps: number, sign: number) =>
      sounding.flatMap(i => (i >= steps ? [sign * (level[i]! - level[i - steps]!)] : [])),
    falls = (steps: number, level: readonly number[]) =>
      sounding.flatMap(i => (i + steps < level.length ? [level[i + steps]! - level[i]!] : [])),
    middle = sorted(sounding.map(i => power[i]!))[Math.floor(0.7 * sounding.length)] ?? 0,
    crests = (loudOnes: boolean) =>
      sounding.flatMap(i => (power[i]! > middle === loudOnes ? [10 * Math.log10(peak[i]! / power[i]!)] : [])),
    traces: Traces = {
      level: sounding.map(i => level[i]!),
      lively: sounding.map(i => dB(over[i]!) - dB(around[i]!)),
      slow: sounding.map(i => dB(over400[i]!)),
      rise: change(2, 1),
      fall: falls(5, level),
      fade: falls(20, level),
      highFall: falls(5, highLevel),
      loudCrest: crests(true),
      softCrest: crests(false),
      peak: sounding.map(i => dB(peak[i]!))
    },
    ordered = Object.fromEntries(Object.entries(traces).map(([name, all]) => [name, sorted(all)])) as {
      [K in keyof Traces]: Float64Array
    }
  return {
    values: levelFeatures.map(({ of, quantile }) => ordered[of][Math.round(quantile * (ordered[of].length - 1))] ?? 0),
    reference: 10 * Math.log10(reference)
  }
}
const sorted = (all: ArrayLike<number>): Float64Array => Float64Array.from(all).sort()

/** Behind two high-passes of one pole. @param corner of the sample rate */
function above(x: Float32Array, corner: number): Float32Array {
  const share = 1 - Math.exp(-2 * Math.PI * corner),
    out = new Float32Array(x.length)
  let low = 0,
    lower = 0
  for (let i = 0; i < x.length; i++) {
    low += share * (x[i]! - low)
    const high = x[i]! - low
    lower += share * (high - lower)
    out[i] = high - lower
  }
  return out
}
/** Mean power and highest power of each step, over the channels. */
function stepsOf(audio: Audio, sampleRate: number) {
  const size = Math.round(stepSeconds * sampleRate),
    count = Math.floor(audio[0]!.length / size),
    power = new Array<number>(count).fill(0),
    peak = new Array<number>(count).fill(0)
  for (const channel of audio)
    for (let i = 0; i < count; i++) {
      let sum = 0,
        most = 0
      for (let k = i * size; k < (i + 1) * size; k++) {
        const p = channel[k]! * channel[k]!
        sum += p
        if (p > most) most = p
      }
      power[i]! += sum / size / audio.length
      peak[i] = Math.max(peak[i]!, most)
    }
  return { power, peak }
}
/** Of so many steps around each, fewer at the ends. */
function meansOver(power: readonly number[], steps: number): number[] {
  const sums = [0]
  for (const p of power) sums.push(sums.at(-1)! + p)
  return power.map((_, i) => {
    const from = Math.max(0, i - Math.floor(steps / 2)),
      to = Math.min(power.length, from + steps)
    return Math.max(0, sums[to]! - sums[from]!) / (to - from)
  })
}
