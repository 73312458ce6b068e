import { describe, expect, it } from 'vitest'
import { duration, progressLine, table } from './output.ts'

const stages = { listen: { title: 'Listening', share: 1 }, mix: { title: 'Mixing', share: 3 } }
function screen(isTTY: boolean, columns = 80) {
  let time = 0,
    text = ''
  const line = progressLine(
    stages,
    {
      isTTY,
      columns,
      write: more => {
        text += more
      }
    },
    false,
    () => time
  )
  return {
    line,
    at: (ms: number) => {
      time = ms
    },
    take: () => {
      const all = text
      text = ''
      return all
    }
  }
}

describe('progress', () => {
  it('tells the time left of the whole, by the shares of the stages', () => {
    const { line, at, take } = screen(true)
    line.update('listen', 0)
    take()
    at(10_000)
    line.update('listen', 1)
    // A quarter of the whole took 10 s, so three times as much is left.
    expect(take()).toContain('25 %, 30 s left  Listening')
    at(20_000)
    line.update('mix', 1 / 3)
    expect(take()).toContain('50 %, 20 s left  Mixing')
  })
  it('draws ten times a second at most, and never more than a line of the terminal', () => {
    const { line, at, take } = screen(true, 24)
    line.update('mix', 0.1)
    take()
    at(50)
    line.update('mix', 0.2)
    expect(take()).toBe('')
    at(100)
    line.update('mix', 0.3)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a terminal is sent
    expect(take().replace(/\r\x1b\[2K/, '')).toHaveLength(23)
  })
  it('a note takes the bar away and leaves a line', () => {
    const { line, take } = screen(true)
    line.update('mix', 0.5)
    take()
    line.note('hello')
    expect(take()).toBe('\r\x1b[2Khello\n')
    line.done()
    expect(take()).toBe('')
  })
  it('is one line per stage where there is no terminal', () => {
    const { line, at, take } = screen(false)
    for (let k = 0; k <= 10; k++) {
      at(1000 * k)
      line.update('listen', k / 10)
    }
    line.update('mix', 0)
    line.done()
    expect(take()).toBe('Listening …\nMixing …\n')
  })
})

it('durations are rounded up and carried over', () => {
  expect([0.2, 59.5, 60, 119.2, 125].map(duration)).toEqual(['1 s', '1 min 0 s', '1 min 0 s', '2 min 0 s', '2 min 5 s'])
})
it('columns are as wide as their widest cell', () => {
  expect(
    table([
      ['a', 'b'],
      ['long', 'c']
    ])
  ).toBe('a     b\nlong  c')
})
