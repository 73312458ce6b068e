/** Adjoints against central differences and against the dot-product test, in double precision. */
import { expect } from 'vitest'
import { inletsOf, outletsOf, slopeOfUnit } from '../../src/derive.ts'
import { type Settings, type Stereo, stereo } from '../harness.ts'
import { check, everyProcessor } from './matrix.ts'
import {
  at,
  compared,
  connections,
  differentiable,
  dot,
  drawn,
  energy,
  frames,
  minus,
  noise,
  plus,
  seeded,
  signals,
  silence,
  wires,
  written
} from './signals.ts'

/** From -52 dB to 0 dB and back, twice: through the thresholds and knees of dynamics. */
const swelling = (list: readonly Stereo[]): Stereo[] =>
  list.map(pair => stereo(frames, (i, c) => pair[c]![i]! * Math.exp(-3 - 3 * Math.cos((4 * Math.PI * i) / frames))))
/** Left and right the same. */
const mono = (list: readonly Stereo[]): Stereo[] => list.map(([left]) => [left, left])

everyProcessor((def, open) => {
  const places = [at(def, 0.5), drawn(def, 1), drawn(def, 2), drawn(def, 3)]

  check('writes every sample of its outlets and of gx, and adds into gp', def, () => {
    for (const connect of connections(def)) {
      const bench = open({ connect })
      const y = bench.run(signals(def, 2), { keep: true })
      const w = y.map((_, k) => noise(70 + k))
      const { gx, gp } = bench.adjoint(w)
      const faults = [...missing('y', bench.outlets, y), ...missing('gx', bench.inlets, gx)]
      if (faults.length) expect.fail([`${wires(connect)}:`, ...faults].join('\n  '))
      for (const [name, param] of differentiable(def)) {
        const size = Math.sqrt(energy(y) * energy(w)) / slopeOfUnit(param, drawn(def, 1)[name] as number)
        const again = bench.adjoint(w, { gp: { [name]: size } }).gp[name]!
        const fault = `gp.${name} is not added to: ${gp[name]} begun at 0, ${again} begun at ${size}`
        // Sums of 600 products in double precision: 600 × 2^-53 of their size.
        expect(Math.abs(again - size - gp[name]!), fault).toBeLessThan(1e-12 * (Math.abs(gp[name]!) + size))
      }
    }
  })

  const differences: typeof check = (name, _, body) =>
    check(name, def, body, def.decisions && `it takes as given ${def.decisions}`)
  differences(
    'has an adjoint that agrees with central differences: each parameter, each inlet, all at once',
    def,
    () => {
      const weights = new Map(differentiable(def).map(([name]) => [name, 0]))
      for (const connect of connections(def)) for (const values of places) agrees(connect, values, weights)
      const idle = [...weights].filter(([, weight]) => weight < 1e-6).map(([name]) => name)
      expect(idle, 'parameters on which the output depends at none of the settings').toEqual([])
    }
  )
  /** Names what is wrong; notes in `weights` how much the output depends on each parameter. */
  function agrees(connect: string[], values: Settings, weights: Map<string, number>): void {
    const x = swelling(signals(def, 2))
    const bench = open({ values, connect })
    const y = bench.run(x, { keep: true })
    const w = y.map((_, k) => noise(70 + k))
    const { gx, gp } = bench.adjoint(w)
    // Silent at these settings: any size will do.
    const size = Math.sqrt(energy(y) * energy(w)) || 1
    const faults: string[] = []
    /** Along changes of parameters `dp`, in units of `scale`, and of inlets. */
    const along = (what: string, dp: readonly Change[], dx?: readonly Stereo[], floor?: number, scale = 1) => {
      const slope = dp.reduce((s, [name, d]) => s + gp[name]! * d, dx ? dot(gx, dx) : 0)
      const { measured, error } = compared(
        slope,
        step => dot(open({ connect, values: changed(values, dp, step) }).run(dx ? plus(x, dx, step) : x), w),
        floor
      )
      if (!(error < 1e-5)) faults.push(disagreement(what, slope / scale, measured / scale, error))
    }
    for (const [name, param] of differentiable(def)) {
      const scale = slopeOfUnit(param, values[name] as number) * 0.1
      // A parameter that hardly matters here is measured against the size of the output, which bounds the rounding of
      // the difference.
      along(`d/d ${name}`, [[name, scale]], undefined, 1e-7 * size || undefined, scale)
      weights.set(name, Math.max(weights.get(name)!, Math.abs(gp[name]! * scale) / (size || 1)))
    }
    const dx = directions(connect)
    for (const [k, inlet] of inletsOf(def).entries())
      if (energy([dx[k]!]) > 0)
        along(
          `along a random signal in ${inlet.name}`,
          [],
          dx.map((d, j) => (j === k ? d : silence()))
        )
    const random = seeded(connect.length)
    const dp = differentiable(def).map(
      ([name, param]) => [name, slopeOfUnit(param, values[name] as number) * 0.2 * random()] as const
    )
    along('in one random direction of everything', dp, dx)
    if (faults.length) expect.fail([`${wires(connect)}, at ${written(def, values)}:`, ...faults].join('\n  '))
  }
  /** Noise for each inlet that is connected. */
  const directions = (connect: string[]): Stereo[] =>
    inletsOf(def).map((inlet, k) =>
      !inlet.optional || connect.includes(inlet.name) ? noise(90 + k, inlet.modulates ? 0.05 : 0.5) : silence()
    )

  differences('has an adjoint that agrees along mono signals, where both channels tie at every sample', def, () => {
    for (const connect of connections(def)) {
      const bench = open({ connect })
      const x = mono(signals(def, 5))
      const w = bench.run(x, { keep: true }).map((_, k) => noise(20 + k))
      const dx = mono(directions(connect))
      const slope = dot(bench.adjoint(w).gx, dx)
      const { measured, error } = compared(slope, step => dot(bench.run(plus(x, dx, step)), w))
      expect(error, disagreement(wires(connect), slope, measured, error)).toBeLessThan(1e-5)
    }
  })

  check('passes the dot-product test <J v, w> = <v, J* w>', def, () => {
    for (const connect of connections(def)) {
      const bench = open({ connect })
      const x = signals(def, 3)
      const w = outletsOf(def).map((_, k) => noise(30 + k))
      const v = inletsOf(def).map((inlet, k) => (inlet.optional ? silence() : noise(40 + k)))
      const y = bench.run(x, { keep: true })
      const { gx } = bench.adjoint(w)
      const back = dot(gx, v)
      if (def.decisions) {
        const error = Math.abs(dot(y, w) - dot(gx, x)) / Math.sqrt(energy(y) * energy(w))
        expect(error, wires(connect)).toBeLessThan(1e-12)
      } else if (def.linear) {
        // Linear in its main inlets: J v is the answer to v itself.
        const answer = minus(bench.run(plus(x, v)), y)
        const error = Math.abs(dot(answer, w) - back) / Math.sqrt(energy(answer) * energy(w))
        expect(error, wires(connect)).toBeLessThan(1e-12)
      } else {
        const { measured, error } = compared(back, step => dot(bench.run(plus(x, v, step)), w))
        expect(error, disagreement(wires(connect), back, measured, error)).toBeLessThan(1e-5)
      }
    }
  })
})

/** A parameter, and how far it moves. */
type Change = readonly [name: string, delta: number]
const changed = (values: Settings, changes: readonly Change[], step: number): Settings => ({
  ...values,
  ...Object.fromEntries(changes.map(([name, d]) => [name, (values[name] as number) + step * d]))
})
const disagreement = (what: string, adjoint: number, measured: number, error: number) =>
  `${what}: adjoint ${adjoint.toPrecision(6)}, central difference ${measured.toPrecision(6)}, relative error ${error.toExponential(1)}`

/** Samples that still are the NaN of before the call, or are NaN for another reason. */
const missing = (array: string, names: readonly string[], list: readonly Stereo[]): string[] =>
  list.flatMap((pair, k) =>
    pair.flatMap((c, channel) => {
      const i = c.findIndex(Number.isNaN)
      const cause = `not written, added to instead of written, or computed as NaN (${array} is full of NaN before)`
      return i < 0 ? [] : [`${array}.${names[k]}, ${channel ? 'right' : 'left'}, sample ${i}: ${cause}`]
    })
  )
