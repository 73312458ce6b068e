import { describe, expect, it } from 'vitest'
import { kCoefficients, loudnessOf, powerOfLoudness } from './k-weighting.ts'
import { createLoudness, gainTo, integratedAt, measureLoudness } from './loudness.ts'

type Part = readonly [level: number, seconds: number]
/** A 1-kHz sine of the given peak levels (dBFS), phase continuous: the test signals of EBU Tech 3341 and 3342. */
function tone(parts: readonly Part[], rate = 48000, frequency = 1000): Float32Array {
  const ends: number[] = []
  for (const [, seconds] of parts) ends.push((ends.at(-1) ?? 0) + seconds)
  const out = new Float32Array(Math.round(ends.at(-1)! * rate))
  let p = 0
  for (let i = 0; i < out.length; i++) {
    while (i >= Math.round(ends[p]! * rate)) p++
    out[i] = 10 ** (parts[p]![0] / 20) * Math.sin((2 * Math.PI * frequency * i) / rate)
  }
  return out
}
const stereo = (...parts: Part[]): Float32Array[] => {
  const x = tone(parts)
  return [x, x]
}
const silence = Number.NEGATIVE_INFINITY
const near = (value: number | null, expected: number, tolerance: number): void => {
  expect(value).not.toBeNull()
  expect(Math.abs(value! - expected)).toBeLessThanOrEqual(tolerance)
}

describe('K weighting', () => {
  it('has the coefficients of BS.1770-4 (tables 1 and 2) at 48 kHz', () => {
    const { shelf, highpass } = kCoefficients(48000)
    const tables = [
      [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
      [1, -2, 1, -1.99004745483398, 0.99007225036621]
    ]
    for (const [f, filter] of [shelf, highpass].entries())
      for (const [i, c] of filter.entries()) near(c, tables[f]![i]!, 1e-10)
  })
  it('reads -3.01 LUFS for a full-scale sine of 997 Hz in one channel, at every rate (BS.1770-4, annex 1)', () => {
    // The transform holds the corner, not the whole curve: the shelf bends by 0.06 dB at 8 and 11 kHz, by 0.03 dB at
    // the highest rates.
    for (const [rate, tolerance] of [
      [8000, 0.06],
      [11025, 0.06],
      [44100, 0.01],
      [48000, 0.01],
      [96000, 0.03],
      [192000, 0.03]
    ] as const)
      near(measureLoudness([tone([[0, 2]], rate, 997)], rate).integrated, -3.01, tolerance)
  })
  it('goes from power to loudness and back', () => {
    near(loudnessOf(powerOfLoudness(-23)), -23, 1e-12)
    expect(loudnessOf(0)).toBe(silence)
  })
})

describe('EBU Tech 3341, integrated loudness, ± 0.1 LU', () => {
  const cases: [string, Part[]][] = [
    ['1', [[-23, 20]]],
    [
      '3',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10]
      ]
    ],
    [
      '4',
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10]
      ]
    ],
    [
      '5',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20]
      ]
    ]
  ]
  it.each(cases)('case %s: -23 LUFS', (_, parts) => near(measureLoudness(stereo(...parts), 48000).integrated, -23, 0.1))
  it('case 2: -33 LUFS', () => near(measureLoudness(stereo([-33, 20]), 48000).integrated, -33, 0.1))
  it('case 6: five channels, -23 LUFS, with and without an LFE', () => {
    const front = tone([[-28, 20]]),
      centre = tone([[-24, 20]]),
      back = tone([[-30, 20]])
    near(measureLoudness([front, front, centre, back, back], 48000).integrated, -23, 0.1)
    near(measureLoudness([front, front, centre, tone([[-6, 20]]), back, back], 48000).integrated, -23, 0.1)
  })
  // Cases 7 and 8 are recorded programmes and cannot be synthesised.
  it('counts what lies less than 10 LU below the mean of all, and above -70 LUFS', () => {
    // 10 s at -20 and 10 s at -31.3: their mean is -22.7, so the softer part is 8.6 LU below and counts; at -33.5 it is
    // 10.7 below the mean -22.8.
    near(
      measureLoudness(stereo([-20, 10], [-31.3, 10]), 48000).integrated,
      10 * Math.log10((10 ** -2 + 10 ** -3.13) / 2),
      0.1
    )
    near(measureLoudness(stereo([-20, 10], [-33.5, 10]), 48000).integrated, -20, 0.1)
    near(measureLoudness(stereo([-69, 1]), 48000).integrated, -69, 0.1)
    expect(measureLoudness(stereo([-71, 1]), 48000).integrated).toBe(silence)
  })
  it('case 1 reads the same at 44.1 kHz', () => {
    const x = tone([[-23, 5]], 44100)
    near(measureLoudness([x, x], 44100).integrated, -23, 0.1)
  })
})

describe('EBU Tech 3341, short-term and momentary, ± 0.1 LU', () => {
  it('case 9: short-term -23 LUFS, constant after 3 s', () => {
    const { shortTerm } = measureLoudness(
      stereo(
        ...Array.from({ length: 5 }, (): Part[] => [
          [-20, 1.34],
          [-30, 1.66]
        ]).flat()
      ),
      48000
    )
    expect(shortTerm.length).toBe(121)
    for (const level of shortTerm) near(level, -23, 0.1)
  })
  it.each(Array.from({ length: 20 }, (_, i) => i))(
    'case 10-%i: maximum short-term -23 LUFS wherever 3 s of tone lie',
    i => near(measureLoudness(stereo([silence, 0.15 * i], [-23, 3], [silence, 1]), 48000).maxShortTerm, -23, 0.1)
  )
  it('case 12: momentary -23 LUFS, constant after 1 s', () => {
    const { momentary } = measureLoudness(
      stereo(
        ...Array.from({ length: 25 }, (): Part[] => [
          [-20, 0.18],
          [-30, 0.22]
        ]).flat()
      ),
      48000
    )
    for (const level of momentary.subarray(6)) near(level, -23, 0.1)
  })
  it.each(Array.from({ length: 20 }, (_, i) => i))(
    'case 13-%i: maximum momentary -23 LUFS wherever 400 ms of tone lie',
    i => near(measureLoudness(stereo([silence, 0.02 * i], [-23, 0.4], [silence, 1]), 48000).maxMomentary, -23, 0.1)
  )
})

describe('EBU Tech 3342, loudness range, ± 1 LU', () => {
  const cases: [number, number, Part[]][] = [
    [
      1,
      10,
      [
        [-20, 20],
        [-30, 20]
      ]
    ],
    [
      2,
      5,
      [
        [-20, 20],
        [-15, 20]
      ]
    ],
    [
      3,
      20,
      [
        [-40, 20],
        [-20, 20]
      ]
    ],
    [
      4,
      15,
      [
        [-50, 20],
        [-35, 20],
        [-20, 20],
        [-35, 20],
        [-50, 20]
      ]
    ]
  ]
  it.each(cases)('case %i: %i LU', (_, range, parts) => near(measureLoudness(stereo(...parts), 48000).range, range, 1))
})

describe('loudness range', () => {
  it('of a level that rises evenly by 20 dB spans the percentiles 10 and 95', () => {
    const rate = 8000,
      x = new Float32Array(200 * rate).map(
        (_, i) => 10 ** ((-40 + (20 * i) / 200 / rate) / 20) * Math.sin((2 * Math.PI * 1000 * i) / rate)
      )
    // Windows of 3 s take 0.3 dB off the 20.
    near(measureLoudness([x], rate).range, 0.85 * 19.7, 0.05)
  })
})

describe('loudness of what cannot be measured', () => {
  it('is -Infinity for silence and below 400 ms, its range null below 3 s', () => {
    const quiet = measureLoudness([new Float32Array(240000)], 48000)
    expect([quiet.integrated, quiet.range, quiet.maxMomentary, quiet.maxShortTerm, quiet.shortTerm[0]]).toEqual([
      silence,
      null,
      silence,
      silence,
      silence
    ])
    const short = measureLoudness([tone([[-20, 0.39]])], 48000)
    expect([short.integrated, short.range, short.maxMomentary, short.momentary.length]).toEqual([
      silence,
      null,
      silence,
      0
    ])
    const longer = measureLoudness([tone([[-20, 0.41]])], 48000)
    near(longer.integrated, -23.01, 0.1)
    expect([longer.range, longer.maxShortTerm]).toEqual([null, silence])
    expect(measureLoudness([new Float32Array(0)], 48000).integrated).toBe(silence)
  })
  it('is refused for 0 or 3 channels, odd rates, uneven channels and samples that are not finite', () => {
    expect(() => createLoudness(48000, 0)).toThrow('0 channels cannot be measured; give 1, 2, 5, 6')
    expect(() => createLoudness(48000, 3)).toThrow(/3 channels/)
    expect(() => createLoudness(4000, 1)).toThrow(/4000 Hz/)
    expect(() => createLoudness(48000, 2).push([new Float32Array(3), new Float32Array(4)])).toThrow(
      /2 channels of equal length, not 3, 4/
    )
    const x = tone([[-20, 1]])
    x[24000] = Number.NaN
    expect(() => measureLoudness([x], 48000)).toThrow('a sample between 0.50 and 0.51 s is not a finite number')
  })
  it('does not depend on the sizes of the blocks', () => {
    const x = stereo([-20, 2], [-30, 2.345]),
      meter = createLoudness(48000, 2)
    for (let at = 0, size = 1; at < x[0]!.length; at += size, size = ((size * 3) % 7919) + 1)
      meter.push(x.map(c => c.subarray(at, at + size)))
    // Sums of a step in other portions differ by rounding.
    near(meter.result().integrated, measureLoudness(x, 48000).integrated, 1e-10)
  })
})

describe('gainTo', () => {
  /**
   * Hits of 0.4 s whose ends, 15.2 dB below, count only while the pauses do: with 0.8 s of pauses the mean power is that of
   * a hit 6.8 dB lower, without them 4.5 dB. The pauses pass the absolute gate when they are turned up.
   */
  const parts: Part[] = [
      [-40, 0.4],
      [-55.2, 0.8],
      [-74, 0.8]
    ],
    hits = stereo(...Array.from({ length: 6 }, () => parts).flat()),
    { momentary, integrated } = measureLoudness(hits, 48000),
    turned = (dB: number) =>
      measureLoudness(
        hits.map(c => c.map(v => v * 10 ** (dB / 20))),
        48000
      ).integrated
  it('tells what turned sound measures', () => {
    for (const dB of [0, 8, -20]) near(integratedAt([...momentary], dB), turned(dB), 1e-5)
    expect(Math.abs(turned(8) - integrated - 8)).toBeGreaterThan(0.3)
  })
  it('finds the gain that is louder by so much, and none for silence', () => {
    near(turned(gainTo([...momentary], integrated + 8)), integrated + 8, 0.01)
    near(gainTo([...momentary], integrated), 0, 1e-9)
    expect(gainTo([null, null], -20)).toBe(0)
  })
})
