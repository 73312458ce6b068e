/** A processor in a stream: blocks, resets, neighbours in the lanes, what comes before a signal and after it. */
import { expect } from 'vitest'
import { inletsOf } from '../../src/derive.ts'
import { firstDifference, type Settings, stereo } from '../harness.ts'
import { check, everyProcessor, same } from './matrix.ts'
import { at, connections, dB, energy, frames, minus, noise, rate, seeded, signals, silence, wires } from './signals.ts'

const blockings = [[1], [127, 128, 3], [64], [341, 2]]

everyProcessor((def, open) => {
  check('gives the same for any block sizes, bit for bit, forward and backward', def, () => {
    for (const connect of connections(def))
      for (const real of ['f32', 'f64'] as const) {
        const bench = open({ connect, real })
        const x = signals(def, 1)
        const y = bench.run(x, { keep: true })
        const gy = y.map((_, k) => noise(50 + k))
        const { gx } = bench.adjoint(gy)
        for (const blocks of blockings) {
          const place = `${wires(connect)}, ${real}, blocks ${blocks}`
          same(bench.run(x, { blocks, keep: true }), y, place)
          same(bench.adjoint(gy, { blocks }).gx, gx, `gx ${place}`)
          same(bench.run(x, { blocks }), y, `without tape ${place}`)
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

  check('falls silent after its tail, and gives silence for silence', def, () => {
    for (const unit of [0.3, 0.6]) {
      const values = at(def, unit)
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
      expect(last, `after ${seconds} s at unit ${unit}`).toBeLessThanOrEqual(loudest * 1e-3)
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
    const values = { ...at(def, 0.5), ...def.neutral } as Settings
    const x = inletsOf(def).map((_, k) => noise(k + 1, 0.05, n))
    const y = open({ frames: n, values, real: 'f32' }).run(x)
    const want = stereo(n, (i, c) => (i < latency ? 0 : Math.fround(x[0]![c]![i - latency]!)))
    // Neutral settings give the input back, late by the latency, within the rounding of f32.
    expect(dB(energy(minus([y[0]!], [want])) / energy([want]))).toBeLessThan(-110)
  })
})
