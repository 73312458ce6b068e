/** Adjoints against central differences and against the dot-product test, in double precision. */
import { expect } from 'vitest'
import { inletsOf, outletsOf, slopeOfUnit } from '../../src/derive.ts'
import { check, everyProcessor } from './matrix.ts'
import {
  at,
  bestError,
  connections,
  differentiable,
  dot,
  energy,
  minus,
  noise,
  plus,
  seeded,
  signals,
  silence,
  wires
} from './signals.ts'

everyProcessor((def, open) => {
  check('has an adjoint that agrees with central differences, in one random direction', def, () => {
    for (const connect of connections(def)) for (const unit of [0.2, 0.5, 0.8]) agrees(connect, unit)
  })
  function agrees(connect: string[], unit: number): void {
    const values = at(def, unit)
    const place = `${wires(connect)} at unit ${unit}`
    const random = seeded(unit * 100 + connect.length)
    const x = signals(def, 2)
    const bench = open({ values, connect })
    const y = bench.run(x, { keep: true })
    const w = y.map((_, k) => noise(70 + k))
    const { gx, gp } = bench.adjoint(w)
    const isConnected = inletsOf(def).map(inlet => !inlet.optional || connect.includes(inlet.name))
    const dx = inletsOf(def).map((inlet, k) =>
      isConnected[k] ? noise(90 + k, inlet.modulates ? 0.05 : 0.5) : silence()
    )
    const dp = differentiable(def).map(
      ([name, param]) => [name, slopeOfUnit(param, values[name] as number) * 0.2 * random()] as const
    )
    const changed = (deltas: readonly (readonly [string, number])[], step: number) => ({
      ...values,
      ...Object.fromEntries(deltas.map(([name, d]) => [name, (values[name] as number) + step * d]))
    })
    const slope = dot(gx, dx) + dp.reduce((s, [name, d]) => s + gp[name]! * d, 0)
    const moved = (step: number) => dot(open({ connect, values: changed(dp, step) }).run(plus(x, dx, step)), w)
    expect(bestError(slope, moved), place).toBeLessThan(1e-5)
    // A parameter that hardly matters here is measured against the size of the output, which bounds the rounding of the
    // difference.
    const floor = 1e-7 * Math.sqrt(energy(y) * energy(w))
    for (const [name, param] of differentiable(def)) {
      const scale = slopeOfUnit(param, values[name] as number) * 0.1
      const one = (step: number) => dot(open({ connect, values: changed([[name, scale]], step) }).run(x), w)
      expect(bestError(gp[name]! * scale, one, floor), `${name} ${place}`).toBeLessThan(1e-5)
    }
  }

  check('passes the dot-product test <J v, w> = <v, J* w>', def, () => {
    for (const connect of connections(def)) {
      const bench = open({ connect })
      const x = signals(def, 3)
      const w = outletsOf(def).map((_, k) => noise(30 + k))
      const v = inletsOf(def).map((inlet, k) => (inlet.optional ? silence() : noise(40 + k)))
      const y = bench.run(x, { keep: true })
      const { gx } = bench.adjoint(w)
      const back = dot(gx, v)
      if (def.linear) {
        // Linear in its main inlets: J v is the answer to v itself.
        const answer = minus(bench.run(plus(x, v)), y)
        const error = Math.abs(dot(answer, w) - back) / Math.sqrt(energy(answer) * energy(w))
        expect(error, wires(connect)).toBeLessThan(1e-12)
      } else {
        const forth = (step: number) => dot(bench.run(plus(x, v, step)), w)
        expect(bestError(back, forth), wires(connect)).toBeLessThan(1e-5)
      }
    }
  })
})
