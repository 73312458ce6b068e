import { expect, it } from 'vitest'
import { clipOf } from './clip.ts'

it('is silent outside its samples, before, after and on both sides', async () => {
  const clip = clipOf([Float32Array.of(1, 2, 3)], 44100)
  for (const [start, count, expected] of [
    [-5, 2, [0, 0]],
    [-1, 3, [0, 1, 2]],
    [2, 3, [3, 0, 0]],
    [7, 2, [0, 0]],
    [-1, 5, [0, 1, 2, 3, 0]]
  ] as const)
    expect([...(await clip.read(start, count))[0]!]).toEqual(expected)
})
