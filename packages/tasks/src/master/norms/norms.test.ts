import { barkCorners, clipOf } from '@mixwright/dsp'
import { builder, render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../../dsp/test/kernels.ts'
import { bass, filtered, kick, noise, rate, snare, sum } from '../../../test/stems.ts'
import { chain } from '../../mix/chain.ts'
import { unevenPeaks, witnessOf } from './ceiling.ts'
import { bell, inBark, plants, tilt } from './plants.ts'
import { createBelief } from './posterior.ts'
import { normsOf } from './norms.ts'
import { createTraits } from './traits.ts'

const seconds = 8,
  song = sum(kick(seconds), snare(seconds), bass(seconds), filtered(noise(seconds, 0.2, 4), 300, false)),
  traitsOf = (left: Float32Array, right: Float32Array, at = rate) => {
    const reader = createTraits(kernels, at, 2)
    reader.push([left, right])
    return reader.result()!
  }

describe('traits', () => {
  const one = traitsOf(song, song)
  it('do not change with level, which the levels show', () => {
    const soft = song.map(v => 0.1 * v),
      other = traitsOf(soft, soft)
    one.traits.forEach((traits, b) => {
      traits.forEach((value, i) => {
        expect(other.traits[b]![i]!).toBeCloseTo(value, 2)
      })
      expect(one.levels[b]! - other.levels[b]!).toBeCloseTo(20, 3)
    })
  })
  it('tell how wide a band is, and are undefined for silence', () => {
    const side = (left: Float32Array, right: Float32Array) => traitsOf(left, right).traits[12]!.at(-1)
    expect(side(song, song)).toBe(-40)
    expect(side(noise(4, 0.3, 1), noise(4, 0.3, 2))).toBeCloseTo(0, 0)
    const nothing = createTraits(kernels, rate, 1)
    nothing.push([new Float32Array(rate)])
    expect(nothing.result()).toBeUndefined()
  })
})

describe('belief', () => {
  const bands = 24,
    sigma = Array.from({ length: bands }, (_, i) => Array.from({ length: bands }, (_, j) => (i === j ? 1 : 0))),
    belief = createBelief(sigma, { nothing: 10, freedom: 10 })
  it.each([
    ['bright', tilt(4)],
    ['dark', tilt(-4)],
    ['mud', bell(250, 5, 1)],
    ['harsh', bell(3500, 5, 1)]
  ] as const)('finds %s, whatever the level, where songs differ by a decibel', (kind, response) => {
    const planted = inBark(response, bands),
      { added, kinds } = belief(planted.map(v => v + 13))
    expect(kinds.get(kind)!).toBeGreaterThan(0.9)
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / bands,
      away = mean(added.map((v, b) => v - planted[b]!))
    expect(mean(added.map((v, b) => Math.abs(v - planted[b]! - away)))).toBeLessThan(0.5)
  })
  it('leaves what is as expected', () => {
    expect(Math.max(...belief(Array(bands).fill(3)).added.map(Math.abs))).toBeLessThan(0.3)
  })
})

describe('ceiling', () => {
  const limited = filtered(noise(20, 1, 7), 400, false).map(v => Math.max(-0.2, Math.min(0.2, v))),
    after = async (audio: Float32Array) => {
      const [nothing, ...each] = witnessOf(await unevenPeaks(clipOf([audio], rate), kernels)),
        best = each.indexOf(Math.max(...each))
      return { nothing: nothing!, ...plants[best]!, likelihood: each[best]! }
    }
  it('bears witness that nothing was done after a limiter', async () => {
    const { nothing, likelihood } = await after(limited)
    expect(nothing - likelihood).toBeGreaterThan(3)
  })
  it('tells the equaliser after it', async () => {
    const b = builder('muddy'),
      source = b.input('main', { channels: 1 }),
      mud = { slot: 'eq', type: 'bell', params: { frequency: 250, gain: 5, q: 1 }, reason: 'planted' } as const
    b.output('main', { channels: 1 }, chain(b, 'eq', source, [mud]))
    const { main } = await render(b.graph(), { main: [limited] }, { kernels, sampleRate: rate, tail: 0 }),
      { nothing, kind, likelihood } = await after(main![0]!)
    expect(kind).toBe('mud')
    expect(likelihood - nothing).toBeGreaterThan(3)
  })
})

describe('norms', () => {
  it.each([44100, 22050])('give as many bands as %s Hz has, free of loudness', async at => {
    const { tone, density } = await normsOf(clipOf([song], at), { kernels })
    expect(tone.length).toBe(barkCorners.filter(corner => corner <= at / 2).length - 2)
    expect(Math.abs(tone.reduce((a, b) => a + b, 0))).toBeLessThan(1e-6)
    expect(density.change).toBe(0)
  })
  it('ask nothing of silence', async () => {
    expect((await normsOf(clipOf([new Float32Array(rate)], rate), { kernels })).tone).toEqual(Array(24).fill(0))
  })
})
