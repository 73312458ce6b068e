import { describe, expect, it } from 'vitest'
import { levelFeatures } from './levels.ts'
import { devicesTowards, type Found, levelDistance } from './search.ts'

const aim = levelFeatures.map(() => 0),
  /** Levels so many times as far from the aim as chance has them. */
  off = (times: number) => levelFeatures.map(({ chance }) => times * chance),
  all = new Set(['dynamics', 'saturation', 'space'] as const)
/** Whatever is put there moves levels from one distance to another. */
const moving = (from: number, to: number) => async (devices: readonly Found[]) => off(devices.length ? to : from)

describe('devicesTowards', () => {
  it('measures in what chance differs by', () => {
    expect(levelDistance(off(1), aim)).toBeCloseTo(1, 9)
    // One feature that is far off counts as three times chance at most.
    expect(levelDistance(off(100), aim)).toBeCloseTo(3, 9)
  })
  it('takes no device for what two excerpts differ by, however near it comes by that', async () => {
    const { devices, candidates } = await devicesTowards(aim, all, moving(1, 0.75), false)
    expect(devices).toEqual([])
    expect(candidates).toHaveLength(1)
    expect(candidates[0]!.probability).toBeLessThan(0.7)
  })
  it('takes one that explains much more, and another only where that explains the rest', async () => {
    const { devices, candidates } = await devicesTowards(aim, all, moving(2, 0.5), false)
    expect(devices).toHaveLength(1)
    expect(candidates.map(({ probability }) => probability > 0.7)).toEqual([true, false])
  })
  it('takes none that leaves levels further off than chance does, however much it explains', async () => {
    expect((await devicesTowards(aim, all, moving(3, 1.2), false)).devices).toEqual([])
    expect((await devicesTowards(aim, all, moving(3, 0.8), false)).devices).toHaveLength(1)
  })
  it('leaves nothing to chance where the aim is of the same sound', async () => {
    expect((await devicesTowards(aim, all, moving(1, 0.7), true)).devices).toHaveLength(1)
    expect((await devicesTowards(aim, all, moving(1, 0.8), true)).devices).toHaveLength(0)
  })
  it('tells a bend by lower peaks at the same levels, though a compressor comes nearer', async () => {
    const now = levelFeatures.map(({ of, chance }) => (of === 'peak' ? 3 : of === 'level' ? 0 : 2 * chance)),
      heard = async (devices: readonly Found[]) => {
        const left = { saturation: 0.3, compressor: 0.1 }[devices[0]?.family as string] ?? 1
        return now.map(dB => left * dB)
      }
    expect((await devicesTowards(aim, all, heard, false)).devices[0]!.family).toBe('saturation')
    expect((await devicesTowards(aim, new Set(['dynamics']), heard, false)).devices[0]!.family).toBe('compressor')
  })
  it('looks for a room only where falls are slower than here', async () => {
    const heard = async (falls: number) => {
      const tried = new Set<string>(),
        now = levelFeatures.map(({ of }) => (/fall/i.test(of) ? -falls : 1))
      await devicesTowards(
        aim,
        all,
        async devices => {
          for (const { family } of devices) tried.add(family)
          return now
        },
        false
      )
      return tried
    }
    expect(await heard(0)).not.toContain('room')
    expect(await heard(12)).toContain('room')
  })
})
