/** Devices that an oscillator swings, with numbers read off the sound: from what a console gives to what it should. */
import { type Audio, fromUnit, type NumberParam, processors, toUnit } from '@mixwright/dsp'
import { type GainTrack, gainTrack, likelier, type Oscillation, oscillationsIn } from '../analysis/gain-swings.ts'
import { waves } from '../analysis/waves.ts'
import { type Device, startOf } from './console.ts'
import { type Kind, kinds, type Numbers } from './swung-kinds.ts'

/** Oscillations that are followed; devices that are told, and share of the best one's score that each must have. */
const followed = 4,
  told = 4,
  worth = 0.4,
  /** Score of a band: by chance 1, where what is missing has a rhythm more. */
  chance = 4

/** Devices that are missing, the likeliest first. @param start seconds of the recording before these sounds */
export function swungGains(now: Audio, wet: Audio, sampleRate: number, start: number): Omit<Device, 'id'>[] {
  const track = gainTrack(now, wet, sampleRate),
    all = oscillationsIn(track)
      .slice(0, followed)
      .flatMap(oscillation => {
        const table = tableOf(track, oscillation)
        return kinds
          .filter(({ type }) => type !== 'panning' || wet.length === 2)
          .map(kind => ({ kind, oscillation, ...likeliest(kind, table, sampleRate, oscillation.shape !== 'saw') }))
      })
      .sort((a, b) => b.score - a.score),
    best = all.filter((one, k) => all.findIndex(other => other.kind === one.kind) === k).slice(0, told)
  return best
    .filter(({ score }) => score > Math.max(chance * track.rows.length, worth * best[0]!.score))
    .map(({ kind, oscillation, numbers, depth }) => ({
      type: kind.type,
      params: startOf(kind.type, numbers),
      modulator: modulatorOf(kind.inlet, oscillation, depth, start)
    }))
}
/** Hz, of an oscillator. */
const slowest = processors.lfo.params.frequency.min
/** @param depth may be negative where half a cycle later is the same */
export function modulatorOf(
  inlet: string,
  { shape, frequency, phase }: Pick<Oscillation, 'shape' | 'frequency' | 'phase'>,
  depth: number,
  start: number
): NonNullable<Device['modulator']> {
  const cycles = phase - frequency * start + (depth < 0 ? 0.5 : 0)
  return {
    inlet,
    params: { shape, frequency: Math.max(slowest, frequency), phase: 360 * (cycles - Math.floor(cycles)) },
    depth: 20 * Math.log10(Math.abs(depth))
  }
}

/** Where in its swing the wave is. */
const bins = 8
/** Gains by rows and by where the wave is. */
interface Table {
  readonly rows: readonly {
    readonly channel: number
    readonly centre: number
    readonly heard: number
    readonly total: number
    readonly means: Float64Array
    readonly weights: Float64Array
  }[]
  /** The wave in the middle of each bin. */
  readonly wave: Float64Array
}
function tableOf({ rows, times }: GainTrack, { shape, frequency, phase }: Oscillation): Table {
  const wave = times.map(t => waves[shape](frequency * t + phase)),
    binOf = wave.map(w => Math.min(bins - 1, Math.floor(((w + 1) / 2) * bins))),
    counts = new Float64Array(bins),
    sums = new Float64Array(bins)
  binOf.forEach((bin, t) => {
    counts[bin]!++
    sums[bin]! += wave[t]!
  })
  return {
    wave: sums.map((sum, k) => sum / Math.max(1, counts[k]!)),
    rows: rows.map(({ channel, centre, heard, total, gains, weights: own }) => {
      const weights = new Float64Array(bins),
        means = new Float64Array(bins)
      binOf.forEach((bin, t) => {
        weights[bin]! += own[t]!
        means[bin]! += own[t]! * gains[t]!
      })
      return { channel, centre, heard, total, weights, means: means.map((sum, k) => sum / (weights[k]! + 1e-30)) }
    })
  }
}

interface Found {
  readonly numbers: Numbers
  readonly depth: number
  readonly score: number
}
/** Of the starts those that are followed; shares of a range that numbers are turned by. */
const finalists = 2,
  /** A step less is not worth it. */
  nearer = 0.5,
  steps = [0.08, 0.04, 0.02, 0.01],
  /** And shares of itself that a depth is. */
  deeper = 3
/** @param turns whether the wave may be upside down */
function likeliest(kind: Kind, table: Table, sampleRate: number, turns: boolean): Found {
  const grid = Object.entries(kind.starts).reduce<Numbers[]>(
      (all, [name, values]) => all.flatMap(one => values.map(value => ({ ...one, [name]: value }))),
      [kind.moves in kind.starts ? {} : { [kind.moves]: 0 }]
    ),
    hear: Hear = (numbers, depth) => ({ numbers, depth, score: scoreOf(kind, numbers, depth, table, sampleRate) })
  return grid
    .flatMap(numbers => kind.depths.flatMap(depth => (turns ? [depth, -depth] : [depth]).map(d => hear(numbers, d))))
    .sort((a, b) => b.score - a.score)
    .slice(0, finalists)
    .map(start => turned(start, kind, hear))
    .reduce((a, b) => (b.score > a.score ? b : a))
}
type Hear = (numbers: Numbers, depth: number) => Found
/** One number after the other, by smaller and smaller steps. */
function turned(start: Found, { type, starts }: Kind, hear: Hear): Found {
  const known = processors[type as keyof typeof processors].params as Readonly<Record<string, NumberParam>>
  let best = start
  for (const step of steps)
    for (let before = Number.NEGATIVE_INFINITY; best.score > before + nearer; ) {
      before = best.score
      for (const by of [step, -step]) {
        for (const name of [...Object.keys(starts), 'depth']) {
          const { numbers, depth } = best,
            unit = (param: NumberParam) => Math.max(0, Math.min(1, toUnit(param, numbers[name]!) + by)),
            next =
              name === 'depth'
                ? hear(numbers, depth * (1 + deeper * by))
                : hear({ ...numbers, [name]: fromUnit(known[name]!, unit(known[name]!)) }, depth)
          if (next.score > best.score) best = next
        }
      }
    }
  return best
}
function scoreOf(
  { moves, inlet, type, power }: Kind,
  numbers: Numbers,
  depth: number,
  { rows, wave }: Table,
  rate: number
): number {
  const { modulate } = processors[type as keyof typeof processors].params[moves as never] as NumberParam,
    octaves = modulate === 'octaves' || inlet === 'modulation',
    settings = Array.from(wave, w => ({
      ...numbers,
      [moves]: octaves ? numbers[moves]! * 2 ** (depth * w) : numbers[moves]! + depth * w
    }))
  return rows.reduce((sum, { channel, centre, heard, total, means, weights }) => {
    const dB = settings.map(one => 10 * Math.log10(power(one, centre, channel, rate) + 1e-5))
    let [all, mean, along] = [1e-30, 0, 0]
    for (let k = 0; k < bins; k++) {
      all += weights[k]!
      mean += weights[k]! * dB[k]!
    }
    for (let k = 0; k < bins; k++) {
      const model = dB[k]! - mean / all
      along += weights[k]! * model * (2 * means[k]! - model)
    }
    return sum + likelier(heard, total, along)
  }, 0)
}
