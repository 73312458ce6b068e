/**
 * Loudness, activity and dynamics from level tracks: BS.1770's gating on a 23 ms grid, for one stem or any sum of
 * stems.
 */
import { fromByte, powerOfByte, toByte } from './analysis.ts'

/** The value below which a share `p` of the numbers lies; NaN of none. */
export function percentile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]! : Number.NaN
}
const dB = (power: number) => (power > 0 ? 10 * Math.log10(power) : Number.NEGATIVE_INFINITY)

/** Momentary power (400 ms, four values in that time) of a power per frame; frames where `keep` is 0 do not count. */
export function momentary(
  power: (frame: number) => number,
  frames: number,
  hop: number,
  keep?: Uint8Array
): Float64Array {
  const width = Math.min(frames, Math.max(1, Math.round(0.4 / hop))),
    step = Math.max(1, Math.round(0.1 / hop)),
    out: number[] = []
  for (let start = 0; start + width <= frames; start += step) {
    let sum = 0,
      kept = 0
    for (let i = start; i < start + width; i++)
      if (!keep || keep[i]) {
        sum += power(i)
        kept++
      }
    if (kept * 2 >= width) out.push(sum / kept)
  }
  return Float64Array.from(out)
}

/** BS.1770: the mean of the blocks above -70 LUFS and above 10 LU under their mean. -Infinity of silence. */
export function gatedLoudness(blocks: Float64Array): number {
  const mean = (floor: number) => {
    let sum = 0,
      count = 0
    for (const p of blocks)
      if (p > floor) {
        sum += p
        count++
      }
    return count ? sum / count : 0
  }
  const first = mean(1e-7)
  return dB(mean(Math.max(1e-7, first / 10)))
}

export interface Activity {
  /** Seconds. */
  readonly regions: [start: number, end: number][]
  readonly share: number
  /** LUFS of a frame. */
  readonly threshold: number
  /** 1 per active frame. */
  readonly active: Uint8Array
  readonly noiseFloor: number | undefined
}

/**
 * Where the stem plays: above a threshold between its noise and its sound, gaps shorter than 0.4 s bridged.
 * A stem whose quiet and loud frames lie within 12 dB plays all the time.
 */
export function activityOf(level: Uint8Array, hop: number): Activity {
  const sounding = level.filter(byte => byte > 0),
    top = fromByte(percentile(sounding, 0.95) || 0),
    floor = fromByte(percentile(sounding, 0.05) || 0)
  const threshold = !(top - floor >= 12)
    ? Math.min(floor, top) - 1
    : Math.max(top - 45, Math.min(floor + 10, top - 18), -75)
  const active = new Uint8Array(level.length),
    bridge = Math.round(0.4 / hop),
    regions: [number, number][] = []
  for (let i = 0, last = -Infinity; i < level.length; i++) {
    if (!(fromByte(level[i]!) > threshold)) continue
    const join = i - last <= bridge
    active.fill(1, join ? Math.max(0, last) : i, i + 1)
    if (join) regions[regions.length - 1]![1] = (i + 1) * hop
    else regions.push([i * hop, (i + 1) * hop])
    last = i
  }
  const count = active.reduce((sum, a) => sum + a, 0),
    idle = level.filter((byte, i) => !active[i] && byte > 0)
  // A floor is a noise only where most of the idle time has one.
  const noiseFloor =
    idle.length > 0.5 * (level.length - count) && idle.length * hop > 0.5 ? fromByte(percentile(idle, 0.3)) : undefined
  return { regions, share: level.length ? count / level.length : 0, threshold, active, noiseFloor }
}

/** What fades this far below is a tail, not dynamics, LU. */
export const tail = 15
/** Momentary loudness of the frames kept: gated loudness, percentiles and spread in LU. */
export function dynamicsOf(
  level: Uint8Array,
  hop: number,
  keep: Uint8Array
): { loudness: number; p10: number; p50: number; p95: number; spread: number } {
  const blocks = momentary(i => powerOfByte[level[i]!]!, level.length, hop, keep),
    loudness = gatedLoudness(blocks)
  const loud = [...blocks].map(dB).filter(l => l > loudness - tail)
  if (loud.length === 0) return { loudness, p10: loudness, p50: loudness, p95: loudness, spread: 0 }
  const [p10, p50, p95] = [0.1, 0.5, 0.95].map(p => percentile(loud, p)) as [number, number, number]
  return { loudness, p10, p50, p95, spread: p95 - p10 }
}

/** Loudness of several stems together, each with its gain in dB, taken as unrelated signals (their powers add). */
export function loudnessOfSum(
  stems: readonly { readonly level: Uint8Array; readonly gain: number }[],
  hop: number
): number {
  const frames = Math.max(0, ...stems.map(stem => stem.level.length)),
    scales = stems.map(stem => 10 ** (stem.gain / 10))
  return gatedLoudness(
    momentary(
      i =>
        stems.reduce(
          (sum, stem, s) => sum + (i < stem.level.length ? powerOfByte[stem.level[i]!]! * scales[s]! : 0),
          0
        ),
      frames,
      hop
    )
  )
}

/** The level track of a sum. */
export function sumTrack(stems: readonly { readonly level: Uint8Array; readonly gain: number }[]): Uint8Array {
  const frames = Math.max(0, ...stems.map(stem => stem.level.length)),
    scales = stems.map(stem => 10 ** (stem.gain / 10))
  return Uint8Array.from({ length: frames }, (_, i) =>
    toByte(
      stems.reduce((sum, stem, s) => sum + (i < stem.level.length ? powerOfByte[stem.level[i]!]! * scales[s]! : 0), 0)
    )
  )
}
