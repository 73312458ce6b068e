/** A processor in a stream: blocks, resets, neighbours in the lanes, what comes before a signal and after it. */
import { expect } from 'vitest'
import { inletsOf, slopeOfUnit } from '../../src/derive.ts'
import { firstDifference, type Settings, stereo } from '../harness.ts'
import { check, everyProcessor, same } from './matrix.ts'
import {
  at,
  connections,
  dB,
  differentiable,
  drawn,
  energy,
  frames,
  isSource,
  minus,
  noise,
  rate,
  seeded,
  signals,
  silence,
  wires,
  written
} from './signals.ts'

/** Sums of 600 products, taken in another order: of their size, times ten for terms that cancel. */
const rounding = { f32: 10 * frames * 2 ** -24, f64: 10 * frames * 2 ** -53 }
const blockings = [[1], [127, 128, 3], [64], [341, 2]]

everyProcessor((def, open) => {
  check('gives the same for any block sizes, forward and backward', def, () => {
    for (const connect of connections(def))
      for (const real of ['f32', 'f64'] as const)
        for (const values of [drawn(def, 1), at(def, 0.5)]) {
          const bench = open({ connect, real, values })
          const x = signals(def, 1)
          const y = bench.run(x, { keep: true })
          const gy = y.map((_, k) => noise(50 + k))
          const { gx, gp } = bench.adjoint(gy)
          const size = Math.sqrt(energy(y) * energy(gy)) || 1
          for (const blocks of blockings) {
            const place = `${wires(connect)}, ${real}, blocks ${blocks}, at ${written(def, values)}`
            same(bench.run(x, { blocks, keep: true }), y, place)
            const parts = bench.adjoint(gy, { blocks })
            same(parts.gx, gx, `gx ${place}`)
            for (const [name, param] of differentiable(def)) {
              const error = (Math.abs(parts.gp[name]! - gp[name]!) * slopeOfUnit(param, values[name] as number)) / size
              expect(error, `gp.${name} ${parts.gp[name]}, in one block ${gp[name]}, ${place}`).toBeLessThan(
                rounding[real]
              )
            }
            same(bench.run(x, { blocks }), y, `without tape ${place}`)
          }
        }
  })

  check('may write over what it reads: plans give an outlet the buffer of an inlet', def, () => {
    if (!def.kernel) {
      expect(def.run).toBeDefined()
      return
    }
    for (const connect of connections(def)) {
      const x = signals(def, 12)
      const y = open({ connect, real: 'f32' }).run(x, { blocks: [200] })
      for (const [inlet, { name, optional }] of inletsOf(def).entries())
        if (!optional || connect.includes(name))
          for (const outlet of y.keys()) {
            const over = open({ connect, real: 'f32', over: [outlet, inlet] })
            same(over.run(x, { blocks: [200] }), y, `outlet ${outlet} over ${name}, ${wires(connect)}`)
          }
    }
  })

  check('is deterministic; a reset is a fresh start; the state goes on without one', def, () => {
    const bench = open({ real: 'f32' })
    const x = signals(def, 6)
    const first = bench.run(x)
    bench.more(signals(def, 8))
    same(bench.run(x), first, 'after a reset')
    same(open({ real: 'f32' }).run(x), first, 'anew')
  })

  check('keeps the pairs of a lane group apart', def, () => {
    if (!def.kernel) {
      expect(def.run).toBeDefined()
      return
    }
    for (const connect of connections(def)) {
      const x = signals(def, 7)
      const low = open({ real: 'f32', connect, pair: 0 })
      const high = open({ real: 'f32', connect, pair: 1 })
      const y = low.run(x, { keep: true })
      const w = y.map((_, k) => noise(80 + k))
      same(high.run(x, { keep: true }), y, wires(connect))
      const a = high.adjoint(w)
      const b = low.adjoint(w)
      same(a.gx, b.gx, `gx ${wires(connect)}`)
      expect(a.gp).toEqual(b.gp)
      // What a kernel does with the lanes of the other pair, where it has an only one: above all where both channels of what
      // controls it swing alike, far and little.
      const shared = open({ real: 'f32', connect, values: drawn(def, 1) })
      const alone = open({ real: 'f32', connect, values: drawn(def, 1), only: true })
      for (const swing of [3, 0.1]) {
        const alike = x.map((pair, k) => (k ? stereo(frames, i => swing * pair[0][i]!) : pair))
        same(alone.run(alike, { blocks: [37, 64] }), shared.run(alike), `alone, ${swing}, ${wires(connect)}`)
      }
    }
  })

  const beginning = 'starts as endless silence leaves it: zeros before the signal change nothing'
  check(`${beginning} (or something, if it declares a clock)`, def, () => {
    const before = 137
    const x = signals(def, 11).map((pair, k) => (inletsOf(def)[k]!.modulates ? silence() : pair))
    const late = x.map(pair => stereo(frames + before, (i, c) => (i < before ? 0 : pair[c]![i - before]!)))
    const y = open({ real: 'f32' }).run(x)
    const z = open({ real: 'f32', frames: frames + before }).run(late)
    const shifted = z.map(pair => stereo(frames, (i, c) => pair[c]![i + before]!))
    if (!def.clock) same(shifted, y)
    else {
      const fault = 'declares a clock, but its output does not depend on the time since the start'
      expect(firstDifference(shifted, y), fault).toBeDefined()
    }
  })

  check('falls silent after its tail, and gives silence for silence, unless it is a source', def, () => {
    if (isSource(def)) {
      expect(energy(open({ real: 'f32' }).run(inletsOf(def).map(() => silence())))).toBeGreaterThan(0)
      return
    }
    for (const values of [at(def, 0.3), at(def, 0.6), drawn(def, 1), drawn(def, 2)]) {
      const env = { sampleRate: rate }
      const seconds = (def.tail?.(values as never, env) ?? 0) + (def.latency?.(env) ?? 0) / rate
      const start = 64
      const silent = start + Math.ceil(seconds * rate)
      const n = Math.min(silent + 400, 200_000)
      const burst = inletsOf(def).map((_, k) => {
        const random = seeded(k + 5)
        return stereo(n, i => (i < start ? 0.5 * random() : 0))
      })
      const levels = open({ values, frames: n, real: 'f32' })
        .run(burst)
        .flat()
        .map(channel => channel.map(Math.abs))
      const loudest = Math.max(...levels.map(c => c.reduce((most, v) => Math.max(most, v), 0)))
      const last = Math.max(
        ...levels.map(c => c.subarray(Math.min(n, silent)).reduce((most, v) => Math.max(most, v), 0))
      )
      expect(last, `after ${seconds} s at ${written(def, values)}`).toBeLessThanOrEqual(loudest * 1e-3)
      const quiet = open({ values, real: 'f32' }).run(inletsOf(def).map(() => silence()))
      expect(energy(quiet)).toBe(0)
    }
  })

  check('is late by what it declares', def, () => {
    const latency = def.latency?.({ sampleRate: rate }) ?? 0
    if (!def.neutral) {
      expect(latency).toBeGreaterThanOrEqual(0)
      return
    }
    const n = latency + 200
    const values = { ...drawn(def, 1), ...def.neutral } as Settings
    const x = inletsOf(def).map((_, k) => noise(k + 1, 0.05, n))
    const y = open({ frames: n, values, real: 'f32' }).run(x)
    const want = stereo(n, (i, c) => (i < latency ? 0 : Math.fround(x[0]![c]![i - latency]!)))
    // Neutral settings give the input back, late by the latency, within the rounding of f32.
    expect(dB(energy(minus([y[0]!], [want])) / energy([want]))).toBeLessThan(-110)
  })
})
