import { describe, expect, it } from 'vitest'
import { type Console, type Device, devicesOf, startOf } from './console.ts'
import { fewerFilters } from './fewer-filters.ts'

const rate = 44100,
  device = (id: string, type: string, params: Device['params']): Device => ({
    id,
    type,
    params: startOf(type, params)
  }),
  chained = (...chain: readonly Device[]): Console => ({
    strips: [{ input: 'x', channels: 1, chain, sends: {} }],
    rooms: [],
    bus: [],
    channels: 1
  }),
  bell = device('bell', 'bell', { frequency: 1500, q: 1.5, gain: -9 }),
  behind = [
    device('compressor', 'compressor', { threshold: -30, ratio: 3 }),
    device('distortion', 'distortion', { gain: 20 }),
    device('gain', 'gain', { gain: -3 })
  ]

describe('fewerFilters', () => {
  it('takes away what cancels, and hands the level on to what follows it', () => {
    // A shelf below all that is heard is a level.
    const found = fewerFilters(
        chained(device('shelf', 'highshelf', { frequency: 20, q: 0.7, gain: -12 }), bell, ...behind),
        0,
        rate
      )!,
      [filter, compressor, distortion, gain] = devicesOf(found)
    expect(devicesOf(found).map(({ type }) => type)).toEqual(['bell', 'compressor', 'distortion', 'gain'])
    expect(filter!.params.gain).toBeCloseTo(-9, 0)
    // 12 dB more come in, and go out of the compressor.
    expect(compressor!.params.threshold).toBeCloseTo(-18, 0)
    expect(distortion!.params.gain).toBeCloseTo(8, 0)
    expect(gain!.params.gain).toBe(-3)
  })
  it('does so where nothing comes after them', () => {
    const twice = device('twin', 'bell', { frequency: 1500, q: 1.5, gain: 9 })
    expect(devicesOf(fewerFilters(chained(bell, twice), 0, rate)!)).toEqual([])
  })
  it('leaves alone what takes as many', () => {
    const other = device('high', 'highshelf', { frequency: 6000, q: 0.7, gain: 5 })
    expect(fewerFilters(chained(bell, other, ...behind), 0, rate)).toBeUndefined()
    expect(fewerFilters(chained(bell, ...behind), 0, rate)).toBeUndefined()
    expect(fewerFilters(chained(...behind), 0, rate)).toBeUndefined()
  })
})
