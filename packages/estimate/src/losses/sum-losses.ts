/** How far the sum of a mix stands from an aim in tone, width and density, each with its gradient. */
import type { Samples } from '@mixwright/dsp'

/** A tone to come near to: levels per band, whose mean does not matter. */
export interface ToneAim {
  /** dB per band. */
  readonly levels: readonly number[]
  /** How much each band counts; 0: not at all. */
  readonly weights: readonly number[]
  /** dB of difference that costs nothing. */
  readonly tolerance: number
}

/** Keeps the level of silence finite. */
const silence = 1e-12
const perNeper = 10 / Math.LN10
const excess = (x: number, tolerance: number) => Math.sign(x) * Math.max(0, Math.abs(x) - tolerance)

/** Sums over all frames, per band. @param power per frame and band */
export function bandSums(power: Float64Array, bands: number): Float64Array {
  const sums = new Float64Array(bands)
  for (let i = 0; i < power.length; i++) sums[i % bands]! += power[i]!
  return sums
}

/** dB by which each band stands above the aim, less their weighted mean. */
export function toneDifference(sums: Float64Array, { levels, weights }: ToneAim): number[] {
  const errors = levels.map((level, b) => 10 * Math.log10(sums[b]! + silence) - level),
    all = weights.reduce((a, b) => a + b, 0),
    mean = errors.reduce((sum, e, b) => sum + weights[b]! * e, 0) / all
  return errors.map(e => e - mean)
}

/**
 * Weighted mean over bands of the squared difference beyond the tolerance, dB².
 * @param gradient d (scale · loss) / d power, added to
 */
export function toneLoss(power: Float64Array, aim: ToneAim, gradient: Float64Array, scale = 1): number {
  const bands = aim.levels.length,
    all = aim.weights.reduce((a, b) => a + b, 0),
    sums = bandSums(power, bands),
    beyond = toneDifference(sums, aim).map(d => excess(d, aim.tolerance)),
    slopes = beyond.map((x, b) => (2 * aim.weights[b]! * x) / all),
    common = slopes.reduce((a, b) => a + b, 0) / all,
    perPower = slopes.map((s, b) => (scale * (s - aim.weights[b]! * common) * perNeper) / (sums[b]! + silence))
  for (let i = 0; i < power.length; i++) gradient[i]! += perPower[i % bands]!
  return beyond.reduce((sum, x, b) => sum + (aim.weights[b]! * x * x) / all, 0)
}

/** Power of the sides against that of the middle, dB, in each region of bands. */
export const sidesOf = (side: Float64Array, both: Float64Array, regions: readonly Region[]): number[] =>
  regions.map(region => {
    const [s, all] = [sumIn(side, region), sumIn(both, region)]
    return 10 * Math.log10((s + silence) / (Math.max(0, all - s) + silence))
  })
/** Bands from the first to before the last. */
export type Region = readonly [from: number, to: number]
const sumIn = (sums: Float64Array, [from, to]: Region) => sums.subarray(from, to).reduce((a, b) => a + b, 0)

/**
 * Mean over regions of the squared difference of the sides' level from an aim, dB².
 * @param side power of (left - right) / 2 and @param both of that and of (left + right) / 2 together, per frame and band
 * @param aims dB per region; undefined: any
 * @param toSide @param toBoth d (scale · loss) / d power, added to
 */
export function widthLoss(
  side: Float64Array,
  both: Float64Array,
  bands: number,
  regions: readonly Region[],
  aims: readonly (number | undefined)[],
  toSide: Float64Array,
  toBoth: Float64Array,
  scale = 1
): number {
  const sides = bandSums(side, bands),
    alls = bandSums(both, bands),
    found = sidesOf(sides, alls, regions),
    asked = aims.filter(aim => aim !== undefined).length
  let loss = 0
  regions.forEach((region, r) => {
    const aim = aims[r]
    if (aim === undefined) return
    const error = found[r]! - aim,
      s = sumIn(sides, region) + silence,
      middle = Math.max(0, sumIn(alls, region) - s) + silence,
      slope = (scale * 2 * error * perNeper) / asked
    loss += (error * error) / asked
    for (let at = 0; at < side.length; at += bands)
      for (let b = region[0]; b < region[1]; b++) {
        toSide[at + b]! += slope / s + slope / middle
        toBoth[at + b]! -= slope / middle
      }
  })
  return loss
}

/**
 * How far peaks stand above the mean, dB: 20 lg of the eighth norm over the second; near the largest, and smooth.
 * @param gradient d (scale · value) / d sample, added to
 */
export function peakiness(audio: readonly Samples[], gradient?: readonly Samples[], scale = 1): number {
  let high = 0,
    square = 0,
    count = 0
  for (const channel of audio) {
    count += channel.length
    for (let i = 0; i < channel.length; i++) {
      const s = channel[i]! * channel[i]!
      square += s
      high += s * s * s * s
    }
  }
  if (!(high > 0)) return 0
  const level = (20 / Math.LN10) * scale
  audio.forEach((channel, c) => {
    const to = gradient?.[c]
    if (to)
      for (let i = 0; i < channel.length; i++) {
        const v = channel[i]!,
          s = v * v
        to[i]! += level * v * ((s * s * s) / high - 1 / square)
      }
  })
  return 20 * Math.log10((high / count) ** (1 / 8) / Math.sqrt(square / count))
}
