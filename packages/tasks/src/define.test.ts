import { amount, choice } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { task, TaskError } from './define.ts'

const double = task({
  id: 'double',
  title: 'Double',
  doc: 'Twice the size',
  options: { size: amount(0, 10, 1, 'How much') },
  run: async (_: object, { size }: { size: number }, __: object) => 2 * size
})

describe('options of a task', () => {
  it('have their defaults where they are missing or undefined', async () => {
    expect(await double.run({}, {}, {})).toBe(2)
    expect(await double.run({}, { size: 4 }, {})).toBe(8)
    expect(await double.run({}, JSON.parse('{}') as { size: number }, {})).toBe(2)
    // @ts-expect-error: as callers without types do
    expect(await double.run({}, { size: undefined }, {})).toBe(2)
  })
  it('are refused with place, value and remedy', async () => {
    await expect(double.run({}, { size: 11 }, {})).rejects.toThrow(
      new TaskError('double.size: 11 is not allowed; give 0 to 10')
    )
    await expect(double.run({}, { size: Number.NaN }, {})).rejects.toThrow(TaskError)
    // @ts-expect-error: a misspelt option does not compile either
    await expect(double.run({}, { sise: 1 }, {})).rejects.toThrow(
      'double.sise: no such option of double "sise"; did you mean size?'
    )
  })
})

describe('presets', () => {
  const options = { preset: choice(['small', 'large'], 'small', 'Which'), size: amount(0, 10, 1, 'How much') },
    presets = { small: { options: {} }, large: { options: { size: 8 } } },
    sized = task({
      id: 'sized',
      title: 'Sized',
      doc: 'Its size',
      options,
      presets,
      run: async (_: object, { size }: { size: number }, __: object) => size
    })
  it('stand in for defaults, and give way to what is given', async () => {
    expect(await sized.run({}, {}, {})).toBe(1)
    expect(await sized.run({}, { preset: 'large' }, {})).toBe(8)
    expect(await sized.run({}, { preset: 'large', size: 3 }, {})).toBe(3)
    // @ts-expect-error: as callers without types do
    await expect(sized.run({}, { preset: 'larch' }, {})).rejects.toThrow(
      'sized.preset: "larch" is not allowed; give small | large'
    )
  })
  it('are checked where they are declared', () => {
    const declared = (wrong: object) => () =>
      task({ id: 'x', title: 'X', doc: 'X', options, presets: wrong as typeof presets, run: async () => 0 })
    expect(declared({ huge: { options: {} } })).toThrow('preset huge is no value of an option "preset"')
    expect(declared({ large: { options: { size: 11 } } })).toThrow('preset large.size: 11 is not allowed; give 0 to 10')
    expect(declared({ large: { options: { sise: 1 } } })).toThrow('did you mean size')
  })
})
