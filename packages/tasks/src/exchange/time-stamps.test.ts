import { describe, expect, it } from 'vitest'
import { startsOf, type Stamped } from './time-stamps.ts'

const file = (name: string, seconds?: number, sampleRate = 48000, length = 60): Stamped => ({
  name,
  sampleRate,
  frames: length * sampleRate,
  ...(seconds !== undefined && { timeReference: Math.round(seconds * sampleRate) })
})

describe('time stamps', () => {
  it('that differ say who begins when, whatever the rates', () => {
    const { start, delays, remark } = startsOf([
      file('Kick', 36_000),
      file('Vox', 36_012.345, 44100),
      file('Bass', 36_000, 96000)
    ])
    expect(start).toBe(36_000)
    expect(delays).toEqual([0, expect.closeTo(12.345, 4), 0])
    expect(remark).toBe('aligned by their time stamps (BWF): up to 12.345 s apart (Vox begins last)')
  })
  it('that are equal, or that nobody has, move nothing and need no word', () => {
    expect(startsOf([file('a', 100, 44100), file('b', 100, 48000)])).toEqual({ start: 100, delays: [0, 0] })
    expect(startsOf([file('a'), file('b')])).toEqual({ delays: [0, 0] })
    expect(startsOf([file('a', 0), file('b')])).toEqual({ delays: [0, 0] })
    expect(startsOf([])).toEqual({ delays: [] })
  })
  it.each<[string, Stamped[], RegExp]>([
    ['one has none', [file('a', 5), file('b'), file('c', 7)], /1 of 3 files have none \(the first: b\)/],
    ['a day lies between', [file('a', 0), file('b', 90_000)], /more than a day apart \(25 hours\)/],
    ['for hours nothing would play', [file('a', 0), file('b', 50), file('c', 9000)], /before c nothing would play/]
  ])('are not used where %s', (_, files, remark) => {
    const { start, delays, remark: said } = startsOf(files)
    expect(start).toBeUndefined()
    expect(delays).toEqual(files.map(() => 0))
    expect(said).toMatch(remark)
  })
  it('may leave an hour with something in it', () => {
    expect(startsOf([file('a', 0, 48000, 4000), file('b', 7000, 48000)]).delays).toEqual([0, 7000])
  })
})
