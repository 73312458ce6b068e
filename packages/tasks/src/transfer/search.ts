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
/** A device is worth it where the distance falls by this share of it, and by so much. */
const worth = { share: 0.25, least: 0.25 } as const
/** How often steps halve. */
const halvings = 3

export async function devicesTowards(
  aim: readonly number[],
  allowed: ReadonlySet<Family['amount']>,
  hear: Hear
): Promise<Found[]> {
  let now: Judged = { devices: [], distance: levelDistance(await hear([]), aim) }
  for (const refined of [2, 1]) {
    const judge = async (devices: readonly Found[]) => ({
        devices,
        distance: families[devices.at(-1)!.family].doubt * levelDistance(await hear(devices), aim)
      }),
      starts: Judged[] = []
    for (const family of familyNames)
      if (allowed.has(families[family].amount) && !now.devices.some(one => one.family === family)) {
        const tried: Judged[] = []
        for (const setting of families[family].starts) tried.push(await judge([...now.devices, { family, setting }]))
        starts.push(nearest(tried))
      }
    if (starts.length === 0) break
    const promising = starts.sort((a, b) => a.distance - b.distance).slice(0, refined),
      ends: Judged[] = []
    for (const start of promising) ends.push(await turned(start, judge))
    const best = nearest(ends)
    if (now.distance - best.distance < Math.max(worth.least, worth.share * now.distance)) break
    now = best
  }
  return [...now.devices]
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
