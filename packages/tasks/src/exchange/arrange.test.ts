import { clipOf } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { arranged, isWhole, unrolled } from './arrange.ts'

const clip = { file: 'a', start: 0, offset: 0, length: 1, gain: 1, fadeIn: 0, fadeOut: 0 },
  sources = new Map([
    ['a', clipOf([Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)], 10)],
    ['b', clipOf([new Float32Array(10).fill(1), new Float32Array(10).fill(2)], 10)]
  ])

it('clips stand where they begin, cut, turned, faded and summed; whatever is read of them', async () => {
  const track = arranged(
    [
      { ...clip, start: 0.5, offset: 0.2, length: 0.4, gain: -0.5 },
      { ...clip, file: 'b', start: 0.7, length: 0.5, fadeIn: 0.2, fadeOut: 0.2 }
    ],
    sources,
    10
  )
  expect([track.frames, track.channels]).toEqual([12, 2])
  const whole = (await track.read(0, 12)).map(channel => [...channel])
  expect(whole[0]).toEqual([0, 0, 0, 0, 0, -1.5, -2, -2.5, -2.5, 1, 1, 0.5])
  expect(whole[1]).toEqual([0, 0, 0, 0, 0, -1.5, -2, -2.5, -2, 2, 2, 1])
  expect([...(await track.read(8, 3))[0]!]).toEqual(whole[0]!.slice(8, 11))
})
it('a clip longer than its file ends with it', () => {
  expect(arranged([{ ...clip, length: 5 }], sources, 10).frames).toBe(10)
})
it('only one untouched file is whole', () => {
  expect(isWhole([clip], 1)).toBe(true)
  for (const other of [{ start: 1 }, { offset: 0.1 }, { gain: 0.5 }, { fadeIn: 0.1 }, { length: 0.5 }])
    expect(isWhole([{ ...clip, ...other }], 1)).toBe(false)
  expect(isWhole([clip, clip], 1)).toBe(false)
})

it('files that begin again become clips that do not', () => {
  const clip = { file: 'a', start: 2, offset: 3, length: 9, gain: 0.5, fadeIn: 0.1, fadeOut: 0.2, loop: true as const },
    made = unrolled([clip, { ...clip, length: 1 }], () => 4)!
  expect(made.map(({ start, offset, length, fadeIn, fadeOut }) => [start, offset, length, fadeIn, fadeOut])).toEqual([
    [2, 3, 1, 0.1, 0],
    [3, 0, 4, 0, 0],
    [7, 0, 4, 0, 0.2],
    [2, 3, 1, 0.1, 0.2]
  ])
  expect(made.every(one => !('loop' in one))).toBe(true)
  expect(unrolled([{ ...clip, length: 80_000 }], () => 0.001)).toBeUndefined()
})
