import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import type { Evaluation } from './adam.ts'
import { directionText, hessianAt, identificationOf } from './curvature.ts'
import { symmetricEigen } from './eigen.ts'
import { levenbergMarquardt } from './gauss-newton.ts'
import { lbfgs } from './lbfgs.ts'

/** Rosenbrock's valley in any even number of dimensions; 0 at 1, 1, … */
const rosenbrock = (x: Float64Array): Evaluation => {
  const gradient = new Float64Array(x.length)
  let loss = 0
  for (let i = 0; i < x.length; i += 2) {
    const [a, b] = [x[i]!, x[i + 1]!]
    loss += (1 - a) ** 2 + 100 * (b - a * a) ** 2
    gradient[i] = 2 * (a - 1) - 400 * a * (b - a * a)
    gradient[i + 1] = 200 * (b - a * a)
  }
  return { loss, gradient }
}
/** ½ (x - centre)ᵀ A (x - centre), into one array again and again, as an engine would. */
const quadratic = (a: readonly number[][], centre: readonly number[]) => {
  const gradient = new Float64Array(centre.length)
  return (x: Float64Array): Evaluation => {
    a.forEach((row, i) => (gradient[i] = row.reduce((sum, v, j) => sum + v * (x[j]! - centre[j]!), 0)))
    return { loss: gradient.reduce((sum, g, i) => sum + (g * (x[i]! - centre[i]!)) / 2, 0), gradient }
  }
}

describe('lbfgs', () => {
  it('walks down Rosenbrock’s valley', () => {
    const { x, loss, first, evaluations } = lbfgs(Float64Array.of(-1.2, 1, -1.2, 1), rosenbrock, { iterations: 100 })
    expect(first).toBeCloseTo(48.4, 9)
    expect(loss).toBeLessThan(1e-15)
    for (const v of x) expect(v).toBeCloseTo(1, 7)
    // Published counts for this start are 35 to 60; steepest descent takes thousands.
    expect(evaluations).toBeLessThan(80)
    expect(lbfgs(Float64Array.of(-1.2, 1), rosenbrock, { iterations: 100, evaluations: 7 }).evaluations).toBe(7)
  })
  it('ends where so many steps bring too small a share', () => {
    const lifted = (by: number) => (x: Float64Array) => ({ ...rosenbrock(x), loss: rosenbrock(x).loss + by }),
      how = { iterations: 100, worth: 0.005 },
      from = (by: number, patience = 3) => lbfgs(Float64Array.of(-1.2, 1), lifted(by), { ...how, patience })
    // Of a loss that goes to 0 every step brings a large share; on top of 1000 all that is to come, 24.2, soon brings too little.
    expect(from(0).loss).toBeLessThan(1e-15)
    expect(from(1000).evaluations).toBeLessThan(from(0).evaluations / 2)
    expect(from(1000).loss).toBeLessThan(1000 + 24.2 / 2)
    // However many it learns from.
    expect(from(1000).evaluations).toBeLessThan(from(1000, 10).evaluations)
  })
  it('finds the least inside a box, where it is not the cut-off least outside', () => {
    // A couples both: with x₀ held at 1, x₁ = 2 - (1 - 3) · 1 / 2 · -1 … from row 1: (x₀ - 3) + 2 (x₁ - 2) = 0.
    const { x, loss } = lbfgs(
      Float64Array.of(0, 0),
      quadratic(
        [
          [2, 1],
          [1, 2]
        ],
        [3, 2]
      ),
      {
        iterations: 50,
        bounds: { lower: [-1, -1], upper: [1, 5] }
      }
    )
    expect(x[0]).toBe(1)
    expect(x[1]).toBeCloseTo(3, 7)
    // ½ (2 · 4 + 2 · -2 + 2 · 1) with d = (-2, 1).
    expect(loss).toBeCloseTo(3, 9)
  })
  it('lets go of a bound that it was driven against', () => {
    // At the start the first number would fall below 0; once the second has come up, it would rise.
    const visited: Float64Array[] = [],
      valley = quadratic(
        [
          [2, -1.9],
          [-1.9, 2]
        ],
        [3, 3]
      ),
      { x } = lbfgs(Float64Array.of(0, -5), v => (visited.push(v.slice()), valley(v)), {
        iterations: 50,
        bounds: { lower: [0, -5], upper: [10, 10] }
      })
    expect(visited.slice(0, 2).every(v => v[0] === 0)).toBe(true)
    expect(visited.every(v => v.every((value, i) => value >= [0, -5][i]! && value <= 10))).toBe(true)
    for (const v of x) expect(v).toBeCloseTo(3, 6)
  })
  it('meets the conditions of a least inside boxes, whatever couples the numbers', () => {
    const random = createRandom(5)
    for (let t = 0; t < 10; t++) {
      // Bᵀ diag(1 … 1024) B: ill-conditioned and dense.
      const n = 6,
        b = Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal())),
        a = b.map((_, i) => b.map((_, j) => b.reduce((sum, row, k) => sum + 4 ** k * row[i]! * row[j]!, 0))),
        evaluate = quadratic(
          a,
          b.map(() => 2 * random.normal())
        ),
        bounds = { lower: new Float64Array(n).fill(-1), upper: new Float64Array(n).fill(1) },
        { x } = lbfgs(new Float64Array(n), evaluate, { iterations: 300, bounds, tolerance: 1e-7 }),
        { gradient } = evaluate(x)
      x.forEach((v, i) => {
        if (v === -1) expect(gradient[i]).toBeGreaterThan(-1e-7)
        else if (v === 1) expect(gradient[i]).toBeLessThan(1e-7)
        else expect(Math.abs(gradient[i]!)).toBeLessThan(1e-5)
      })
    }
  })
  it('goes far where the slope does not rise', () => {
    // ln (1 + (x - 300)²) bends down until 1 before its least: no curvature to learn, and a slope of 1/150.
    const far = (x: Float64Array): Evaluation => {
      const d = x[0]! - 300
      return { loss: Math.log(1 + d * d), gradient: Float64Array.of((2 * d) / (1 + d * d)) }
    }
    expect(lbfgs(Float64Array.of(0), far, { iterations: 20 }).x[0]).toBeCloseTo(300, 5)
  })
  it('ends at kinks and steps back from what is not finite', () => {
    const kinked = (x: Float64Array): Evaluation => ({
        loss: Math.abs(x[0]! - 1) + 3 * Math.abs(x[1]! + 2),
        gradient: Float64Array.of(Math.sign(x[0]! - 1), 3 * Math.sign(x[1]! + 2))
      }),
      barred = (x: Float64Array): Evaluation => ({
        loss: x[0]! - Math.log(x[0]!),
        gradient: Float64Array.of(1 - 1 / x[0]!)
      })
    expect(lbfgs(Float64Array.of(5, 7), kinked, { iterations: 100 }).loss).toBeLessThan(1e-3)
    expect(lbfgs(Float64Array.of(20), barred, { iterations: 100 }).x[0]).toBeCloseTo(1, 6)
    expect(() => lbfgs(Float64Array.of(-1), barred, { iterations: 1 })).toThrow('not finite at the start')
    expect(() => lbfgs(Float64Array.of(1), barred, { iterations: 1, bounds: { lower: [2], upper: [1] } })).toThrow(
      'not at most'
    )
  })
})

describe('levenbergMarquardt', () => {
  /** a e^(-b t) + c, with the exact columns. */
  const times = Array.from({ length: 40 }, (_, i) => i / 10),
    curve = (a: number, b: number, c: number) => times.map(t => a * Math.exp(-b * t) + c),
    fit = (data: readonly number[]) => {
      const residuals = new Float64Array(data.length)
      return (x: Float64Array) => {
        const [a, b, c] = x as unknown as [number, number, number]
        curve(a, b, c).forEach((v, i) => (residuals[i] = v - data[i]!))
        return {
          residuals,
          jacobian: () => [
            Float64Array.from(times, t => Math.exp(-b * t)),
            Float64Array.from(times, t => -a * t * Math.exp(-b * t)),
            new Float64Array(times.length).fill(1)
          ]
        }
      }
    }
  it('finds the numbers of a curve again', () => {
    const { x, loss, first } = levenbergMarquardt(Float64Array.of(1, 0.1, 0), fit(curve(3, 1.7, -0.5)), {
      iterations: 30
    })
    expect([...x].map((v, i) => v - [3, 1.7, -0.5][i]!).every(e => Math.abs(e) < 1e-7)).toBe(true)
    expect(loss).toBeLessThan(1e-14 * first)
  })
  it('keeps to its bounds, and there fits the rest', () => {
    const { x } = levenbergMarquardt(Float64Array.of(1, 0.1, 0), fit(curve(3, 1.7, -0.5)), {
        iterations: 50,
        bounds: { lower: [0, 0, -0.2], upper: [9, 9, 9] }
      }),
      free = levenbergMarquardt(
        Float64Array.of(1, 0.1),
        y => {
          const { residuals, jacobian } = fit(curve(3, 1.7, -0.5))(Float64Array.of(y[0]!, y[1]!, -0.2))
          return { residuals, jacobian: () => jacobian().slice(0, 2) }
        },
        { iterations: 50 }
      )
    expect(x[2]).toBe(-0.2)
    expect(x[0]).toBeCloseTo(free.x[0]!, 5)
    expect(x[1]).toBeCloseTo(free.x[1]!, 5)
  })
  it('leaves alone what no residual depends on, and refuses what is not finite', () => {
    const { x } = levenbergMarquardt(
      Float64Array.of(5, 7),
      y => ({ residuals: Float64Array.of(y[0]! - 2), jacobian: () => [Float64Array.of(1), Float64Array.of(0)] }),
      { iterations: 20 }
    )
    expect(x[0]).toBeCloseTo(2, 9)
    expect(x[1]).toBe(7)
    expect(() => levenbergMarquardt(Float64Array.of(Number.NaN, 1, 1), fit(curve(1, 1, 1)), { iterations: 1 })).toThrow(
      'not finite'
    )
  })
})

describe('symmetricEigen', () => {
  it('finds known values and directions, smallest first', () => {
    // The second difference matrix: 2 - 2 cos(kπ / (n + 1)).
    const n = 8,
      matrix = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j): number => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))
      ),
      { values, vectors } = symmetricEigen(matrix)
    values.forEach((v, k) => expect(v).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12))
    vectors.forEach((v, k) =>
      matrix.forEach((row, i) =>
        expect(row.reduce((sum, a, j) => sum + a * v[j]!, 0)).toBeCloseTo(values[k]! * v[i]!, 12)
      )
    )
    expect(vectors[2]!.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(1, 12)
  })
})

describe('curvature', () => {
  const hessian = (a: readonly number[][]) =>
    hessianAt(
      new Float64Array(a.length).fill(0.3),
      quadratic(
        a,
        a.map(() => 0.3)
      ),
      0.01
    )
  it('finds the matrix of a quadratic again, at a bound too', () => {
    const a = [
        [4, 1, 0],
        [1, 3, -1],
        [0, -1, 2]
      ],
      bounds = { lower: [0.3, 0.295, -1], upper: [1, 1, 0.3] }
    for (const found of [
      hessian(a),
      hessianAt(new Float64Array(3).fill(0.3), quadratic(a, [0, 0, 0]), [0.1, 0.1, 1], bounds)
    ])
      found.forEach((row, i) => row.forEach((v, j) => expect(v).toBeCloseTo(a[i]![j]!, 9)))
    expect(() => hessianAt(Float64Array.of(1), quadratic([[1]], [0]), 0.1, { lower: [1], upper: [1] })).toThrow(
      'cannot move'
    )
  })
  it('says how far each knob may move, the others following', () => {
    // The inverse of [[4, 1], [1, 3]] is [[3, -1], [-1, 4]] / 11.
    const { uncertainties, unidentified } = identificationOf(
      hessian([
        [4, 1],
        [1, 3]
      ]),
      ['a', 'b'],
      0.01,
      10
    )
    expect(uncertainties[0]).toBeCloseTo(Math.sqrt((0.02 * 3) / 11), 9)
    expect(uncertainties[1]).toBeCloseTo(Math.sqrt((0.02 * 4) / 11), 9)
    expect(unidentified).toEqual([])
  })
  it('names the knobs that only their sum is known of', () => {
    // ½ (a + b)² · 6 + ½ c²: a - b is free.
    const { uncertainties, unidentified } = identificationOf(
      hessian([
        [6, 6, 0],
        [6, 6, 0],
        [0, 0, 1]
      ]),
      ['pre.gain', 'post.gain', 'pan'],
      0.005,
      5
    )
    expect(unidentified).toHaveLength(1)
    expect(unidentified[0]!.knobs.map(({ name }) => name).sort()).toEqual(['post.gain', 'pre.gain'])
    expect(unidentified[0]!.knobs[0]!.share * unidentified[0]!.knobs[1]!.share).toBeCloseTo(-0.5, 9)
    expect(directionText(unidentified[0]!)).toMatch(/(up 0\.71.*down 0\.71)|(down 0\.71.*up 0\.71)/)
    expect(uncertainties[2]).toBeCloseTo(0.1, 9)
    // 5 along the diagonal, and √(0.01 / 12) across it.
    expect(uncertainties[0]).toBeCloseTo(Math.sqrt(25 / 2 + 0.01 / 12 / 2), 6)
  })
  it('calls a direction that falls one, and refuses nonsense', () => {
    const { unidentified } = identificationOf(
      hessian([
        [1, 0],
        [0, -2]
      ]),
      ['a', 'b'],
      0.1,
      1
    )
    expect(unidentified).toEqual([
      {
        curvature: expect.closeTo(-2, 9),
        reach: Number.POSITIVE_INFINITY,
        knobs: [{ name: 'b', share: expect.any(Number) }]
      }
    ])
    expect(() => identificationOf(hessian([[1]]), ['a'], 0, 1)).toThrow('more than 0')
    expect(() => identificationOf(hessian([[1]]), [], 1, 1)).toThrow('0 names for 1')
  })
})
