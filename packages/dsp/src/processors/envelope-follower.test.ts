import { describe, expect, it } from 'vitest'
import { rig, type Settings, stereo } from '../../test/harness.ts'
import { envelopeFollower } from './envelope-follower.ts'

const rate = 48000
const follow = (x: (i: number, c: number) => number, n: number, values: Settings, blocks: readonly number[] = [n]) =>
  rig(envelopeFollower, { rate, frames: n, values }).run([stereo(n, x)], { blocks })[0]!

describe('a step', () => {
  it.each([[[9600]], [[128]], [[1, 63]]])('rises by the attack and falls by the release, in blocks of %j', blocks => {
    const values = { attack: 2, release: 30, gain: 1 },
      [env] = follow(i => (i < 4800 ? 0.5 : 0), 9600, values, blocks)
    // One pole: 1 - e^(-t/attack) of the way after t, then e^(-t/release); sample i ends at (i + 1)/rate.
    for (const ms of [1, 2, 5])
      expect(env[(ms * rate) / 1000 - 1]).toBeCloseTo(0.5 * (1 - Math.exp(-ms / values.attack)), 9)
    for (const ms of [10, 30, 60])
      expect(env[4800 + (ms * rate) / 1000 - 1]).toBeCloseTo(0.5 * Math.exp(-ms / values.release), 9)
  })
  it('times gain, of either sign', () => {
    const [up] = follow(() => 1, 4800, { attack: 1, gain: 0.4 }),
      [down] = follow(() => 1, 4800, { attack: 1, gain: -1 })
    expect(up[4799]).toBeCloseTo(0.4, 9)
    expect(down[4799]).toBeCloseTo(-1, 9)
  })
})

it('follows the louder channel, on both: -0.8 on the right counts as 0.8', () => {
  const [left, right] = follow((_, c) => (c ? -0.8 : 0.1), 4800, { attack: 1 })
  expect(left).toEqual(right)
  expect(left[4799]).toBeCloseTo(0.8, 9)
})

it('of a swelling tone is not constant: it rises and falls with it', () => {
  const n = rate,
    [env] = follow(i => Math.sin((2 * Math.PI * 200 * i) / rate) * Math.sin((Math.PI * i) / n) ** 2, n, {
      attack: 1,
      release: 20
    })
  // The tone's crests, 2.5 ms apart for a rectified 200 Hz, hold the follower up within e^(-2.5/20) of them.
  expect(env[n / 2]).toBeGreaterThan(Math.exp(-2.5 / 20) * (1 - Math.exp(-0.5)))
  expect(env[n / 2]).toBeLessThan(1)
  expect(env[n / 10]).toBeLessThan(0.15)
  expect(env[n - 1]).toBeLessThan(0.15)
})
