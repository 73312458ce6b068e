import { type Audio, createRandom, powerResponse } from '@mixwright/dsp'
import { chain, render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { filtersFor } from './filters-for.ts'
import { gainLaw } from './gain-trace.ts'
import { echoIn, impulseResponse } from './impulse-response.ts'
import { bandCentres } from './level-equations.ts'
import { readSourceLevels } from './source-levels.ts'

const rate = 16000,
  seconds = 4,
  random = createRandom(4),
  noise = (count = seconds * rate) => new Float32Array(count).map(() => 0.2 * random.normal()),
  through = async (nodes: Parameters<typeof chain>[0], main: Audio) =>
    (await render(chain(nodes), { main }, { kernels, sampleRate: rate, tail: 0 })).main!

describe('readSourceLevels', () => {
  const a = noise(),
    b = noise(),
    [left, right] = [0.5, -0.25]
  it('finds gain, place and polarity of sources that sound together', () => {
    // Source b stands inverted, twice as loud on the left as on the right.
    const mix = [a.map((v, i) => v - left * b[i]!), a.map((v, i) => v + right * b[i]!)],
      { sources, explained } = readSourceLevels([{ sources: [[a], [b]], mix }], rate)
    expect(sources[0]!.gain).toBeCloseTo(0, 1)
    expect(sources[0]!.pan).toBeCloseTo(0, 2)
    expect(sources[1]!.gain).toBeCloseTo(20 * Math.log10(Math.hypot(left, right) / Math.SQRT2), 1)
    expect(sources[1]!.pan).toBeCloseTo((4 / Math.PI) * Math.atan2(0.25, 0.5) - 1, 2)
    expect([sources[0]!.inverted, sources[1]!.inverted]).toEqual([false, true])
    expect(explained).toBeGreaterThan(0.999)
  })
  it('reads the tone of a filter, which its closed form has', async () => {
    const bell = { type: 'bell', frequency: 1000, q: 1.2, gain: 8 } as const,
      [wet] = await through({ bell: { type: 'bell', params: { frequency: 1000, q: 1.2, gain: 8 } } }, [a]),
      { tone, weights, gain } = readSourceLevels([{ sources: [[a]], mix: [wet!] }], rate).sources[0]!,
      { filters, left: rest } = filtersFor(
        { frequencies: bandCentres(rate), levels: tone.map(dB => dB + gain), weights },
        { sampleRate: rate, most: 4, near: 0.2, worth: 0.2 }
      )
    expect(filters).toHaveLength(1)
    expect(filters[0]!.type).toBe('bell')
    expect(Math.abs(Math.log2(filters[0]!.frequency / bell.frequency))).toBeLessThan(0.03)
    expect(filters[0]!.gain).toBeCloseTo(bell.gain, 0)
    expect(rest).toBeLessThan(0.3)
  })
  it('refuses stretches that no frame fits into', () => {
    expect(() => readSourceLevels([{ sources: [[noise(100)]], mix: [noise(100)] }], rate)).toThrow(
      'shorter than a frame'
    )
  })
})

describe('filtersFor', () => {
  const frequencies = bandCentres(44100),
    weights = frequencies.map(() => 1),
    limits = { sampleRate: 44100, most: 5, near: 0.1, worth: 0.2 }
  it('takes none for a flat curve', () => {
    expect(filtersFor({ frequencies, levels: frequencies.map(() => 3), weights }, limits)).toMatchObject({
      filters: [],
      offset: 3
    })
  })
  it('takes two of which neither alone takes a fifth of what is missing', () => {
    const truth = [
        { type: 'bell', frequency: 400, q: 0.8, gain: -3.7 },
        { type: 'highshelf', frequency: 7500, q: Math.SQRT1_2, gain: -3.5 }
      ] as const,
      powers = truth.map(filter => powerResponse(filter, 44100)),
      levels = frequencies.map(f => powers.reduce((dB, power) => dB + 10 * Math.log10(power(f)), 0)),
      { filters, left } = filtersFor({ frequencies, levels, weights }, limits)
    expect(filters.map(({ type }) => type)).toEqual(['bell', 'highshelf'])
    expect(left).toBeLessThan(0.1)
  })
})

describe('impulseResponse', () => {
  it('shows an echo where it is, between the samples', () => {
    const dry = noise(),
      wet = dry.map((v, i) => v + 0.3 * (dry[i - 2000] ?? 0)),
      echo = echoIn(impulseResponse(dry, wet, rate).samples, rate)!
    expect(echo.delay).toBeCloseTo(2000 / rate, 5)
    expect(echo.level).toBeCloseTo(20 * Math.log10(0.3), 0)
    expect(echo.prominence).toBeGreaterThan(22)
  })
})

describe('gainLaw', () => {
  it('reads threshold and ratio of a compressor, and nothing of a plain gain', async () => {
    const loudness = new Float32Array(seconds * rate).map(
        (_, i) => 10 ** ((-40 + 40 * Math.abs(((i / rate) % 1) - 0.5) * 2) / 20)
      ),
      dry = noise().map((v, i) => v * loudness[i]!),
      params = { threshold: -30, ratio: 4, attack: 1, release: 20, knee: 0 },
      wet = await through({ compressor: { type: 'compressor', params } }, [dry]),
      law = gainLaw([[[dry], wet]], rate)!
    expect(law.side).toBe('over')
    expect(Math.abs(law.slope - (1 / params.ratio - 1))).toBeLessThan(0.15)
    expect(law.explained).toBeGreaterThan(0.8)
    expect(Math.abs(gainLaw([[[dry], [dry.map(v => v / 2)]]], rate)!.slope)).toBeLessThan(1e-3)
  })
})
