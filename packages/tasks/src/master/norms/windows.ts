/** How peaks stand and levels move within a few seconds of a song: figures that no gain changes, and equalising little. */
import type { Audio } from '@mixwright/dsp'

export const windowSeconds = 3
/** Seconds of the shortest frame. */
const frameSeconds = 0.005
const framesPerWindow = Math.round(windowSeconds / frameSeconds)
/** Hz between the three bands whose levels are followed: bass, body and presence. */
const corners = [160, 2500] as const
/** Lengths in frames at which peaks are set against levels where it is loud: 5, 20 and 100 ms. */
const crestLengths = [1, 4, 20] as const
/** Of peaks of 10 ms, the shares that stand lower. */
const peakShares = [0.2, 0.5, 0.8, 0.95] as const
/** Heights against the window's peak above which samples are counted. */
const heights = [0.99, 0.95, 0.9, 0.8, 0.65, 0.5] as const
/** Lengths in frames over which levels move: 10 and 40 ms. */
const moveLengths = [2, 8] as const
/** Bands (0 is all of them) whose moves are set against each other's: a gain that follows the bass takes the presence with it. */
const pairs = [
  [1, 2],
  [1, 3],
  [2, 3],
  [0, 3]
] as const
/** dB: no move counts for more. */
const farthestMove = 12

export const windowFigures = [
  'crest',
  ...crestLengths.map(k => `crest where loud, ${5 * k} ms`),
  ...peakShares.map(share => `peak over peaks at ${share}`),
  ...heights.map(height => `samples above ${height}`),
  'samples in flat tops',
  ...moveLengths.flatMap(k => [
    ...['all', 'bass', 'body', 'presence'].flatMap(band =>
      ['above', 'below'].map(half => `${band} ${half} its median, ${5 * k} ms`)
    ),
    ...pairs.map(pair => `${pair.join(' with ')}, ${5 * k} ms`)
  ])
]

export interface HeardWindow {
  /** dBFS, mean square of both channels. */
  readonly level: number
  /** dBFS, of samples. */
  readonly peak: number
  /** One number per name of `windowFigures`. */
  readonly figures: readonly number[]
}

/** @param audio `windowSeconds` of it at `rate` */
export function heardWindow(audio: Audio, rate: number): HeardWindow {
  const { peaks, powers } = framesOf(audio, rate),
    peak = Math.max(...peaks),
    level = decibels(mean(powers[0]!))
  return {
    level,
    peak: decibels(peak),
    figures: [
      decibels(peak) - level,
      ...crestLengths.map(k => crestWhereLoud(peaks, powers[0]!, k)),
      ...peaksBelow(peaks),
      ...crowding(audio, Math.sqrt(peak)),
      ...moveLengths.flatMap(k => moves(powers.map(power => levelsOf(power, k))))
    ]
  }
}
const decibels = (power: number): number => 10 * Math.log10(power + 1e-12)
const mean = (list: Float64Array): number => list.reduce((a, b) => a + b, 0) / list.length
/** The value that `share` of all lie below. */
export const quantile = (list: ArrayLike<number>, share: number): number =>
  Float64Array.from(list).sort()[Math.round(share * (list.length - 1))]!

interface Frames {
  /** Largest square of a sample of any channel, frame by frame. */
  readonly peaks: Float64Array
  /** Mean squares of all channels: of all bands together, then of each. */
  readonly powers: readonly Float64Array[]
}
function framesOf(audio: Audio, rate: number): Frames {
  const length = Math.round(frameSeconds * rate),
    count = framesPerWindow,
    [a, b] = corners.map(corner => 1 - Math.exp((-2 * Math.PI * corner) / rate)) as [number, number],
    peaks = new Float64Array(count),
    powers = [0, 1, 2, 3].map(() => new Float64Array(count)),
    share = 1 / length / audio.length
  for (const x of audio) {
    // Two one-poles per corner: what moves is told, not what sounds.
    let [bass, low, half, below] = [0, 0, 0, 0]
    for (let frame = 0; frame < count; frame++) {
      let [all, first, second, third, most] = [0, 0, 0, 0, 0]
      for (let i = frame * length; i < (frame + 1) * length; i++) {
        const v = x[i] ?? 0
        bass += a * (v - bass)
        low += a * (bass - low)
        half += b * (v - half)
        below += b * (half - below)
        all += v * v
        first += low * low
        second += (below - low) ** 2
        third += (v - below) ** 2
        if (v * v > most) most = v * v
      }
      peaks[frame] = Math.max(peaks[frame]!, most)
      for (const [k, sum] of [all, first, second, third].entries()) powers[k]![frame]! += share * sum
    }
  }
  return { peaks, powers }
}

/** dB between peak and level of frames of `k`, the median of the louder quarter. */
function crestWhereLoud(peaks: Float64Array, power: Float64Array, k: number): number {
  const frames = Array.from({ length: Math.floor(peaks.length / k) }, (_, i) => ({
    level: decibels(mean(power.subarray(i * k, (i + 1) * k))),
    peak: decibels(Math.max(...peaks.subarray(i * k, (i + 1) * k)))
  })).sort((x, y) => y.level - x.level)
  return quantile(
    frames.slice(0, frames.length >> 2).map(({ level, peak }) => peak - level),
    0.5
  )
}
function peaksBelow(peaks: Float64Array): number[] {
  const pairwise = Float64Array.from({ length: peaks.length >> 1 }, (_, i) =>
      decibels(Math.max(peaks[2 * i]!, peaks[2 * i + 1]!))
    ),
    most = Math.max(...pairwise)
  return peakShares.map(share => most - quantile(pairwise, share))
}
/** Logarithms (10) of the share of samples above each height, and of how many lie in tops that two and more samples long are flat. */
function crowding(audio: Audio, peak: number): number[] {
  const counts = heights.map(() => 1)
  let flat = 1,
    all = 0
  for (const x of audio) {
    let before = 0
    for (const v of x) {
      const height = Math.abs(v) / (peak + 1e-9)
      for (let k = heights.length - 1; k >= 0 && height >= heights[k]!; k--) counts[k]!++
      if (height > 0.999 && before > 0.999) flat++
      before = height
    }
    all += x.length
  }
  return [...counts.map(n => Math.log10(n / all)), Math.log10(flat)]
}

const levelsOf = (power: Float64Array, k: number): Float64Array =>
  Float64Array.from({ length: Math.floor(power.length / k) }, (_, i) =>
    decibels(mean(power.subarray(i * k, (i + 1) * k)))
  )
/** How far each band's level reaches above and below its median, and how its steps go with those of others (correlation). */
function moves(tracks: readonly Float64Array[]): number[] {
  const steps = tracks.map(track =>
    track.subarray(1).map((v, i) => Math.max(-farthestMove, Math.min(farthestMove, v - track[i]!)))
  )
  return [
    ...tracks.flatMap(track => {
      const middle = quantile(track, 0.5)
      return [quantile(track, 0.9) - middle, middle - quantile(track, 0.1)]
    }),
    ...pairs.map(([one, other]) => likeness(steps[one]!, steps[other]!))
  ]
}
function likeness(a: Float64Array, b: Float64Array): number {
  let [aa, bb, ab] = [1e-9, 1e-9, 0]
  for (let i = 0; i < a.length; i++) {
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
    ab += a[i]! * b[i]!
  }
  return ab / Math.sqrt(aa * bb)
}
