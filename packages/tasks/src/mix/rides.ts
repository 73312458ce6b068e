/**
 * The lead ridden: where the others leave it behind it comes up, where it stands out too far it comes down, phrase by
 * phrase and never in a pause.
 */
import type { StemAnalysis } from './analysis.ts'
import { powerOfByte } from './analysis.ts'
import { type Device, signed } from './decisions.ts'
import { compressedBy } from './dynamics.ts'
import { percentile } from './level.ts'
import type { Part } from './levels.ts'
import { type Points, pointsAt, type Ride, ridable } from './ride.ts'

/** Half the width of the window (raised cosine) that levels are read through, seconds: a phrase. */
const reach = 1.5
/** A value every so many frames (23 ms). */
const stride = 4
/** What a lead may stand off without being moved, dB; how far it is moved at most. */
const deadBand = 1,
  most = 3
/** A lead whose ratio to the others spreads less (p90 − p10, LU) is even. */
const even = 3
/** dB below their mean that the others count as at least: a lead that is alone for a while is not turned down for it. */
const alone = 6
/** Seconds before a phrase in which the fader goes from where the last one left it to where this one needs it. */
export const between = 0.3

/** Power per frame after the fader, as compressors leave it. */
export function powersOf({ tracks }: StemAnalysis, chain: readonly Device[], gain: number): Float64Array {
  const scale = 10 ** (gain / 10),
    turned = compressedBy(tracks, chain)
  return Float64Array.from(
    tracks.level,
    (byte, i) => powerOfByte[byte]! * scale * (turned ? 10 ** (turned[i]! / 10) : 1)
  )
}

/** Mean power around each grid point inside a region, over frames that count. */
export function smoothed(power: Float64Array, counts: Uint8Array, at: number, half: number): number {
  let sum = 0,
    weights = 0
  for (let i = Math.max(0, at - half); i <= Math.min(counts.length - 1, at + half); i++) {
    if (!counts[i]) continue
    const w = 1 + Math.cos((Math.PI * (i - at)) / half)
    sum += w * (power[i] ?? 0)
    weights += w
  }
  return weights > 0 ? sum / weights : 0
}

/** Frames in which a stem plays. */
export function playing({ activity, tracks }: StemAnalysis): Uint8Array {
  const found = new Uint8Array(tracks.level.length)
  for (const [start, end] of activity.regions)
    found.fill(
      1,
      Math.round(start / tracks.hop),
      Math.max(Math.round(start / tracks.hop) + 1, Math.round(end / tracks.hop))
    )
  return found
}

/** Frames where values are wanted: both ends of every region and every `stride` between, region by region. */
export function gridIn(counts: Uint8Array): number[][] {
  const regions: number[][] = []
  for (let i = 0; i < counts.length; i++) {
    if (!counts[i]) continue
    let end = i
    while (counts[end + 1]) end++
    const grid: number[] = []
    for (let f = i; f < end; f += stride) grid.push(f)
    regions.push([...grid, end])
    i = end
  }
  return regions
}

/** Values on a grid as breakpoints: held through a pause until shortly before the next region. */
export function heldBetween(regions: readonly (readonly number[])[], values: readonly number[], hop: number): Points {
  const points: [number, number][] = []
  let n = 0
  for (const grid of regions) {
    const start = grid[0]! * hop,
      last = points.at(-1)
    if (last && start - between > last[0]) points.push([start - between, last[1]])
    for (const frame of grid) points.push([frame * hop, values[n++]!])
  }
  return points
}

/** Beyond the dead band, within the limits. */
export const moved = (off: number, band: number, limit: number): number =>
  Math.sign(off) * Math.min(limit, Math.max(0, Math.abs(off) - band))

/** dB of a power of frames that count, each at its gain. */
function levelAt(power: Float64Array, counts: Uint8Array, gainAt: (frame: number) => number): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) if (counts[i]) sum += power[i]! * 10 ** (gainAt(i) / 10)
  return 10 * Math.log10(sum + 1e-30)
}

/**
 * @param chains of all parts, before their faders @param gains of their faders, dB
 * @param amount how far the lead is moved, 0 to 1
 * @returns per part; undefined for what is no lead, or stands evenly already
 */
export function leadRides(
  parts: readonly Part[],
  chains: readonly (readonly Device[])[],
  gains: readonly number[],
  amount: number
): (Ride | undefined)[] {
  if (amount === 0) return parts.map(() => undefined)
  const powers = parts.map(({ analysis, muted }, i) => (muted ? undefined : powersOf(analysis, chains[i]!, gains[i]!))),
    rest = new Float64Array(Math.max(0, ...parts.map(part => part.analysis.tracks.level.length)))
  parts.forEach(({ lead }, i) => {
    if (!lead) powers[i]?.forEach((p, f) => (rest[f]! += p))
  })
  return parts.map(({ analysis, lead }, i) =>
    lead && powers[i] ? leadRide(analysis, powers[i], rest, amount) : undefined
  )
}

function leadRide(analysis: StemAnalysis, own: Float64Array, rest: Float64Array, amount: number): Ride | undefined {
  const { hop } = analysis.tracks,
    half = Math.round(reach / hop),
    counts = playing(analysis),
    regions = gridIn(counts),
    grid = regions.flat(),
    accompaniment = grid.map(f => smoothed(rest, counts, f, half)),
    least = (accompaniment.reduce((a, b) => a + b, 0) / Math.max(1, grid.length)) * 10 ** (-alone / 10)
  // Nothing else plays, or hardly any of it: nothing to stand against.
  if (!(least > 0) || grid.length * stride * hop < 2 * reach) return undefined
  const ratio = grid.map(
      (f, k) => 10 * Math.log10((smoothed(own, counts, f, half) + 1e-20) / Math.max(least, accompaniment[k]!))
    ),
    spread = spreadOf(ratio)
  if (spread < even) return undefined
  const about = (aim: number) =>
      heldBetween(
        regions,
        ratio.map(r => amount * moved(aim - r, deadBand, most)),
        hop
      ),
    before = levelAt(own, counts, () => 0),
    // The aim at which the lead stays as loud as it was: a ride takes nothing from what the fader says.
    aim = kept(a => levelOf(own, counts, about(a), hop) - before, percentile(ratio, 0.5), 2 * most),
    points = ridable(about(aim))
  if (!points) return undefined
  const after = spreadOf(ratio.map((r, k) => r + pointsAt(points, grid[k]! * hop))),
    values = points.map(([, v]) => v)
  return {
    points,
    reason: `Ridden by ${signed(Math.min(...values))} to ${signed(Math.max(...values))} dB over ${regions.length === 1 ? 'one phrase' : `${regions.length} phrases`}: against the others it moved over ${spread.toFixed(1)} LU (80 % of the time it sounds), now over ${after.toFixed(1)}.`,
    cites: { measure: 'against' }
  }
}

const spreadOf = (values: readonly number[]): number => percentile(values, 0.9) - percentile(values, 0.1)
const levelOf = (own: Float64Array, counts: Uint8Array, points: Points, hop: number): number =>
  levelAt(own, counts, frame => pointsAt(points, frame * hop))

/** Where something that grows with a value is 0, within `reach` of a first guess. */
export function kept(excessAt: (value: number) => number, about: number, reach: number): number {
  let low = about - reach,
    high = about + reach
  for (let k = 0; k < 12; k++) {
    const middle = 0.5 * (low + high)
    if (excessAt(middle) > 0) high = middle
    else low = middle
  }
  return 0.5 * (low + high)
}
