import { powerResponse } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { equaliserFor } from './equaliser.ts'
import { tilt } from './norms/plants.ts'
import {
  bandLevels,
  contentEnd,
  decibels,
  finePlaces,
  type Sound,
  type Spectra,
  summable,
  toneCentres
} from './sound.ts'
import { bassCentred, toneRepaired } from './tone.ts'

const sampleRate = 44100,
  frequencies = Array.from({ length: 230 }, (_, i) => 20 * 2 ** (i / 24)).filter(f => f < 20000)
/** As loud in every part of an octave, behind filters. */
const spectra = (power: (f: number) => number = () => 1): Spectra => ({
  sampleRate,
  frequencies,
  mid: frequencies.map(f => summable(power(f))),
  power: new Float64Array(16385).map((_, k) => power((k * sampleRate) / 32768))
})
const flat = spectra(),
  weights = toneCentres(sampleRate).map(() => 1),
  limits = { gain: 12, filters: 20, near: 0.1 }
const changeBy = (power: (f: number) => number) => {
  const [before, after] = [bandLevels(flat), bandLevels(spectra(power))]
  return after.map((level, b) => level - before[b]!)
}

const aboveOctave = (level: readonly number[]) =>
  level.map((dB, i) => {
    const around = level.slice(Math.max(0, i - 6), i + 7)
    return dB - around.reduce((a, b) => a + b, 0) / around.length
  })

it('sums magnitudes so that a lone one has its level', () => {
  for (const power of [1e-6, 1, 250]) expect(decibels(summable(power))).toBeCloseTo(10 * Math.log10(power), 9)
})

describe('equaliserFor', () => {
  it('finds few filters for what few filters did', () => {
    const shelf = powerResponse({ type: 'highshelf', frequency: 5000, q: Math.SQRT1_2, gain: 5 }, sampleRate),
      bell = powerResponse({ type: 'bell', frequency: 250, q: 1.2, gain: -6 }, sampleRate),
      { filters, missing } = equaliserFor(flat, { change: changeBy(f => shelf(f) * bell(f)), weights }, limits)
    expect(filters.length).toBeLessThanOrEqual(4)
    expect(Math.max(...missing.map(Math.abs))).toBeLessThan(0.35)
    const near = filters.find(one => one.type === 'bell' && Math.abs(Math.log2(one.frequency / 250)) < 0.2)
    expect(near?.gain).toBeLessThan(-5)
  })
  it('asks for nothing where nothing is missing', () => {
    expect(equaliserFor(flat, { change: weights.map(() => 3), weights }, limits).filters).toEqual([])
  })
  it('stands out by 2 dB more than is wanted at most, where a hole in the song asks for more', () => {
    const grid = Array.from({ length: 107 }, (_, i) => 40 * 2 ** (i / 12)),
      want = (f: number) => (Math.abs(Math.log2(f / 1000)) < 0.6 ? 8 : 0),
      holed = spectra(f => (f > 900 && f < 1300 ? 1e-6 : 1)),
      { filters } = equaliserFor(holed, { change: toneCentres(sampleRate).map(want), weights }, limits),
      level = grid.map(f => filters.reduce((sum, one) => sum + 10 * Math.log10(powerResponse(one, sampleRate)(f)), 0)),
      wanted = aboveOctave(grid.map(want))
    aboveOctave(level).forEach((dB, i) => {
      // Half a dB for what is between the bands; without the rule it is 1.2 more.
      expect(dB, `${grid[i]} Hz`).toBeLessThan(2.5 + Math.max(0, wanted[i]!))
    })
  })
  it('does not lift what a coder let go', () => {
    const end = 10000,
      cut = spectra(f => (f < end ? 1 : 1e-6)),
      change = toneCentres(sampleRate).map(f => (f < end ? 0 : 40)),
      some = toneCentres(sampleRate).map(f => (f * 2 ** (1 / 6) < end ? 1 : 0))
    // The wall is told over a sixth of an octave.
    expect(Math.abs(Math.log2(contentEnd(cut) / end))).toBeLessThan(1 / 6)
    expect(contentEnd(spectra(f => (f < 4000 ? 1 : (4000 / f) ** 8)))).toBe(Number.POSITIVE_INFINITY)
    expect(equaliserFor(cut, { change, weights: some }, limits).filters).toEqual([])
  })
  it('leaves room for what stands out behind it', () => {
    const lift = (f: number) => (Math.abs(Math.log2(f / 1000)) < 0.3 ? 8 : 0),
      change = toneCentres(sampleRate).map(lift),
      places = finePlaces(sampleRate),
      standing = (behind: readonly number[]) => {
        const fine = places.map(() => 0),
          { filters } = equaliserFor(flat, { change, weights, fine, behind }, limits)
        return aboveOctave(
          places.map(f => filters.reduce((sum, one) => sum + 10 * Math.log10(powerResponse(one, sampleRate)(f)), 0))
        )
      }
    const alone = standing(places.map(() => 0)),
      at = alone.indexOf(Math.max(...alone)),
      bump = places.map((_, i) => (Math.abs(i - at) <= 2 ? 1.5 : 0)),
      both = standing(bump)[at]! + aboveOctave(bump)[at]!
    // 2 dB, and what soft constraints let pass; without the rule both stand 0.9 dB higher.
    expect(Math.abs(alone[at]! - 2)).toBeLessThan(0.3)
    expect(both).toBeLessThan(2.5)
  })
  it('takes the level for a part of the change where it is asked to', () => {
    const { filters } = equaliserFor(
      { ...flat, side: flat.mid },
      { change: weights.map(() => -6), weights, magnitudes: flat.mid, levelled: false },
      limits
    )
    const change = changeBy(f => filters.reduce((p, one) => p * powerResponse(one, sampleRate)(f), 1))
    expect(change.reduce((a, b) => a + b, 0) / change.length).toBeLessThan(-5)
  })
})

describe('toneRepaired', () => {
  it('does more than four fifths of what is asked, however faint', () => {
    const centred = (levels: readonly number[]) => {
        const mean = levels.reduce((a, b) => a + b, 0) / levels.length
        return levels.map(level => level - mean)
      },
      size = (levels: readonly number[]) => levels.reduce((sum, dB) => sum + Math.abs(dB), 0),
      wanted = centred(toneCentres(sampleRate).map(tilt(1))),
      filters = toneRepaired({ spectra: flat } as Sound, wanted, 'It was tilted').map(
        ({ type, params }) => ({ type, ...params }) as Parameters<typeof powerResponse>[0]
      ),
      done = centred(changeBy(f => filters.reduce((p, one) => p * powerResponse(one, sampleRate)(f), 1)))
    expect(size(wanted.map((dB, b) => dB - done[b]!))).toBeLessThan(0.2 * size(wanted))
  })
})

describe('bassCentred', () => {
  const wide = (below: number, above: number) => {
    const side = frequencies.map((f, i) => flat.mid[i]! * summable(10 ** ((f < 178 ? below : above) / 10)))
    return bassCentred({ spectra: { ...flat, side } as Spectra } as Sound, 1)
  }
  it('takes bass to the middle that is wider than what is above it, twice as far down as that', () => {
    const devices = wide(0, -8)
    expect(devices.length).toBeGreaterThan(0)
    const down = (f: number) =>
      devices.reduce(
        (sum, { type, params }) =>
          sum +
          10 * Math.log10(powerResponse({ type, ...params } as Parameters<typeof powerResponse>[0], sampleRate)(f)),
        0
      )
    // Two filters, within 3 dB of the 16 that are asked for.
    expect(Math.abs(down(60) + 16)).toBeLessThan(3)
    expect(Math.abs(down(1000))).toBeLessThan(1)
  })
  it('leaves a song that is as wide above its bass, or whose bass is narrow', () => {
    expect(wide(0, -1)).toEqual([])
    expect(wide(-6, -12)).toEqual([])
  })
})
