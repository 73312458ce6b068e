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
/** A device is worth it where the distance falls by this share of it, and by so much; at most so many. */
const worth = { share: 0.25, least: 0.25, devices: 2 } as const
/** How often steps halve. */
const halvings = 3

export async function devicesTowards(
  aim: readonly number[],
  allowed: ReadonlySet<Family['amount']>,
  hear: Hear
): Promise<Found[]> {
  let devices: Found[] = [],
    distance = levelDistance(await hear(devices), aim)
  while (devices.length < worth.devices) {
    const tried: { devices: Found[]; distance: number }[] = []
    for (const family of familyNames)
      if (allowed.has(families[family].amount) && !devices.some(one => one.family === family))
        tried.push(await bestOf(family, devices, aim, hear))
    if (tried.length === 0) break
    const best = tried.reduce((a, b) => (b.distance < a.distance ? b : a)),
      gain = distance - best.distance
    if (gain < Math.max(worth.least, worth.share * distance)) break
    ;({ devices, distance } = best)
  }
  return devices
}

/** The best setting of one more device: the best start, then a search along its knobs by steps that halve. */
async function bestOf(family: FamilyName, before: readonly Found[], aim: readonly number[], hear: Hear) {
  const { knobs, starts } = families[family],
    judge = async (setting: Setting) => {
      const devices = [...before, { family, setting }]
      return { devices, setting, distance: levelDistance(await hear(devices), aim) }
    }
  let best = await judge(starts[0]!)
  for (const start of starts.slice(1)) {
    const one = await judge(start)
    if (one.distance < best.distance) best = one
  }
  for (let k = 0; k < halvings; k++)
    for (const [i, { min, max, step }] of knobs.entries())
      for (const sign of [1, -1]) {
        const turned = best.setting.map((v, n) => (n === i ? Math.max(min, Math.min(max, v + (sign * step) / 2 ** k)) : v)),
          one = turned[i] === best.setting[i] ? best : await judge(turned)
        if (one.distance < best.distance) {
          best = one
          break
        }
      }
  return best
}
