/** Before every file of tests: lists of numbers compare as numbers, where `toEqual` by itself takes microseconds for each. */
import { expect } from 'vitest'

type Numbers = ArrayLike<number>
const isNumbers = (x: unknown): x is Numbers => Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView))

/** @returns undefined where they are no numbers, or differ: `toEqual` then judges by itself, and shows how */
function equalNumbers(a: unknown, b: unknown): true | undefined {
  if (!isNumbers(a) || !isNumbers(b) || a.constructor !== b.constructor || a.length !== b.length) return undefined
  for (let i = 0; i < a.length; i++) if (typeof a[i] !== 'number' || !Object.is(a[i], b[i])) return undefined
  return true
}
expect.addEqualityTesters([equalNumbers])
