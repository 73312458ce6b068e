/** Numbers stay numbers: at every corner, at every sample rate, and in single precision close to double. */
import { expect } from 'vitest'
import { inletsOf, slopeOfUnit } from '../../src/derive.ts'
import { stereo } from '../harness.ts'
import { check, everyProcessor } from './matrix.ts'
import {
  at,
  connections,
  dB,
  differentiable,
  drawn,
  energy,
  finite,
  minus,
  noise,
  numbersOf,
  signals,
  single,
  wires,
  written
} from './signals.ts'

const shapes = {
  silence: () => 0,
  impulse: (i: number) => (i === 3 ? 1 : 0),
  square: (i: number) => (i % 40 < 20 ? 1 : -1),
  denormal: () => 1e-40
}

everyProcessor((def, open) => {
  /** All corners of the parameters' ranges, or 64 of them. */
  function corners(): Record<string, number>[] {
    const free = numbersOf(def).filter(([name]) => !def.kernel?.shape?.includes(name))
    const count = 2 ** free.length
    const upper = (k: number, j: number) => (count <= 64 ? k >> j : Math.imul(k + 1, 0x9e3779b1) >>> (j + 7)) & 1
    return Array.from({ length: Math.min(64, count) }, (_, k) =>
      Object.fromEntries(free.map(([name, param], j) => [name, upper(k, j) ? param.max : param.min]))
    )
  }
  check('stays finite at every corner, for silence, impulse, square and denormals', def, () => {
    const n = 200
    for (const corner of corners())
      for (const [title, shape] of Object.entries(shapes)) {
        const bench = open({ real: 'f32', values: { ...at(def, 0.5), ...corner }, frames: n })
        const x = inletsOf(def).map(() => stereo(n, shape))
        const y = bench.run(x, { keep: true })
        const { gx, gp } = bench.adjoint(y.map((_, k) => noise(9 + k, 0.5, n)))
        const good = finite(y) && finite(gx) && Object.values(gp).every(Number.isFinite)
        expect(good, `${title} at ${JSON.stringify(corner)}: NaN or infinity`).toBe(true)
      }
  })

  check('works at every sample rate', def, () => {
    const n = 300
    for (const sampleRate of [8000, 44100, 48000, 96000, 192000])
      for (const values of [at(def, 0), at(def, 0.5), at(def, 1), drawn(def, 1)]) {
        const bench = open({ rate: sampleRate, frames: n, values, real: 'f32' })
        expect(
          finite(bench.run(signals(def, 9, 0.5, n))),
          `${sampleRate} Hz, ${written(def, values)}: NaN or infinity`
        ).toBe(true)
      }
  })

  check('in f32 agrees with f64, forward and adjoint', def, () => {
    const exact = Object.entries(drawn(def, 1))
    const values = Object.fromEntries(exact.map(([name, v]) => [name, typeof v === 'number' ? Math.fround(v) : v]))
    for (const connect of connections(def)) {
      const x = single(signals(def, 4))
      const double = open({ connect, values })
      const f32 = open({ connect, values, real: 'f32' })
      const y = double.run(x, { keep: true })
      const z = f32.run(x, { keep: true })
      const w = single(y.map((_, k) => noise(60 + k)))
      const g = double.adjoint(w)
      const h = f32.adjoint(w)
      // One rounding is 2^-24 (-144 dB) of the signal; a recursion adds up the roundings of its memory (some hundred
      // samples: +25 dB), the polynomials of the kernels err by 3e-6 (-110 dB), sums of parameters over 600 samples by
      // 600 roundings.
      expect(dB(energy(minus(y, z)) / energy(y)), `output ${wires(connect)}`).toBeLessThan(-90)
      expect(dB(energy(minus(g.gx, h.gx)) / Math.max(energy(g.gx), 1e-20)), `gx ${wires(connect)}`).toBeLessThan(-80)
      const size = Math.sqrt(energy(y) * energy(w))
      for (const [name, param] of differentiable(def)) {
        const floor = (1e-4 * size) / slopeOfUnit(param, values[name] as number)
        const error = Math.abs(g.gp[name]! - h.gp[name]!) / (Math.abs(g.gp[name]!) + floor)
        expect(error, `${name} ${wires(connect)}`).toBeLessThan(2e-3)
      }
    }
  })
})
