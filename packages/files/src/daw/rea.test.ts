/** REAPER's own effects: states that REAPER wrote, its filters' curves, and ours there and back. */
import { describe, expect, it } from 'vitest'
import { devicesOf, hasReaTwin, reaEffects } from './rea-devices.ts'
import { bandwidthOf, qualityOf } from './rea-eq.ts'
import {
  eqBytes,
  eqOf,
  limitBytes,
  limitOf,
  listBytes,
  listOf,
  reaBlock,
  type ReaPlugin,
  reaState
} from './rea-state.ts'
import type { DawDevice } from './session.ts'

/** As they stand in projects of REAPER 6.8 to 7.65. */
const written: readonly (readonly [string, ReaPlugin, readonly string[]])[] = [
  [
    'ReaEQ with a high-pass at 100.4 Hz, its other bands off',
    'ReaEQ',
    [
      'cWVlcu5e7f4CAAAAAQAAAAAAAAACAAAAAAAAAAIAAAABAAAAAAAAAAIAAAAAAAAAzQAAAAEAAAAAABAA',
      'IQAAAAUAAAAEAAAAAQAAAG9ScPi3GllAAAAAAAAA8D8AAAAAAAAAQAEAAAAAAAAAAAQEaDDZCWlAAAAAAAAA8D8AAAAAAAAAQAEIAAAAAAAAAAEaHb6ED4lAAAAAAAAA',
      '8D8AAAAAAADwPwEIAAAAAAAAAHfH++l3aKdAAAAAAAAA8D8AAAAAAADwPwEBAAAAAAAAAKWt3qUPUL9AAAAAAAAA8D8AAAAAAAAAQAEBAAAAAQAAAAAAAAAAAPA/AAAA',
      'AP0BAABcAQAAAgAAAA==',
      'AAAQAAAA'
    ]
  ],
  [
    'ReaComp as it is put in',
    'ReaComp',
    [
      'bWNlcu9e7f4EAAAAAQAAAAAAAAACAAAAAAAAAAQAAAAAAAAACAAAAAAAAAACAAAAAQAAAAAAAAACAAAAAAAAAFwAAAAAAAAAAAAQAA==',
      '776t3g3wrd4AAIA/ED74PKabxDsK16M8AAAAAAAAAAAAAIA/AAAAAAAAAAAAAAAAnNEHMwAAgD8AAAAAzcxMPQAAAAAAAAAAAAAAAAAAgD4AAAAAAAAAAAAAAAA=',
      'AAAQAAAA'
    ]
  ],
  [
    'ReaGate as it is put in',
    'ReaGate',
    [
      'dGdlcu9e7f4EAAAAAQAAAAAAAAACAAAAAAAAAAQAAAAAAAAACAAAAAAAAAACAAAAAQAAAAAAAAACAAAAAAAAAFwAAAAAAAAAAAAQAA==',
      '776t3g3wrd6c0QczppvEOwrXozwAAAAAAAAAAAAAgD8AAAAAAAAAAAAAAACc0QczAACAP5zRBzMAAIA/AAAAAAAAAAAAAAAALBYLPwAAAAAAAAAAAAAAAAAAAAA=',
      'AAAQAAAA'
    ]
  ],
  [
    'ReaLimit with a ceiling of -1 dB, true peak',
    'ReaLimit',
    [
      'dG1scu5e7f4CAAAAAQAAAAAAAAACAAAAAAAAAAIAAAABAAAAAAAAAAIAAAAAAAAAMAAAAAEAAAAAABAA',
      'AwAAAAEAAAAAAAAAAAAAAAAAAAAAAPC/AgAAAAAAAAAAAAAAAAAAAD+fduMQw8Y/',
      'AAAQAAAA'
    ]
  ]
]
const state = (name: string): Uint8Array => {
  const [, plugin, lines] = written.find(([about]) => about.startsWith(name))!
  return reaState(plugin, lines)!
}

describe('states that REAPER wrote', () => {
  it.each(written)('%s: read and written again they are the same to the last letter', (_, plugin, lines) => {
    const read = reaState(plugin, lines)!,
      again =
        plugin === 'ReaEQ'
          ? eqBytes(eqOf(read)!)
          : plugin === 'ReaLimit'
            ? limitBytes(limitOf(read)!)
            : listBytes(listOf(read, 21)!)
    expect(
      reaBlock(plugin, '', again)
        .slice(1, -1)
        .map(line => line.trim())
    ).toEqual(lines)
  })
  it('say what REAPER shows: 4:1, 3 ms, 100 ms, 5 ms of RMS; 15 dB a second below -1 dB', () => {
    const told: string[] = [],
      [, , lines] = written[1]!,
      [made] = devicesOf('ReaComp', 'c', lines, 44100, what => told.push(what))!
    expect(made!.params).toMatchObject({ threshold: 0, ratio: 4, attack: 3, release: 100, knee: 0, makeup: 0 })
    expect(told).toEqual(['its mean level (taken as peaks)'])
    expect(limitOf(state('ReaLimit'))).toEqual({
      truePeak: true,
      threshold: 0,
      ceiling: -1,
      fall: expect.closeTo(10 ** (-15 / 20), 9)
    })
    expect(eqOf(state('ReaEQ'))!.bands.map(({ type, on }) => [type, on])).toEqual([
      [4, true],
      [0, false],
      [8, false],
      [8, false],
      [1, false]
    ])
  })
  it('are refused where they are none: other plug-ins, damage, side chains', () => {
    const [, , lines] = written[1]!
    expect(devicesOf('ReaGate', '', lines, 44100, () => {})).toBeUndefined()
    for (const harmed of [[], ['?'], lines.slice(0, 1), [lines[0]!.slice(0, 40)], [lines[1]!, lines[0]!]])
      expect(devicesOf('ReaComp', '', harmed, 44100, () => {})).toBeUndefined()
    const aside = listOf(state('ReaComp'), 21)!
    aside[8] = 0.001
    expect(
      devicesOf('ReaComp', '', reaBlock('ReaComp', '', listBytes(aside)).slice(1, -1), 44100, () => {})
    ).toBeUndefined()
  })
})

/** |H| of the cookbook's digital filter with the alpha that ReaEQ is measured to have for a bandwidth. */
function cookbook(type: string, f0: number, bandwidth: number, gain: number, rate: number, f: number): number {
  const w = (2 * Math.PI * f0) / rate,
    [c, s] = [Math.cos(w), Math.sin(w)],
    A = 10 ** (gain / 40),
    shelf = type.endsWith('shelf'),
    warp = w <= Math.PI / 2 ? w / s : Math.PI / 2,
    slope = Math.min(1 / bandwidth ** 2, 1.2),
    alpha = shelf
      ? (s / 2) * Math.sqrt((A + 1 / A) * (1 / slope - 1) + 2)
      : s * Math.sinh((Math.LN2 / 2) * bandwidth * warp),
    r = 2 * Math.sqrt(A) * alpha,
    sign = type === 'highshelf' ? -1 : 1
  const [b, a] = shelf
    ? [
        [A + 1 - sign * (A - 1) * c + r, 2 * sign * (A - 1 - sign * (A + 1) * c), A + 1 - sign * (A - 1) * c - r].map(
          v => A * v
        ),
        [A + 1 + sign * (A - 1) * c + r, -2 * sign * (A - 1 + sign * (A + 1) * c), A + 1 + sign * (A - 1) * c - r]
      ]
    : [
        type === 'bell'
          ? [1 + alpha * A, -2 * c, 1 - alpha * A]
          : type === 'highpass'
            ? [(1 + c) / 2, -(1 + c), (1 + c) / 2]
            : [(1 - c) / 2, 1 - c, (1 - c) / 2],
        type === 'bell' ? [1 + alpha / A, -2 * c, 1 - alpha / A] : [1 + alpha, -2 * c, 1 - alpha]
      ]
  return magnitude(b!, a!, (2 * Math.PI * f) / rate)
}
function magnitude(b: readonly number[], a: readonly number[], w: number): number {
  const at = (p: readonly number[]) =>
    Math.hypot(
      p.reduce((sum, v, i) => sum + v * Math.cos(i * w), 0),
      p.reduce((sum, v, i) => sum - v * Math.sin(i * w), 0)
    )
  return at(b) / at(a)
}
/** |H| of ours, by the equations of the processors. */
function ours(type: string, f0: number, q: number, gain: number, rate: number, f: number): number {
  const x = Math.tan((Math.PI * f) / rate) / Math.tan((Math.PI * f0) / rate),
    A = 10 ** (gain / 40),
    R = Math.sqrt(A),
    abs = (re: number, im: number) => Math.hypot(re, im)
  switch (type) {
    case 'bell':
      return abs(1 - x * x, (A * x) / q) / abs(1 - x * x, x / (A * q))
    case 'highpass':
      return (x * x) / abs(1 - x * x, x / q)
    case 'lowpass':
      return 1 / abs(1 - x * x, x / q)
    case 'lowshelf':
      return (A * abs(A - x * x, (R * x) / q)) / abs(1 - A * x * x, (R * x) / q)
    default:
      return (A * abs(1 - A * x * x, (R * x) / q)) / abs(A - x * x, (R * x) / q)
  }
}

describe('filters', () => {
  it.each(['bell', 'highpass', 'lowpass', 'lowshelf', 'highshelf'])('%s: the curves are one', type => {
    const shelf = type.endsWith('shelf')
    for (const rate of [44100, 96000])
      for (const f0 of [30, 300, 3000, 15000])
        for (const q of shelf ? [0.4, 0.7] : [0.3, 1, 6])
          for (const gain of type.endsWith('pass') ? [0] : [-9, 4]) {
            const bandwidth = bandwidthOf(type, f0, q, gain, rate)
            for (const f of [20, 200, 2000, 18000]) {
              const [x, y] = [ours(type, f0, q, gain, rate, f), cookbook(type, f0, bandwidth, gain, rate, f)]
              expect(20 * Math.log10(x / y)).toBeCloseTo(0, 6)
            }
            expect(qualityOf(type, f0, bandwidth, gain, rate)).toBeCloseTo(q, 9)
          }
  })
  it('an octave at 1 kHz is a quality of 1.41', () => {
    expect(qualityOf('bell', 1000, 1, 6, 48000)).toBeCloseTo(Math.SQRT2, 2)
  })
})

const chain: readonly DawDevice[] = [
  { name: 'low', type: 'highpass', params: { frequency: 80, q: 0.7 } },
  { name: 'low', type: 'bell', params: { frequency: 300, gain: -3, q: 1.2 } },
  { name: 'low', type: 'highshelf', params: { frequency: 9000, gain: 2, q: 0.7 } },
  { name: 'low', type: 'gain', params: { gain: -2 } },
  {
    name: 'ess',
    type: 'compressor',
    params: { threshold: -24, ratio: 3, attack: 8, release: 90, knee: 6, makeup: 1 },
    key: { type: 'highpass', params: { frequency: 5500 } }
  },
  { name: 'lim', type: 'limiter', params: { ceiling: -1, release: 80 } }
]
const read = (devices: readonly DawDevice[]): (DawDevice[] | undefined)[] => {
  const lines = reaEffects(devices, 44100),
    starts = lines.flatMap((line, i) => (line.startsWith('<VST') ? [i] : []))
  return starts.map(i => {
    const end = lines.indexOf('>', i),
      plugin = /VST: (\w+)/.exec(lines[i]!)![1] as ReaPlugin,
      name = /dll 0 "([^"]*)"/.exec(lines[i]!)![1]!
    return devicesOf(
      plugin,
      name,
      lines.slice(i + 1, end).map(line => line.trim()),
      44100,
      what => {
        throw new Error(what)
      }
    )
  })
}

it('our devices come back as they were', () => {
  expect(read(chain).flat()).toEqual(chain)
})
it('a gate comes back as the steepest, with its range', () => {
  const params = { threshold: -50, attack: 3, release: 250, hold: 200, range: 10 }
  expect(read([{ name: 'g', type: 'noisegate', params: { ...params, ratio: 2 } }])).toEqual([
    [{ name: 'g', type: 'noisegate', params: { ...params, ratio: 20, knee: 0 } }]
  ])
})
it('what REAPER cannot be set to has no twin, and is left out', () => {
  const beyond = [
    { type: 'bell', params: { gain: 13 } },
    { type: 'highshelf', params: { gain: 6, q: 2 } },
    { type: 'lowpass', params: { frequency: 18000, q: 0.1 } },
    { type: 'compressor', params: { makeup: 7 } },
    { type: 'compressor', params: {}, key: { type: 'bell', params: {} } },
    { type: 'distortion', params: {} }
  ]
  expect(beyond.map(one => hasReaTwin(one, 44100))).toEqual(beyond.map(() => false))
  expect(
    reaEffects(
      beyond.map(one => ({ name: 'x', ...one })),
      44100
    )
  ).toEqual([])
})
