/** Devices that make the level of a sound move as another's does, found by hearing what each makes of an excerpt. */
import { type Family, type FamilyName, families, familyNames, type Setting } from './families.ts'
import { levelFeatures } from './levels.ts'

export interface Found {
  readonly family: FamilyName
  readonly setting: Setting
}
/** What levels do (`levelFeatures`) behind devices. */
export type Hear = (devices: readonly Found[]) => Promise<readonly number[]>

/** How far levels are from an aim, in what two passages of one recording differ by. */
export const levelDistance = (values: readonly number[], aim: readonly number[]): number =>
  Math.sqrt(
    levelFeatures.reduce((sum, { chance }, i) => sum + Math.min(9, ((values[i]! - aim[i]!) / chance) ** 2), 0) /
      levelFeatures.length
  )
/**
 * That a device was used is told by how far levels are from the aim without it and with it: logistic regression over pairs of
 * excerpts of the development recordings with a compressor between them and without (experiments/transfer/evidence.ts).
 * By how much stretches of one excerpt differ among themselves tells nothing more: it was tried there.
 */
const told = { before: 5.1, behind: -5.16, none: -1.52 } as const
/** A device is taken, or looked for where it is told by itself, from this probability on, as a fault is in mastering. */
const sure = 0.6
/** Where the aim is what is to become of this very sound nothing is left to chance, and a device is worth it by this share of the distance. */
const worth = 0.25
/** How often steps halve. */
const halvings = 3

/** The best device that was heard at some point of a search, and what became of it. */
export interface Candidate {
  readonly family: FamilyName
  /** `levelDistance` without it and with it, times the family's doubt. */
  readonly before: number
  readonly behind: number
  /** That there is such a device in what is aimed at. */
  readonly probability: number
}
const candidateOf = (before: number, { devices, distance: behind }: Judged): Candidate => ({
  family: devices.at(-1)!.family,
  before,
  behind,
  probability: 1 / (1 + Math.exp(-told.before * before - told.behind * behind - told.none))
})

/** @param exact whether the aim is of the same content */
export async function devicesTowards(
  aim: readonly number[],
  allowed: ReadonlySet<Family['amount']>,
  hear: Hear,
  exact: boolean
): Promise<{ readonly devices: readonly Found[]; readonly candidates: readonly Candidate[] }> {
  const before = await hear([]),
    looked = familyNames.filter(
      family => allowed.has(families[family].amount) && (families[family].likely?.(aim, before) ?? 1) >= sure
    )
  const candidates: Candidate[] = []
  let now: Judged = { devices: [], distance: levelDistance(before, aim) }
  for (const refined of [2, 1]) {
    const judge = async (devices: readonly Found[]) => ({
        devices,
        distance: families[devices.at(-1)!.family].doubt * levelDistance(await hear(devices), aim)
      }),
      starts: Judged[] = []
    for (const family of looked)
      if (!now.devices.some(one => one.family === family)) {
        const tried: Judged[] = []
        for (const setting of families[family].starts) tried.push(await judge([...now.devices, { family, setting }]))
        starts.push(nearest(tried))
      }
    if (starts.length === 0) break
    const promising = starts.sort((a, b) => a.distance - b.distance).slice(0, refined),
      ends: Judged[] = []
    for (const start of promising) ends.push(await turned(start, judge))
    const best = nearest(ends),
      candidate = candidateOf(now.distance, best)
    candidates.push(candidate)
    if (exact ? best.distance > (1 - worth) * now.distance : candidate.probability < sure) break
    now = best
  }
  return { devices: now.devices, candidates }
}
interface Judged {
  readonly devices: readonly Found[]
  readonly distance: number
}
const nearest = (all: readonly Judged[]): Judged => all.reduce((a, b) => (b.distance < a.distance ? b : a))

/** The last device's knobs turned, one after the other, by steps that halve. */
async function turned(start: Judged, judge: (devices: readonly Found[]) => Promise<Judged>): Promise<Judged> {
  let best = start
  for (let k = 0; k < halvings; k++)
    for (const [i, { min, max, step }] of families[start.devices.at(-1)!.family].knobs.entries())
      for (const sign of [1, -1]) {
        const { family, setting } = best.devices.at(-1)!,
          value = Math.max(min, Math.min(max, setting[i]! + (sign * step) / 2 ** k))
        if (value === setting[i]) continue
        const one = await judge([
          ...best.devices.slice(0, -1),
          { family, setting: setting.map((v, n) => (n === i ? value : v)) }
        ])
        if (one.distance < best.distance) {
          best = one
          break
        }
      }
  return best
}
