/** How the level of a band moves, and how it moves with others: traits that no gain changes. */

export interface Moving {
  /** dB against the 95th percentile, no lower than -70. */
  readonly track: Float32Array
  readonly figures: readonly number[]
}
const floor = -70
/** Frames in whose steps there is music rather than a floor: dB against the 95th percentile. */
const alive = -40

/** @param powers of a band, frame by frame */
export function movingTraits(powers: readonly number[]): Moving {
  const track = Float32Array.from(powers, p => 10 * Math.log10(p + 1e-20)),
    top = percentile(track.slice().sort(), 0.95)
  for (let i = 0; i < track.length; i++) track[i] = Math.max(floor, track[i]! - top)
  const sorted = track.slice().sort(),
    [p10, p50, p99] = [0.1, 0.5, 0.99].map(share => percentile(sorted, share)) as [number, number, number],
    mean = 10 * Math.log10(powers.reduce((a, b) => a + b, 0) / powers.length + 1e-20) - top,
    { step, rise } = stepsOf(track),
    spread = statistics(track)
  return {
    track,
    figures: [p99, -p50, p50 - p10, mean - p50, step, rise, ...[1, 4, 16].map(lag => memory(track, lag, spread))]
  }
}

const percentile = (sorted: Float32Array, share: number): number => sorted[Math.round((sorted.length - 1) * share)]!

function stepsOf(track: Float32Array) {
  let step = 0,
    rise = 0,
    n = 0
  for (let i = 1; i < track.length; i++) {
    if (track[i]! < alive && track[i - 1]! < alive) continue
    const change = track[i]! - track[i - 1]!
    step += Math.abs(change)
    if (change > 6) rise++
    n++
  }
  return { step: step / Math.max(1, n), rise: (100 * rise) / Math.max(1, n) }
}

interface Statistics {
  readonly mean: number
  readonly variance: number
}
function statistics(track: Float32Array): Statistics {
  let sum = 0,
    squares = 0
  for (const v of track) {
    sum += v
    squares += v * v
  }
  const mean = sum / track.length
  return { mean, variance: Math.max(1e-3, squares / track.length - mean * mean) }
}

function memory(track: Float32Array, lag: number, { mean, variance }: Statistics): number {
  let sum = 0
  for (let i = lag; i < track.length; i++) sum += (track[i]! - mean) * (track[i - lag]! - mean)
  return sum / Math.max(1, track.length - lag) / variance
}

function correlation(a: Float32Array, b: Float32Array, of: Statistics, other: Statistics): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - of.mean) * (b[i]! - other.mean)
  return sum / a.length / Math.sqrt(of.variance * other.variance)
}

/** Correlation with the next, third and eighth band above (0 beyond the last), and how far loud moments stand over soft ones. */
export function neighbourTraits(tracks: readonly Float32Array[]): number[][] {
  const spreads = tracks.map(statistics),
    frames = tracks[0]!.length,
    // Every band counts for as much as it moves, however loud it is.
    together = new Float32Array(frames)
  tracks.forEach((track, b) => {
    const weight = 1 / Math.sqrt(spreads[b]!.variance)
    for (let i = 0; i < frames; i++) together[i]! += weight * track[i]!
  })
  const sorted = together.slice().sort(),
    loud = percentile(sorted, 0.8),
    soft = percentile(sorted, 0.4)
  return tracks.map((track, b) => [
    ...[1, 3, 8].map(far => {
      const other = tracks[b + far]
      return other ? correlation(track, other, spreads[b]!, spreads[b + far]!) : 0
    }),
    meanWhere(track, i => together[i]! >= loud) - meanWhere(track, i => together[i]! <= soft)
  ])
}

function meanWhere(track: Float32Array, counts: (frame: number) => boolean): number {
  let sum = 0,
    n = 0
  for (let i = 0; i < track.length; i++)
    if (counts(i)) {
      sum += track[i]!
      n++
    }
  return sum / Math.max(1, n)
}
