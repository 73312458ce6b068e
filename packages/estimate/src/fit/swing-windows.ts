/** How a delay may swing, roughly: the lines along which most energy of short windows' correlations lies. */
import { createFftMemory, type Kernels } from '@mixwright/dsp'
import { best, refined, type Swing, type Swinging } from './swing.ts'

/** A sound, what of it is to be found delayed, and their powers, of each channel. */
export interface Heard {
  /** Hz */
  readonly rate: number
  readonly channels: readonly {
    readonly x: Float64Array
    readonly e: Float64Array
    readonly xx: number
    readonly ee: number
  }[]
}
/** Steps of delays that the longest is looked at in. */
export const lags = 200
/** Seconds of windows: in a longer one more is told, in a shorter one a fast delay stands still, within so many steps. */
const windows = [0.01, 0.003],
  within = 4,
  /** What is tried: Hz and turns of the whole from one to the next; phases; swings in steps of delays, each seen through bins of its share. */
  frequencies = { from: 0.1, to: 6, turns: 0.12 },
  phases = 24,
  swings = { from: 2, ratio: 1.35, bin: 0.2 },
  /** Share of a delay. */
  deepest = 0.98,
  /** How many are looked at more finely, and are told, by windows of one size. */
  followed = 64,
  told = 6

/** Energies of windows by delays, in bins of so many steps, less the mean of the window's. */
interface Energies {
  readonly bin: number
  readonly rows: readonly Float64Array[]
  /** Of a sum over all windows at any delays. */
  readonly deviation: number
}
function mapOf(energies: readonly Float64Array[], bin: number): Energies {
  let variance = 0
  const rows = energies.map(row => {
    const binned = new Float64Array(Math.floor(lags / bin))
    for (let b = 0; b < binned.length; b++) for (let i = b * bin; i < (b + 1) * bin; i++) binned[b]! += row[i]!
    const mean = binned.reduce((a, v) => a + v, 0) / binned.length
    for (let b = 0; b < binned.length; b++) binned[b]! -= mean
    variance += binned.reduce((a, v) => a + v * v, 0) / binned.length
    return binned
  })
  return { bin, rows, deviation: Math.sqrt(variance) + 1e-30 }
}
/** Of each window the squares of Σ e x, x later by so many samples; what is loud counts by the root of its power. */
function energiesOf(x: Float64Array, e: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: Math.floor(e.length / size) }, (_, w) => {
    const row = new Float64Array(lags)
    for (let b = 0; b < lags; b++) {
      let sum = 0
      for (let i = Math.max(b, w * size); i < (w + 1) * size; i++) sum += e[i]! * x[i - b]!
      row[b] = sum * sum
    }
    const all = row.reduce((a, v) => a + v, 0)
    return all > 1e-20 ? row.map(v => v / all ** 0.75) : row.fill(0)
  })
}

/** Sums of the rows that a way leads along, moved from one bin to the next. */
type Sums = (from: number, to: number, way: Float64Array, swing: number) => Float32Array
/** So many sums are made at once, and so many bins beside the rows are silent: more than a swing has bins on either side. */
const atOnce = 16,
  beside = 16
interface SummedMap extends Energies {
  readonly sums: Sums
}
/** In the kernels' memory. */
export function sumsOf({ bin, rows }: Energies, kernels: Kernels): Sums {
  const bins = rows[0]!.length,
    stride = beside + bins + beside + atOnce,
    widest = Math.ceil(bins / atOnce) * atOnce,
    {
      arrays: [table, places, out],
      functions
    } = createFftMemory(kernels, 'f32', [], [rows.length * stride, rows.length, widest]),
    starts = new Uint32Array(places!.view.buffer, places!.at, rows.length),
    sum = functions.ways_sum_f32!
  rows.forEach((row, w) => table!.view.set(row, w * stride + beside))
  return (from, to, way, swing) => {
    const width = Math.max(0, to - from)
    for (let w = 0; w < starts.length; w++)
      starts[w] = 4 * (w * stride + beside + from + Math.round((swing * way[w]!) / bin))
    sum(table!.at, places!.at, starts.length, out!.at, Math.ceil(width / atOnce) * atOnce)
    return out!.view.slice(0, width)
  }
}

/** The lines along which most of the windows' energy lies. */
export function byWindows(heard: Heard, how: Swinging, kernels: Kernels): Swing[] {
  return windows.flatMap((window, k) => {
    const [slowest, fastest] = [
      k > 0 ? within / windows[k - 1]! : 0,
      k + 1 < windows.length ? within / window : Number.POSITIVE_INFINITY
    ]
    return linesBy(window, speed => speed > slowest && speed <= fastest, heard, how, kernels)
  })
}
/** @param may gets the fastest that a delay moves, in steps a second */
function linesBy(
  window: number,
  may: (speed: number) => boolean,
  { rate, channels }: Heard,
  how: Swinging,
  kernels: Kernels
): Swing[] {
  const size = Math.round(window * rate),
    hop = size / rate,
    energies = channels.map(({ x, e }) => energiesOf(x, e, size)),
    maps = new Map<number, SummedMap[]>(),
    mapsOf = (swing: number): SummedMap[] => {
      const bin = 2 ** Math.max(0, Math.round(Math.log2(swings.bin * swing))),
        found =
          maps.get(bin) ??
          energies.map(table => {
            const map = mapOf(table, bin)
            return { ...map, sums: sumsOf(map, kernels) }
          })
      maps.set(bin, found)
      return found
    },
    seconds = energies[0]!.length * hop,
    steps = Math.ceil(((frequencies.to - frequencies.from) * seconds) / frequencies.turns),
    lines: { at: Swing; score: number }[] = []
  for (let k = 0; k <= steps; k++) {
    const frequency = frequencies.from + ((frequencies.to - frequencies.from) * k) / steps,
      ways = Array.from({ length: phases }, (_, p) =>
        Float64Array.from(energies[0]!, (_row, w) => how.wave(frequency * (w + 0.5) * hop + p / phases))
      )
    for (let swing = swings.from; swing < lags / 2; swing *= swings.ratio)
      if (may(2 * Math.PI * frequency * swing)) lines.push(onMap(mapsOf(swing), swing, frequency, ways, rate, how))
  }
  lines.sort((a, b) => b.score - a.score)
  let found = lines.slice(0, followed).map(({ at }) => at)
  for (let bin = 8; bin >= 1; bin /= 2) {
    const list = energies.map(table => mapOf(table, bin)),
      score = (line: Swing) =>
        list.reduce((sum, map, c) => sum + onLine(map, line, c, hop, rate, how) / map.deviation, 0)
    found = best(found, line => refined(line, score, how, bin / rate, seconds), (followed * bin) / 8)
  }
  return distinct(found, rate, how).slice(0, told)
}
/** The best delay and phases for a swing and a frequency. @param ways its wave in each window, by phase */
function onMap(
  list: readonly SummedMap[],
  swing: number,
  frequency: number,
  ways: readonly Float64Array[],
  rate: number,
  how: Swinging
) {
  const { bin, rows } = list[0]!,
    // Delays that it may swing about.
    [from, to] = [Math.max(how.shortest * rate, swing / deepest), Math.min(how.longest * rate, swing / how.least)].map(
      delay => Math.min(Math.ceil(delay / bin - 0.5), rows[0]!.length)
    ) as [number, number],
    sums = list.map(map => ways.map(way => map.sums(from, to, way, swing)))
  let top = { at: { delay: 0, depth: 0, frequency, phases: [0] } as Swing, score: Number.NEGATIVE_INFINITY }
  for (let k = 0; k < to - from; k++) {
    const at = (from + k + 0.5) * bin,
      tops = sums.map(list => loudest(list, k)),
      score = sums.reduce((sum, ways, c) => sum + ways[tops[c]!]![k]! / list[c]!.deviation, 0)
    if (score > top.score)
      top = { at: { delay: at / rate, depth: swing / at, frequency, phases: tops.map(p => p / phases) }, score }
  }
  return top
}
function loudest(list: readonly Float32Array[], k: number): number {
  let best = 0
  for (let p = 1; p < list.length; p++) if (list[p]![k]! > list[best]![k]!) best = p
  return best
}
function onLine(
  { bin, rows }: Energies,
  line: Swing,
  c: number,
  hop: number,
  rate: number,
  { wave }: Swinging
): number {
  const { delay, depth, frequency, phases } = line
  let sum = 0
  for (let w = 0; w < rows.length; w++) {
    const at = (delay * rate * (1 + depth * wave(frequency * (w + 0.5) * hop + phases[c]!))) / bin - 0.5,
      b = Math.floor(at)
    sum += (1 - (at - b)) * (rows[w]![b] ?? 0) + (at - b) * (rows[w]![b + 1] ?? 0)
  }
  return sum
}
/** Those that are elsewhere than all before. */
function distinct(list: readonly Swing[], rate: number, { wave }: Swinging): Swing[] {
  const kept: Swing[] = [],
    way = ({ delay, depth, frequency, phases }: Swing) =>
      Array.from({ length: 40 }, (_, i) => delay * (1 + depth * wave(frequency * i * 0.02 + phases[0]!)))
  for (const line of list) {
    const own = way(line)
    if (kept.every(other => way(other).reduce((sum, v, i) => sum + Math.abs(v - own[i]!), 0) > (40 * 0.7) / rate))
      kept.push(line)
  }
  return kept
}
