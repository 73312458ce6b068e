import { describe, expect, it } from 'vitest'
import type { Part } from './levels.ts'
import { flips } from './polarity.ts'
import type { Role } from './roles.ts'

const part = (role: Role) => ({ role, muted: false, analysis: { sampleRate: 48000 } }) as Part
const pair = (a: number, b: number, polarity: 1 | -1, strength = 0.5, delay = 10) => ({
  a,
  b,
  polarity,
  strength,
  delay
})

describe('polarity', () => {
  it('flips the odd one out, not its neighbours', () => {
    const parts = (['overhead', 'snare', 'snare'] as const).map(part)
    for (const odd of [0, 1, 2]) {
      const sign = (a: number, b: number) => (a === odd || b === odd ? -1 : 1)
      expect([
        ...flips(parts, [pair(0, 1, sign(0, 1)), pair(0, 2, sign(0, 2)), pair(1, 2, sign(1, 2))]).keys()
      ]).toEqual([odd])
    }
  })
  it('flips the second of two, and names the first', () => {
    expect([...flips([part('bass'), part('bass')], [pair(0, 1, -1, 0.8)])]).toEqual([[1, { other: 0, strength: 0.8 }]])
  })
  it('holds every close microphone against the overheads, and toms not against each other', () => {
    const parts = (['overhead', 'overhead', 'kick', 'tom', 'tom'] as const).map(part),
      agree = [2, 3, 4].flatMap(i => [pair(0, i, i === 3 ? -1 : 1, 0.4, 100), pair(1, i, i === 3 ? -1 : 1, 0.5, 90)])
    expect([...flips(parts, [...agree, pair(0, 1, 1)])]).toEqual([[3, { other: 1, strength: 0.5 }]])
    expect(flips(parts, [pair(3, 4, -1, 0.9)]).size).toBe(0)
  })
  it('believes overheads and rooms together where none tells enough by itself, rooms half as much', () => {
    const parts = (['overhead', 'overhead', 'room', 'kick'] as const).map(part),
      weak = [pair(0, 3, -1, 0.2, 100), pair(1, 3, -1, 0.2, 90)]
    expect([...flips(parts, weak).keys()]).toEqual([3])
    expect(flips(parts, weak.slice(1)).size).toBe(0)
    expect([...flips(parts, [pair(0, 3, -1, 0.2, 100), pair(2, 3, -1, 0.4, 400)]).keys()]).toEqual([3])
    expect(flips(parts, [pair(0, 3, 1, 0.3, 100), pair(2, 3, -1, 0.5, 400)]).size).toBe(0)
  })
  it('leaves alone what agrees, what is far apart, and what only bleeds', () => {
    expect(flips([part('snare'), part('snare')], [pair(0, 1, 1)]).size).toBe(0)
    expect(flips([part('snare'), part('snare')], [pair(0, 1, -1, 0.9, 200)]).size).toBe(0)
    expect(flips([part('kick'), part('snare')], [pair(0, 1, -1, 0.9)]).size).toBe(0)
    expect(flips([part('overhead'), part('snare')], [pair(0, 1, -1, 0.2)]).size).toBe(0)
  })
})
