/**
 * Mains hum: lines at multiples of 50 or 60 Hz that keep their level. They show where the rest is quietest, so each is
 * looked for there: in those blocks of the song in which its surroundings are softest.
 */
import { createRealFft, hann } from '@mixwright/dsp'
import { percentile } from './level.ts'

export interface Hum {
  readonly frequency: 50 | 60
  /** Of all lines together, dBFS. */
  readonly level: number
  readonly harmonics: readonly number[]
}

const mains = [50, 60] as const,
  multiples = [1, 2, 3, 4, 5, 6] as const
/** s: lines 0.7 Hz wide, so that G1 (49.0 Hz) is none. */
const block = 2.8
/** The quietest blocks of a line: a share, but so many at least. */
const quietest = 0.3,
  fewest = 3
/** A line of hum stands above its surroundings, and keeps its level between the 20th and 80th percentile, dB. */
const above = 10,
  steady = 2.5
/** So many lines make hum. */
const leastLines = 3

/** Takes the samples of a signal in order. @param rate Hz */
export function humMeter(rate: number) {
  const size = 2 ** Math.round(Math.log2(rate * block)),
    hop = size / 2,
    transform = createRealFft(size),
    re = new Float64Array(transform.bins),
    im = new Float64Array(transform.bins),
    window = hann(size),
    held = new Float64Array(size),
    windowed = new Float64Array(size),
    lines = mains.flatMap(frequency =>
      multiples.map(h => ({
        frequency,
        h,
        bin: Math.round((frequency * h * size) / rate),
        levels: [] as number[],
        around: [] as number[]
      }))
    )
  let filled = 0
  function add(): void {
    for (let i = 0; i < size; i++) windowed[i] = held[i]! * window[i]!
    transform.forward(windowed, re, im)
    const power = (k: number) => re[k]! ** 2 + im[k]! ** 2
    let low = 0
    for (let k = 1; k < size / 16; k++) low += power(k)
    if (low / size ** 2 < 1e-13) return
    for (const { bin, levels, around } of lines) {
      const beside = [4, 5, 6, 7, 8, 9].flatMap(d => [power(bin - d), power(bin + d)])
      // A line within half a bin gives three bins of Hann's window one and a half times its peak, wherever it lies.
      levels.push(decibels((power(bin - 1) + power(bin) + power(bin + 1)) / 1.5))
      around.push(decibels(percentile(beside, 0.5)))
    }
  }
  return {
    push(values: Float64Array): void {
      for (let at = 0; at < values.length; ) {
        const take = Math.min(size - filled, values.length - at)
        held.set(values.subarray(at, at + take), filled)
        filled += take
        at += take
        if (filled < size) continue
        add()
        held.copyWithin(0, hop)
        filled = hop
      }
    },
    done(): Hum | undefined {
      const clear = lines.flatMap(line => {
          const level = steadyLevel(line.levels, line.around)
          return level === undefined ? [] : [{ ...line, level }]
        }),
        of = (frequency: 50 | 60) => clear.filter(line => line.frequency === frequency),
        frequency = of(60).length > of(50).length ? 60 : 50,
        found = of(frequency)
      if (found.length < leastLines) return undefined
      // Hann: coherent gain 1/2, a line of amplitude A shows as (A size / 4)², its power is A² / 2.
      const power = found.reduce((sum, { level }) => sum + (8 * 10 ** (level / 10)) / size ** 2, 0)
      return { frequency, level: decibels(power), harmonics: found.map(({ h }) => h * frequency) }
    }
  }
}

/** dB of a line where its surroundings are softest; undefined where it is none, or moves. */
function steadyLevel(levels: readonly number[], around: readonly number[]): number | undefined {
  const count = Math.max(fewest, Math.round(quietest * levels.length))
  if (levels.length < count) return undefined
  const chosen = [...levels.keys()].sort((i, k) => around[i]! - around[k]!).slice(0, count),
    own = chosen.map(i => levels[i]!),
    over = percentile(
      chosen.map(i => levels[i]! - around[i]!),
      0.5
    )
  return over > above && percentile(own, 0.8) - percentile(own, 0.2) < steady ? percentile(own, 0.5) : undefined
}
const decibels = (power: number): number => 10 * Math.log10(power + 1e-20)
