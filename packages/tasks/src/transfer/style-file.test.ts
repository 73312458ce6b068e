import { clipOf } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { rate, snare } from '../../test/stems.ts'
import { measureStyle } from './style.ts'
import { parseStyle, parseStyleList, writeStyle } from './style-file.ts'

describe('a style file', () => {
  it('gives back what was measured, and no audio', async () => {
    const { style } = await measureStyle(clipOf([snare(4)], rate), 'snare', { kernels }),
      text = writeStyle(style)
    expect(parseStyle(text, 'x.json')).toEqual(style)
    // 4 s of sound would be 176400 numbers.
    expect(text.split(',').length).toBeLessThan(20000)
  })
  it('is refused with place and remedy where it is none', async () => {
    const { style } = await measureStyle(clipOf([snare(4)], rate), 'snare', { kernels }),
      broken = (change: object) => () =>
        parseStyle(JSON.stringify({ ...JSON.parse(writeStyle(style)), ...change }), 'x.json')
    expect(() => parseStyle('{', 'x.json')).toThrow('x.json: this is no style, not even JSON; measure it again')
    expect(() => parseStyle('[]', 'x.json')).toThrow('x.json: this is no style')
    expect(broken({ version: 9 })).toThrow('a style of version 9, known is')
    expect(broken({ levels: [1] })).toThrow('"levels" is not as it should be')
    expect(broken({ tone: [[1, 2]] })).toThrow('"tone" is not as it should be')
    expect(broken({ spectra: null })).toThrow('"spectra" is not as it should be')
    expect(broken({ loudness: null })).toThrow('"loudness" is not as it should be')
  })
})

describe('a list of styles', () => {
  it('has names, files and weights', () => {
    expect(parseStyleList('warm:0.7, broadcast:.3,C:\\my.json,neutral')).toEqual([
      { of: 'warm', weight: 0.7 },
      { of: 'broadcast', weight: 0.3 },
      { of: { file: 'C:\\my.json' }, weight: 1 },
      { of: 'neutral', weight: 1 }
    ])
  })
  it.each([
    ['wram', 'no such style "wram"; did you mean warm'],
    ['warm:-1', '"-1" is no weight'],
    ['warm:', '"" is no weight'],
    ['warm:much', '"much" is no weight'],
    ['', 'no such style ""']
  ])('refuses %j', (text, message) => {
    expect(() => parseStyleList(text)).toThrow(message)
  })
})
