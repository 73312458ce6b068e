import { clipOf } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { bass, filtered, kick, noise, rate, snare, sum } from '../../../test/stems.ts'
import { densityChances, densityFigures, densityOf, densityTraits, heardWindows } from './density.ts'
import { heardWindow, windowFigures, windowSeconds } from './windows.ts'

const seconds = 8,
  song = sum(kick(seconds), snare(seconds), bass(seconds), filtered(noise(seconds, 0.2, 4), 300, false)),
  traitsOf = async (...audio: Float32Array[]) => densityTraits(await heardWindows(clipOf(audio, rate)))!,
  length = windowSeconds * rate,
  figure = (audio: Float32Array, name: string) => heardWindow([audio], rate).figures[windowFigures.indexOf(name)]!

describe('windows', () => {
  const sine = new Float32Array(length).map((_, i) => 0.5 * Math.sin((2 * Math.PI * 1000 * i) / rate))
  it('tell how peaks stand: of a sine 3 dB, and a share of (2/π) arccos h of its samples above h', () => {
    for (const name of ['crest', 'crest where loud, 5 ms', 'crest where loud, 100 ms'])
      expect(figure(sine, name)).toBeCloseTo(3.01, 1)
    for (const h of [0.5, 0.8, 0.95])
      expect(10 ** figure(sine, `samples above ${h}`)).toBeCloseTo((2 / Math.PI) * Math.acos(h), 2)
    expect(figure(sine, 'peak over peaks at 0.2')).toBeCloseTo(0, 1)
  })
  it('count what is cut off', () => {
    const cut = sine.map(v => Math.max(-0.25, Math.min(0.25, v)))
    // Two thirds of a sine lie above half of its height.
    expect(10 ** figure(cut, 'samples in flat tops') / length).toBeCloseTo(2 / 3 - (2 * 1000) / rate, 1)
    expect(figure(cut, 'samples in flat tops') - figure(sine, 'samples in flat tops')).toBeGreaterThan(1)
  })
  it('tell how levels move, and whether bands move together', () => {
    // Steps of 12 dB, 50 ms long, of all bands at once, and of bass and presence in turn.
    const stepped = (audio: Float32Array, odd: boolean) =>
        audio.map((v, i) => (Math.floor(i / (0.05 * rate)) % 2 === Number(odd) ? v : v / 4)),
      low = new Float32Array(length).map((_, i) => 0.2 * Math.sin((2 * Math.PI * 60 * i) / rate)),
      high = filtered(noise(windowSeconds, 0.5, 2), 6000, false),
      together = sum(stepped(low, true), stepped(high, true)),
      inTurn = sum(stepped(low, true), stepped(high, false))
    expect(figure(together, '1 with 3, 40 ms')).toBeGreaterThan(0.5)
    expect(figure(inTurn, '1 with 3, 40 ms')).toBeLessThan(-0.5)
    const reach = (name: string) => figure(together, `presence ${name} its median, 10 ms`)
    expect(reach('above') + reach('below')).toBeGreaterThan(11)
    expect(reach('above') + reach('below')).toBeLessThan(16)
  })
})

describe('density', () => {
  it('has traits that no gain changes, one for each name', async () => {
    const [one, other] = [
      await traitsOf(song, song),
      await traitsOf(
        song.map(v => v / 8),
        song.map(v => v / 8)
      )
    ]
    expect(one).toHaveLength(densityFigures.length)
    one.forEach((value, i) => {
      expect(other[i]!, densityFigures[i]).toBeCloseTo(value, 2)
    })
  })
  it('has chances that add up to 1, moved by the odds for nothing', () => {
    const model = { mean: [0], deviation: [1], base: [0, 0, 0], weights: [[0], [1], [-1]] },
      even = densityChances([2], model),
      doubtful = densityChances([2], model, 4)
    expect(even[1]! / even[0]!).toBeCloseTo(Math.exp(2), 9)
    expect(even.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    expect(doubtful[0]! / doubtful[1]!).toBeCloseTo((4 * even[0]!) / even[1]!, 9)
    // No trait counts for more than three deviations.
    expect(densityChances([100], model)).toEqual(densityChances([3], model))
  })
  it('finds nothing in silence and in less than a window', async () => {
    for (const frames of [4 * length, 1000])
      expect(await densityOf(clipOf([new Float32Array(frames)], rate))).toEqual({ change: 0, reason: '' })
  })
})
