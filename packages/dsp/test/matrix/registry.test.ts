/** What a processor says about itself. */
import { describe, expect, it } from 'vitest'
import type { NumberParam, Param, Params } from '../../src/define.ts'
import {
  defaultsOf,
  fromUnit,
  jsonSchema,
  nearest,
  parse,
  problemOf,
  read,
  show,
  slopeOfUnit,
  toUnit
} from '../../src/derive.ts'
import { processors } from '../../src/processors/index.ts'
import { rig, type Settings } from '../harness.ts'
import { all, check, everyProcessor, excused, registryFaults } from './matrix.ts'
import { finite, frames, signals } from './signals.ts'

describe('the registry', () => {
  it('has every file of the folder, under its id; the matrix runs only if so', () => {
    expect(registryFaults(['index.ts', 'gain.ts', 'gain.test.ts'], { gain: processors.gain })).toEqual([])
    expect(registryFaults(['gain.ts', 'echo.ts'], { gain: processors.gain })).toEqual([
      expect.stringContaining("processors/echo.ts has no entry 'echo'")
    ])
    expect(registryFaults(['gian.ts'], { gian: processors.gain })).toEqual([expect.stringContaining("'gain'")])
    expect(registryFaults([], { gain: processors.gain })).toEqual([expect.stringContaining('without a file')])
  })
  it('excuses only processors that exist', () => {
    const excusedIds = Object.values(excused).flatMap(e => Object.keys(e))
    expect(excusedIds.filter(id => !all.some(def => def.id === id))).toEqual([])
  })
})

everyProcessor(def => {
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
    for (const [title, settings] of Object.entries(def.examples ?? {})) {
      const { values, problems } = parse(def, settings as Settings)
      expect(problems, title).toEqual([])
      const y = rig(def, { rate: 44100, frames, values, real: 'f32' }).run(signals(def, 10))
      expect(finite(y), title).toBe(true)
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
  if (param.integer) return
  const step = 1e-6
  const slope = (fromUnit(param, 0.5 + step) - fromUnit(param, 0.5 - step)) / (2 * step)
  expect(slope / slopeOfUnit(param, fromUnit(param, 0.5))).toBeCloseTo(1, 6)
}
