import { amount } from '@mixwright/dsp'
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
