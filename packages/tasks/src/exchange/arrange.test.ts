import { clipOf } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { arranged, isWhole } from './arrange.ts'

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
