/**
 * What of a song an equaliser cannot change, per Bark band: how its level moves, how it hangs together with its
 * neighbours', how tonal it is and how wide. And the levels themselves, which it does change. Gains per band leave every
 * trait as it is; a filter that moves within a band leaves them nearly so.
 */
import {
  type Audio,
  type BarkWeights,
  barkCorners,
  barkWeights,
  createPowerFrames,
  frameSize,
  hann,
  type Kernels
} from '@mixwright/dsp'
import { movingTraits, neighbourTraits } from './tracks.ts'

export interface Traits {
  /** Of both channels together over all that is not digital silence, dB (mean square, full scale = 1) per Bark band. */
  readonly levels: readonly number[]
  /** Per band, one number per name of `traitNames`. */
  readonly traits: readonly (readonly number[])[]
}
/** Most that levels fall from band to band before it is no tone but the end of what a codec or converter kept, dB. */
const cliff = 8
/** Levels without such cliffs at their upper end: what is not there says nothing of how the rest was equalised. */
export const withoutCliff = (levels: readonly number[]): number[] => {
  const out: number[] = []
  for (const level of levels) out.push(out.length < 14 ? level : Math.max(level, out[out.length - 1]! - cliff))
  return out
}
export const traitNames = [
  'p99 over p95',
  'p95 over p50',
  'p50 over p10',
  'mean over p50',
  'step',
  'rise',
  'memory 1',
  'memory 4',
  'memory 16',
  'with next',
  'with third',
  'with eighth',
  'loud over soft',
  'flatness of frames',
  'flatness of the whole',
  'side'
] as const

/** dB: a band without sides, and one that is all sides. */
const sideRange = { least: -40, most: 10 } as const
/** Share of the mean power below which nothing is told apart, as of 16 bits under a loud song. */
const least = 1e-14

/** @param channels 1 or 2 @param rate of the sound, Hz */
export function createTraits(kernels: Kernels, rate: number, channels: number) {
  const size = frameSize(rate, 0.0929),
    window = hann(size),
    weights = barkWeights(rate, size),
    bands = weights.length,
    tracks = Array.from({ length: bands }, () => [] as number[]),
    sums = { middle: new Float64Array(bands), all: new Float64Array(bands), bins: new Float64Array(size / 2 + 1) },
    flatness = createFlatness(rate, size, bands),
    // Squares of a Hann window sum to 3/8 size; a bin stands for two; the mean of two channels.
    scale = (0.5 * 2) / size / ((3 / 8) * size)
  const both = createPowerFrames(kernels, 2, window, size / 2, scale, power => {
      if (!power) return
      inBands(power, weights, (b, value) => {
        tracks[b]!.push(value)
        sums.all[b]! += value
      })
      for (let k = 0; k < power.length; k++) sums.bins[k]! += power[k]!
      flatness.frame(power)
    }),
    middle = createPowerFrames(kernels, 1, window, size / 2, 2 * scale, power => {
      if (power)
        inBands(power, weights, (b, value) => {
          sums.middle[b]! += value
        })
    })
  return {
    bands,
    push([left, right = left]: Audio): void {
      both.push([left!, right!])
      middle.push([left!.map((v, i) => 0.5 * (v + right![i]!))])
    },
    /** Undefined for silence. To be asked once. */
    result(): Traits | undefined {
      both.end()
      middle.end()
      const count = tracks[0]!.length
      if (!sums.all.some(sum => sum > 0)) return undefined
      const moving = tracks.map(movingTraits),
        together = neighbourTraits(moving.map(({ track }) => track)),
        whole = flatness.of(sums.bins),
        perFrame = flatness.mean()
      return {
        levels: [...sums.all].map(sum => 10 * Math.log10(sum / count + least)),
        traits: moving.map(({ figures }, b) => [
          ...figures,
          ...together[b]!,
          perFrame[b]!,
          whole[b]!,
          channels === 1 ? sideRange.least : sideOf(sums.all[b]!, sums.middle[b]!)
        ])
      }
    }
  }
}

function inBands(power: Float64Array, weights: readonly BarkWeights[], visit: (band: number, value: number) => void) {
  for (let b = 0; b < weights.length; b++) {
    const { first, values } = weights[b]!
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[i]! * power[first + i]!
    visit(b, sum)
  }
}

const sideOf = (all: number, middle: number): number => {
  const ratio = 10 * Math.log10(Math.max(1e-6, (all - middle) / Math.max(1e-30, middle)))
  return Math.min(sideRange.most, Math.max(sideRange.least, ratio))
}

/** Spectral flatness (geometric over arithmetic mean, dB) of the bins of each band. */
function createFlatness(rate: number, size: number, bands: number) {
  const edge = (corner: number) => Math.round((barkCorners[corner]! * size) / rate),
    ranges = Array.from({ length: bands }, (_, b) => [Math.max(1, edge(b)), Math.min(size / 2, edge(b + 2))] as const),
    logs = new Float64Array(size / 2 + 2),
    powers = new Float64Array(size / 2 + 2),
    totals = new Float64Array(bands)
  let frames = 0
  const of = (bins: Float64Array): number[] => {
    for (let k = 0; k < bins.length; k++) {
      const power = bins[k]! + 1e-20
      logs[k + 1] = logs[k]! + Math.log10(power)
      powers[k + 1] = powers[k]! + power
    }
    return ranges.map(([from, to]) => {
      const n = to - from + 1
      return Math.max(
        -40,
        10 * ((logs[to + 1]! - logs[from]!) / n - Math.log10((powers[to + 1]! - powers[from]!) / n + 1e-30))
      )
    })
  }
  return {
    of,
    frame(power: Float64Array): void {
      of(power).forEach((value, b) => {
        totals[b]! += value
      })
      frames++
    },
    mean: (): number[] => [...totals].map(total => total / Math.max(1, frames))
  }
}
