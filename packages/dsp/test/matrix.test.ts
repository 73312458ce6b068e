/**
 * Every processor against every rule of the contract. Names no processor: what one needs to be excused from stands in
 * `excused`, with a reason.
 */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { NumberParam, Param, Params, Processor } from '../src/define.ts'
import {
  defaultsOf,
  fromUnit,
  inletsOf,
  jsonSchema,
  nearest,
  outletsOf,
  parse,
  problemOf,
  read,
  show,
  slopeOfUnit,
  toUnit
} from '../src/derive.ts'
import { processors, type Registry } from '../src/processors/index.ts'
import { firstDifference, rig, type RigOptions, type Settings, stereo, type Stereo } from './harness.ts'
import { tremolo } from './tremolo.ts'

/** check → processor → why it need not pass */
const excused: Readonly<Record<string, Readonly<Record<string, string>>>> = {}

/** The registry, and the example of CONTRIBUTING.md: no built-in processor is written in TypeScript. */
const all: readonly Processor[] = Object.values({ tremolo, ...(processors as Registry) })
const rate = 8000,
  frames = 600
const blockings = [[1], [127, 128, 3], [64], [341, 2]]
function seeded(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    a = Math.imul(a ^ (a >>> 12), 0x297a2d39) >>> 0
    return ((a ^ (a >>> 15)) >>> 0) / 2 ** 31 - 1
  }
}
const noise = (seed: number, level = 0.5, n = frames): Stereo => {
  const r = seeded(seed)
  return stereo(n, () => level * r())
}
const dot = (a: readonly Stereo[], b: readonly Stereo[]) =>
  a.reduce(
    (s, pair, k) => s + pair.reduce((t, channel, c) => t + channel.reduce((u, v, i) => u + v * b[k]![c]![i]!, 0), 0),
    0
  )
const energy = (a: readonly Stereo[]) => dot(a, a)
const minus = (a: readonly Stereo[], b: readonly Stereo[]) =>
  a.map((pair, k) => stereo(pair[0].length, (i, c) => pair[c]![i]! - b[k]![c]![i]!))
const dB = (ratio: number) => 10 * Math.log10(Math.max(ratio, 1e-30))
const finite = (a: readonly Stereo[]) => a.every(pair => pair.every(c => c.every(Number.isFinite)))
const numbersOf = (def: Processor) =>
  Object.entries(def.params as Params).filter((e): e is [string, NumberParam] => e[1].kind === 'number')
const at = (def: Processor, unit: number): Settings =>
  Object.fromEntries(
    Object.entries(def.params as Params).map(([name, p]) => [
      name,
      p.kind === 'choice'
        ? p.options[Math.floor(unit * 0.999 * p.options.length)]!
        : def.kernel?.shape?.includes(name)
          ? fromUnit(p, unit * 0.001)
          : fromUnit(p, unit)
    ])
  )
/** Every way to connect the optional inlets. */
const connections = (def: Processor): string[][] =>
  inletsOf(def)
    .filter(i => i.optional)
    .reduce<string[][]>((sets, i) => sets.flatMap(set => [set, [...set, i.name]]), [[]])
/** Main inlets get sound, modulation inlets a slow small signal. */
const signals = (def: Processor, seed: number, level = 0.5, n = frames): Stereo[] =>
  inletsOf(def).map((inlet, k) =>
    inlet.modulates ? stereo(n, (i, c) => 0.3 * Math.sin(0.02 * i + c + k)) : noise(seed + k, level, n)
  )
const wires = (connect: string[]) =>
  connect.length ? `with ${connect.join(' and ')}` : 'with nothing optional connected'
const same = (actual: readonly Stereo[], wanted: readonly Stereo[], place = 'differs') => {
  const at = firstDifference(actual, wanted)
  expect(at, `${place}: ${at}`).toBeUndefined()
}
const check = (name: string, def: Processor, body: () => void) => {
  const reason = excused[name]?.[def.id]
  it.skipIf(reason !== undefined)(reason ? `${name} (excused: ${reason})` : name, body)
}

describe('the registry', () => {
  it('has every file of the folder, under its id', () => {
    const files = readdirSync(new URL('../src/processors', import.meta.url))
      .filter(f => f.endsWith('.ts') && !f.endsWith('.test.ts') && f !== 'index.ts')
      .map(f => f.slice(0, -3))
    expect(Object.keys(processors).sort()).toEqual(files.sort())
    for (const [key, def] of Object.entries(processors)) expect(def.id).toBe(key)
  })
  it('excuses only processors that exist', () =>
    expect(
      Object.values(excused)
        .flatMap(e => Object.keys(e))
        .filter(id => !all.some(def => def.id === id))
    ).toEqual([]))
})

describe.each(all.map(def => [def.id, def] as const))('%s', (_, def) => {
  const open = (options: Partial<RigOptions> = {}) => rig(def, { rate, frames, values: at(def, 0.5), ...options })

  check('gives the same for any block sizes, bit for bit, forward and backward', def, () => {
    for (const connect of connections(def))
      for (const real of ['f32', 'f64'] as const) {
        const bench = open({ connect, real }),
          x = signals(def, 1),
          y = bench.run(x, { keep: true }),
          gy = y.map((_, k) => noise(50 + k)),
          { gx } = bench.adjoint(gy)
        for (const blocks of blockings) {
          same(bench.run(x, { blocks, keep: true }), y, `${wires(connect)}, ${real}, blocks ${blocks}`)
          same(bench.adjoint(gy, { blocks }).gx, gx, `gx ${wires(connect)}, ${real}, blocks ${blocks}`)
          same(bench.run(x, { blocks }), y, 'without tape')
        }
      }
  })

  check('stays finite at every corner, for silence, impulse, square and denormals', def, () => {
    const numeric = numbersOf(def).filter(([name]) => !def.kernel?.shape?.includes(name)),
      corners = Array.from({ length: Math.min(64, 2 ** numeric.length) }, (_, k) =>
        Object.fromEntries(
          numeric.map(([name, p], j) => [
            name,
            (2 ** numeric.length <= 64 ? k >> j : Math.imul(k + 1, 0x9e3779b1) >>> (j + 7)) & 1 ? p.max : p.min
          ])
        )
      )
    const shapes = {
      silence: () => 0,
      impulse: (i: number) => (i === 3 ? 1 : 0),
      square: (i: number) => (i % 40 < 20 ? 1 : -1),
      denormal: () => 1e-40
    }
    for (const corner of corners)
      for (const [title, shape] of Object.entries(shapes)) {
        const n = 200,
          bench = open({ real: 'f32', values: { ...at(def, 0.5), ...corner }, frames: n }),
          y = bench.run(
            inletsOf(def).map(() => stereo(n, shape)),
            { keep: true }
          )
        const { gx, gp } = bench.adjoint(y.map((_, k) => noise(9 + k, 0.5, n)))
        expect(
          finite(y) && finite(gx) && Object.values(gp).every(Number.isFinite),
          `${title} at ${JSON.stringify(corner)}`
        ).toBe(true)
      }
  })

  check('has an adjoint that agrees with central differences, in one random direction', def, () => {
    for (const connect of connections(def))
      for (const unit of [0.2, 0.5, 0.8]) {
        const values = at(def, unit),
          r = seeded(unit * 100 + connect.length),
          x = signals(def, 2),
          bench = open({ values, connect }),
          y = bench.run(x, { keep: true }),
          w = y.map((_, k) => noise(70 + k)),
          { gx, gp } = bench.adjoint(w)
        const dx = inletsOf(def).map((inlet, k) =>
          !inlet.optional || connect.includes(inlet.name)
            ? noise(90 + k, inlet.modulates ? 0.05 : 0.5)
            : stereo(frames, () => 0)
        )
        const dp = Object.fromEntries(
          numbersOf(def)
            .filter(([, p]) => p.gradient !== 'none')
            .map(([name, p]) => [name, slopeOfUnit(p, values[name] as number) * 0.2 * r()])
        )
        const slope = dot(gx, dx) + Object.entries(dp).reduce((s, [name, d]) => s + gp[name]! * d, 0)
        const moved = (step: number) =>
          dot(
            open({
              connect,
              values: {
                ...values,
                ...Object.fromEntries(
                  Object.entries(dp).map(([name, d]) => [name, (values[name] as number) + step * d])
                )
              }
            }).run(x.map((pair, k) => stereo(frames, (i, c) => pair[c]![i]! + step * dx[k]![c]![i]!))),
            w
          )
        expect(bestError(slope, moved), `${wires(connect)} at unit ${unit}`).toBeLessThan(1e-5)
        for (const [name, p] of numbersOf(def)) {
          if (p.gradient === 'none') continue
          const scale = slopeOfUnit(p, values[name] as number) * 0.1,
            one = (step: number) =>
              dot(open({ connect, values: { ...values, [name]: (values[name] as number) + step * scale } }).run(x), w)
          // A parameter that hardly matters here is measured against the size of the output, which bounds the rounding
          // of the difference.
          expect(
            bestError(gp[name]! * scale, one, 1e-7 * Math.sqrt(energy(y) * energy(w))),
            `${name} ${wires(connect)} at unit ${unit}`
          ).toBeLessThan(1e-5)
        }
      }
  })

  check('passes the dot-product test <J v, w> = <v, J* w>', def, () => {
    for (const connect of connections(def)) {
      const bench = open({ connect }),
        mains = inletsOf(def).map(inlet => !inlet.optional),
        x = signals(def, 3),
        w = outletsOf(def).map((_, k) => noise(30 + k)),
        v = inletsOf(def).map((_, k) => (mains[k] ? noise(40 + k) : stereo(frames, () => 0)))
      const y = bench.run(x, { keep: true }),
        { gx } = bench.adjoint(w),
        back = dot(gx, v)
      if (def.linear) {
        // Linear in its main inlets: J v is the answer to v itself.
        const answer = minus(bench.run(x.map((pair, k) => stereo(frames, (i, c) => pair[c]![i]! + v[k]![c]![i]!))), y),
          forth = dot(answer, w)
        expect(Math.abs(forth - back) / Math.sqrt(energy(answer) * energy(w)), wires(connect)).toBeLessThan(1e-12)
      } else {
        const forth = (step: number) =>
          dot(bench.run(x.map((pair, k) => stereo(frames, (i, c) => pair[c]![i]! + step * v[k]![c]![i]!))), w)
        expect(bestError(back, forth), wires(connect)).toBeLessThan(1e-5)
      }
    }
  })

  check('in f32 agrees with f64, forward and adjoint', def, () => {
    for (const connect of connections(def)) {
      const x = signals(def, 4).map(pair => stereo(frames, (i, c) => Math.fround(pair[c]![i]!))),
        values = Object.fromEntries(
          Object.entries(at(def, 0.5)).map(([name, v]) => [name, typeof v === 'number' ? Math.fround(v) : v])
        )
      const double = open({ connect, values }),
        single = open({ connect, values, real: 'f32' }),
        y = double.run(x, { keep: true }),
        z = single.run(x, { keep: true }),
        w = y.map((_, k) => noise(60 + k)).map(pair => stereo(frames, (i, c) => Math.fround(pair[c]![i]!)))
      const g = double.adjoint(w),
        h = single.adjoint(w)
      // One rounding is 2^-24 (-144 dB) of the signal; a recursion adds up the roundings of its memory (some hundred
      // samples: +25 dB),
      // the polynomials of the kernels err by 3e-6 (-110 dB), sums of parameters over 600 samples by 600 roundings.
      expect(dB(energy(minus(y, z)) / energy(y)), `output ${wires(connect)}`).toBeLessThan(-90)
      expect(dB(energy(minus(g.gx, h.gx)) / Math.max(energy(g.gx), 1e-20)), `gx ${wires(connect)}`).toBeLessThan(-80)
      for (const [name, p] of numbersOf(def))
        if (p.gradient !== 'none')
          expect(
            Math.abs(g.gp[name]! - h.gp[name]!) /
              (Math.abs(g.gp[name]!) +
                (1e-4 * Math.sqrt(energy(y) * energy(w))) / slopeOfUnit(p, values[name] as number)),
            `${name} ${wires(connect)}`
          ).toBeLessThan(2e-3)
    }
  })

  check('falls silent after its tail, and gives silence for silence', def, () => {
    for (const unit of [0.3, 0.6]) {
      const values = at(def, unit),
        seconds =
          (def.tail?.(values as never, { sampleRate: rate }) ?? 0) + (def.latency?.({ sampleRate: rate }) ?? 0) / rate,
        after = Math.ceil(seconds * rate),
        n = Math.min(after + 64 + 400, 200_000),
        start = 64
      const bench = open({ values, frames: n, real: 'f32' }),
        burst = inletsOf(def).map((_, k) => {
          const r = seeded(k + 5)
          return stereo(n, i => (i < start ? 0.5 * r() : 0))
        }),
        y = bench.run(burst)
      const last = Math.max(
          ...y.flatMap(pair => pair.flatMap(c => [...c.subarray(Math.min(n, start + after))].map(Math.abs))),
          0
        ),
        loudest = Math.max(...y.flatMap(pair => pair.flatMap(c => [...c].map(Math.abs))))
      expect(last, `after ${seconds} s at unit ${unit}`).toBeLessThanOrEqual(loudest * 1e-3)
      expect(energy(open({ values, real: 'f32' }).run(inletsOf(def).map(() => stereo(frames, () => 0))))).toBe(0)
    }
  })

  check('is late by what it declares', def, () => {
    const latency = def.latency?.({ sampleRate: rate }) ?? 0,
      values = { ...at(def, 0.5), ...def.neutral } as Settings,
      n = latency + 200
    if (!def.neutral) {
      expect(latency).toBeGreaterThanOrEqual(0)
      return
    }
    const x = inletsOf(def).map((_, k) => noise(k + 1, 0.05, n)),
      y = rig(def, { rate, frames: n, values, real: 'f32' }).run(x),
      want = stereo(n, (i, c) => (i < latency ? 0 : Math.fround(x[0]![c]![i - latency]!)))
    // Neutral settings give the input back, late by the latency, within the rounding of f32.
    expect(dB(energy(minus([y[0]!], [want])) / energy([want]))).toBeLessThan(-110)
  })

  check('is deterministic; a reset is a fresh start; the state goes on without one', def, () => {
    const bench = open({ real: 'f32' }),
      x = signals(def, 6),
      first = bench.run(x)
    bench.more(signals(def, 8))
    same(bench.run(x), first, 'after a reset')
    same(open({ real: 'f32' }).run(x), first, 'anew')
  })

  check(
    'starts as endless silence leaves it: zeros before the signal change nothing (or something, if it declares a clock)',
    def,
    () => {
      const before = 137,
        x = signals(def, 11).map((pair, k) => (inletsOf(def)[k]!.modulates ? stereo(frames, () => 0) : pair))
      const late = x.map(pair => stereo(frames + before, (i, c) => (i < before ? 0 : pair[c]![i - before]!))),
        y = open({ real: 'f32' }).run(x),
        z = open({ real: 'f32', frames: frames + before }).run(late)
      const shifted = z.map(pair => stereo(frames, (i, c) => pair[c]![i + before]!))
      if (def.clock)
        expect(
          firstDifference(shifted, y),
          'declares a clock, but its output does not depend on the time since the start'
        ).toBeDefined()
      else same(shifted, y)
    }
  )

  check('keeps the pairs of a lane group apart', def, () => {
    if (!def.kernel) {
      expect(def.run).toBeDefined()
      return
    }
    for (const connect of connections(def)) {
      const x = signals(def, 7),
        low = open({ real: 'f32', connect, pair: 0 }),
        high = open({ real: 'f32', connect, pair: 1 }),
        y = low.run(x, { keep: true }),
        w = y.map((_, k) => noise(80 + k))
      same(high.run(x, { keep: true }), y, wires(connect))
      const a = high.adjoint(w),
        b = low.adjoint(w)
      same(a.gx, b.gx, `gx ${wires(connect)}`)
      expect(a.gp).toEqual(b.gp)
    }
  })

  check('works at every sample rate', def, () => {
    for (const sampleRate of [8000, 44100, 48000, 96000, 192000])
      for (const unit of [0, 0.5, 1])
        expect(
          finite(
            rig(def, { rate: sampleRate, frames: 300, values: at(def, unit), real: 'f32' }).run(
              signals(def, 9, 0.5, 300)
            )
          ),
          `${sampleRate} Hz, unit ${unit}`
        ).toBe(true)
  })

  check('describes itself: schema, text and units go round', def, () => {
    for (const [name, param] of Object.entries(def.params as Params)) {
      expect(jsonSchema(param)).toMatchObject({
        default: param.default,
        description: expect.stringContaining(param.doc)
      })
      expect(problemOf(param, Number.NaN), `${name} takes NaN`).toBeTypeOf('string')
      if (param.kind === 'number') goRound(param)
    }
    expect(parse(def, {}).problems).toEqual([])
    const [name] = Object.keys(def.params)
    if (name) {
      expect(parse(def, { [`${name}x`]: 1 }).problems[0]!.message).toContain(name)
      expect(nearest(`${name}x`, Object.keys(def.params))).toContain(name)
    }
  })

  check('renders its examples', def, () => {
    for (const [title, values] of Object.entries(def.examples ?? {})) {
      const { values: full, problems } = parse(def, values as Settings)
      expect(problems, title).toEqual([])
      expect(finite(rig(def, { rate: 44100, frames, values: full, real: 'f32' }).run(signals(def, 10))), title).toBe(
        true
      )
    }
    expect(defaultsOf(def.params as Record<string, Param>)).toEqual(parse(def, {}).values)
  })
})

function goRound(param: NumberParam): void {
  for (const unit of [0, 0.25, 1]) {
    const value = fromUnit(param, unit)
    expect(toUnit(param, value)).toBeCloseTo(unit, param.integer ? 2 : 9)
    const back = read(param, show(param, value)) as number
    // Text has four significant digits.
    expect(Math.abs(back - value)).toBeLessThanOrEqual(6e-4 * Math.abs(value) + 1e-12)
  }
  const middle = fromUnit(param, 0.5),
    step = 1e-6
  if (!param.integer)
    expect(
      (fromUnit(param, 0.5 + step) - fromUnit(param, 0.5 - step)) / (2 * step) / slopeOfUnit(param, middle)
    ).toBeCloseTo(1, 6)
}

/** Relative error of the best of several steps: kinks spoil the long ones, rounding the short ones. */
function bestError(slope: number, f: (step: number) => number, floor = 1e-9): number {
  return Math.min(
    ...[1e-3, 1e-4, 1e-5, 1e-6, 1e-7].map(step => {
      const measured = (f(step) - f(-step)) / (2 * step)
      return Math.abs(measured - slope) / Math.max(Math.abs(slope), Math.abs(measured), floor)
    })
  )
}
