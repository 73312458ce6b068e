/** A summary in words and rows, for the page and the command line alike. */
import { scales } from './scales.ts'
import { confidence, type Interval } from './statistics.ts'
import type { Summary } from './summary.ts'

export interface Table {
  readonly title: string
  readonly note: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const minus = (text: string): string => text.replace('-', '−')
const percent = `${confidence * 100} %`
const figure = (value: number): string => minus(value.toFixed(1))
const signed = (value: number): string => (value > 0 ? `+${value.toFixed(1)}` : figure(value))
const reach = (interval: Interval | null, show: (value: number) => string): string =>
  interval ? `${show(interval.low)} … ${show(interval.high)}` : '–'
const chance = (p: number | null): string => (p === null ? '–' : p < 0.0001 ? '< 0.0001' : p.toFixed(p < 0.1 ? 4 : 2))

/** Tables without rows are left out. */
export function summaryTables(summary: Summary): Table[] {
  const { unit } = summary,
    name = new Map(summary.stimuli.map(s => [s.id, s.label])),
    title = new Map<string, string>(scales.map(s => [s.key, s.title])),
    counted = `n counts ${unit}s`
  return [
    {
      title: 'Ratings',
      note: `Means of 0 to 100 with their ${percent} intervals (Student's t); ${counted}.`,
      head: ['Scale', 'Stimulus', 'Mean', percent, 'n'],
      rows: summary.means.map(m => [
        title.get(m.scale)!,
        name.get(m.stimulus)!,
        figure(m.mean),
        reach(m.interval, figure),
        String(m.n)
      ])
    },
    {
      title: 'Differences',
      note: `Paired, by the same ${unit}s; p from the paired t-test, then corrected for all pairs of the scale (Holm).`,
      head: ['Scale', 'Pair', 'Difference', percent, 'p', 'corrected', 'n'],
      rows: summary.differences.map(d => [
        title.get(d.scale)!,
        `${name.get(d.stimulus)} − ${name.get(d.than)}`,
        signed(d.mean),
        reach(d.interval, signed),
        chance(d.p),
        chance(d.adjusted),
        String(d.n)
      ])
    },
    {
      title: 'ABX',
      note: `Right answers, and the exact chance of as many or more by guessing. ${percent} interval of the share.`,
      head: ['Pair', 'Right', 'Share', percent, 'p', 'Listeners'],
      rows: summary.abx.map(({ pair, right, trials, p, interval, listeners, stopped }) => {
        const share = (value: number) => `${(100 * value).toFixed(0)} %`,
          pairName = pair.map(id => name.get(id)).join(' / '),
          who = [
            ...listeners.map(l => `${l.listener} ${l.right}/${l.trials}`),
            ...(stopped ? [`${stopped} stopped early, not counted`] : [])
          ].join(', ')
        return trials
          ? [pairName, `${right} of ${trials}`, share(right / trials), reach(interval, share), chance(p), who]
          : [pairName, '–', '–', '–', '–', who]
      })
    },
    {
      title: 'Comments',
      note: '',
      head: ['Listener', 'On', 'Comment'],
      rows: summary.comments.map(c => [
        c.listener,
        c.stimulus === undefined ? 'the test' : name.get(c.stimulus)!,
        c.text.replace(/\s+/g, ' ')
      ])
    }
  ].filter(table => table.rows.length > 0)
}

/** How much there is to go by. */
export const summaryLead = ({ listeners, rounds, unit }: Summary): string => {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`
  return `${count(listeners, 'listener')}, ${count(rounds, 'round')} of ratings.${
    unit === 'round' && rounds > 0
      ? ' With fewer than three listeners every round counts: the intervals speak of them, not of others.'
      : ''
  }`
}
