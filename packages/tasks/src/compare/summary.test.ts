import { describe, expect, it } from 'vitest'
import { type Answers, readAnswers, type Round } from './answers.ts'
import { summarise } from './summary.ts'
import { summaryLead, summaryTables } from './tables.ts'

const round = (a: number, b: number): Round => ({
  order: ['b', 'a'],
  scores: { production: { a, b }, clarity: { a: 50 }, excitement: {} },
  comments: {}
})
const answers = (listener: string, rounds: Round[], more: Partial<Answers> = {}): Answers => ({
  kind: 'mixwright-comparison',
  version: 1,
  test: 't',
  session: `of ${listener} ${rounds.length}`,
  listener,
  saved: '2026-11-25T20:00:00.000Z',
  finished: true,
  stimuli: [
    { id: 'a', label: 'Mine' },
    { id: 'b', label: 'Theirs' }
  ],
  rounds,
  abx: [],
  comment: '',
  ...more
})
const run = (right: number, trials: number, planned = trials) => ({
  pair: ['b', 'a'] as [string, string],
  planned,
  trials: Array.from({ length: trials }, (_, i) => ({ x: 'a', answer: i < right ? 'a' : 'b' }))
})

describe('a summary', () => {
  it('counts listeners from three on, however often they rate', () => {
    const { unit, listeners, rounds, means, differences } = summarise([
      answers('x', [round(60, 40), round(80, 40)]),
      answers('y', [round(50, 45)]),
      answers('z', [round(40, 20)])
    ])
    expect({ unit, listeners, rounds }).toEqual({ unit: 'listener', listeners: 3, rounds: 4 })
    // Listeners' means 70, 50, 40: 160 / 3 with s = 15.2753, t(0.975; 2) = 4.30265.
    const mine = means.find(m => m.scale === 'production' && m.stimulus === 'a')!
    expect(mine.n).toBe(3)
    expect(mine.mean).toBeCloseTo(160 / 3, 10)
    expect(mine.interval!.low).toBeCloseTo(160 / 3 - (4.30265 * 15.27525) / Math.sqrt(3), 3)
    // Differences 30, 5, 20, paired.
    expect(differences.map(d => [d.stimulus, d.than, d.n, Number(d.mean.toFixed(6))])).toEqual([
      ['a', 'b', 3, 18.333333]
    ])
  })
  it('of fewer listeners counts rounds, and keeps intervals on the scale', () => {
    const { unit, means } = summarise([answers('x', [round(90, 40), round(100, 44)])])
    expect(unit).toBe('round')
    expect(means.find(m => m.stimulus === 'a')!.interval!.high).toBe(100)
    expect(summaryLead(summarise([answers('x', [round(1, 2)])]))).toContain('1 listener, 1 round of ratings.')
  })
  it('adds up ABX runs of a pair, without those that were stopped', () => {
    const { abx } = summarise([
      answers('x', [], { abx: [run(12, 16), run(3, 3, 16)] }),
      answers('y', [], { abx: [run(8, 16)] })
    ])
    expect(abx).toHaveLength(1)
    expect(abx[0]).toMatchObject({ pair: ['a', 'b'], right: 20, trials: 32, stopped: 1 })
    // R: binom.test(20, 32, alternative = "greater")$p.value
    expect(abx[0]!.p).toBeCloseTo(0.1077, 4)
  })
  it('is shown in tables with names', () => {
    const tables = summaryTables(summarise([answers('x', [round(60, 40)], { comment: 'loud\nand clear' })]))
    expect(tables.map(t => t.title)).toEqual(['Ratings', 'Differences', 'Comments'])
    expect(tables[1]!.rows[0]).toEqual(['Production value', 'Mine − Theirs', '+20.0', '–', '–', '–', '1'])
    expect(tables[2]!.rows[0]).toEqual(['x', 'the test', 'loud and clear'])
  })
  it('refuses what does not belong together', () => {
    const one = answers('x', [])
    expect(() => summarise([one, one])).toThrow('given twice')
    expect(() => summarise([one, answers('y', [], { test: 'u' })])).toThrow('another page')
    expect(() => summarise([answers('y', [], { finished: false })])).toThrow('not finished')
  })
})

describe('saved answers', () => {
  const text = (change: object) => JSON.stringify({ ...answers('x', [round(1, 2)]), ...change })
  it('are read as they were', () => {
    expect(readAnswers(text({}), 'f')).toEqual(answers('x', [round(1, 2)]))
  })
  it.each([
    [text({ rounds: [{ ...round(1, 2), order: ['a', 'a'] }] }), 'rounds[0]: "order"'],
    [text({ rounds: [round(1, 200)] }), '200 is not a number from 0 to 100'],
    [text({ rounds: [{ ...round(1, 2), scores: { production: { c: 1 } } }] }), '"c" is no stimulus'],
    [text({ abx: [{ ...run(1, 2), pair: ['a', 'c'] }] }), 'abx[0]: "pair"'],
    [text({ abx: [{ ...run(1, 2), planned: 1 }] }), 'at most 1'],
    [text({ stimuli: [{ id: 'a', label: 'A' }] }), '2 to 8'],
    [text({ version: 2 }), 'update Mixwright'],
    ['{"kind":"x"}', 'not answers'],
    ['nonsense', 'not JSON']
  ])('%#: nonsense is refused with its place', (bad, message) => {
    expect(() => readAnswers(bad, 'f.json')).toThrow('f.json: ')
    expect(() => readAnswers(bad, 'f.json')).toThrow(message)
  })
})
