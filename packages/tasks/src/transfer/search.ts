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
/** A device that is told by something else (`Family.likely`) is looked for, and taken, from this probability on, as a fault is in mastering. */
const sure = 0.6
/**
 * One that is told by the distance is taken from this one on: one too many leaves the level, moment by moment, four to eight times
 * as far off as none (development recordings, where none that was there lay between 0.6 and 0.7).
 */
const surer = 0.7
/** And only where it leaves no more than chance does: of 107 pairs of short excerpts without one, 7 were told without this, and 1 with it. */
const unexplained = 0.9
/** What is not told by the distance is worth it by this share of it. */
const worth = 0.25
/** How often steps halve. */
const halvings = 3

/** The likeliest device that was heard at some point of a search, and what became of it. */
export interface Candidate {
  readonly family: FamilyName
  /** `levelDistance` without it and with it, times the family's doubt. */
  readonly before: number
  readonly behind: number
  /** That there is such a device in what is aimed at; 0 where it explains too little. */
  readonly probability: number
}
/** @param behind 0: what a device could be told with at most */
const byDistance = (before: number, behind: number): number =>
  1 / (1 + Math.exp(-told.before * before - told.behind * behind - told.none))

/** @param exact whether the aim is of the same content: nothing is left to chance then, and what comes nearest is taken */
export async function devicesTowards(
  aim: readonly number[],
  allowed: ReadonlySet<Family['amount']>,
  hear: Hear,
  exact: boolean
): Promise<{ readonly devices: readonly Found[]; readonly candidates: readonly Candidate[] }> {
  const judge = async (devices: readonly Found[]): Promise<Judged> => {
      const values = await hear(devices),
        last = devices.at(-1)
      return { devices, values, distance: (last ? families[last.family].doubt : 1) * levelDistance(values, aim) }
    },
    candidates: Candidate[] = []
  let now = await judge([])
  for (const refined of [2, 1]) {
    const { devices } = now,
      { possible, tellingOf } = evidence(aim, now, exact),
      looked = familyNames.filter(
        family =>
          allowed.has(families[family].amount) && !devices.some(one => one.family === family) && possible(family)
      ),
      starts: Judged[] = [],
      ends: Judged[] = []
    for (const family of looked) {
      const tried: Judged[] = []
      for (const setting of families[family].starts) tried.push(await judge([...devices, { family, setting }]))
      starts.push(nearest(tried))
    }
    if (starts.length === 0) break
    const likeliest = (all: readonly Judged[]) =>
      [...all].sort((a, b) => tellingOf(b).rank - tellingOf(a).rank || a.distance - b.distance)
    for (const start of likeliest(starts).slice(0, refined)) ends.push(await turned(start, judge))
    const best = likeliest(ends)[0]!,
      { candidate, told } = tellingOf(best)
    candidates.push(candidate)
    if (!told) break
    now = best
  }
  return { devices: now.devices, candidates }
}

/** How a device is told from what is heard without it. */
function evidence(aim: readonly number[], { values, distance: before }: Judged, exact: boolean) {
  const itself = (family: FamilyName) => families[family].likely?.(aim, values)
  return {
    /** Whether it can be told, come as near as it may. */
    possible(family: FamilyName): boolean {
      const likely = itself(family)
      return likely === undefined ? exact || byDistance(before, 0) >= surer : likely >= sure
    },
    tellingOf({ devices, distance: behind }: Judged) {
      const { family } = devices.at(-1)!,
        likely = exact ? 1 : itself(family),
        explains = likely === undefined ? behind < unexplained : behind <= (1 - worth) * before,
        probability = explains ? (likely ?? byDistance(before, behind)) : 0,
        told = probability >= (likely === undefined ? surer : sure)
      return {
        candidate: { family, before, behind, probability },
        told,
        // What is told by itself is not left to something else that makes levels alike.
        rank: probability + Number(told && likely !== undefined)
      }
    }
  }
}
interface Judged {
  readonly devices: readonly Found[]
  readonly values: readonly number[]
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
