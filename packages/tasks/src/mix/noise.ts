/** Noise under a stem, from its tracks: a floor that is steady over time and wide over frequency. */
import { bandEdges, fromByte, powerOfByte, type StemAnalysis } from './analysis.ts'
import { percentile } from './level.ts'

/** From this band on: hum, rumble and what leaks of DC lie below. */
const first = bandEdges.indexOf(500) + 1
/** The quietest frames of a stem that pauses. */
const quietest = { from: 0.01, to: 0.08 } as const
/** dB between them: noise keeps its level, tails and soft playing do not. */
const steady = 2
/** Bands that are steady by themselves, of four. */
const wide = 3
/** A floor is no floor of what plays on at this distance or less, dB below the loud frames of all bands. */
const clear = 10
/** Frames on end at the floor, in which half of its frames lie: what dies away between hits only touches its lowest level. */
const onEnd = 5

/** dBFS of noise where nothing plays, above 500 Hz; undefined where there is none, or no pause that would show it. */
export function steadyNoise({ tracks }: Pick<StemAnalysis, 'tracks'>): number | undefined {
  const bands = tracks.bands.slice(first),
    sounding = [...tracks.level.keys()].filter(i => tracks.level[i]! > 0),
    sums = (list: readonly Uint8Array[]) =>
      sounding.map(i => 10 * Math.log10(list.reduce((sum, band) => sum + powerOfByte[band[i]!]!, 0) + 1e-20)),
    total = sums(bands),
    spread = (values: readonly number[]) => percentile(values, quietest.to) - percentile(values, quietest.from)
  if (sounding.length < 100 || !(spread(total) < steady)) return undefined
  const floor = percentile(total, quietest.to),
    steadyBands = bands.filter(band => spread(sounding.map(i => fromByte(band[i]!))) < steady + 1)
  return steadyBands.length >= wide && floor < percentile(sums(tracks.bands), 0.95) - clear && lasts(total, floor)
    ? floor
    : undefined
}

function lasts(levels: readonly number[], floor: number): boolean {
  let run = 0,
    low = 0,
    long = 0
  for (const level of [...levels, Number.POSITIVE_INFINITY]) {
    if (level < floor + steady) run++
    else {
      low += run
      if (run >= onEnd) long += run
      run = 0
    }
  }
  return 2 * long > low
}
