/** What came out: bars, tables and comments. */
import {
  type Answers,
  letter,
  ratingRange,
  scales,
  summarise,
  type Summary,
  summaryLead,
  summaryTables
} from '@mixwright/tasks'
import { byId, element } from './element.ts'
import type { Named } from './load.ts'

/** @param own the order of this sitting's last round, if it is among the answers */
export function showResults(
  all: readonly Answers[],
  names: Readonly<Record<string, Named>>,
  own: readonly string[] | undefined
): void {
  const summary = summarise(all),
    box = byId('results')
  box.hidden = false
  box.replaceChildren(
    element('h2', {}, 'Results'),
    element('p', { class: 'note' }, summaryLead(summary)),
    nameList(summary, names, own),
    ...(summary.means.length ? [bars(summary)] : []),
    ...summaryTables(summary).flatMap(({ title, note, head, rows }) => [
      element('h3', {}, title),
      ...(note ? [element('p', { class: 'note' }, note)] : []),
      element(
        'div',
        { class: 'scroll' },
        element(
          'table',
          {},
          element('thead', {}, element('tr', {}, ...head.map(cell => element('th', { scope: 'col' }, cell)))),
          element(
            'tbody',
            {},
            ...rows.map(row =>
              element('tr', {}, ...row.map(cell => element('td', { class: cell.length > 30 ? 'long' : '' }, cell)))
            )
          )
        )
      )
    ])
  )
}

const nameList = (
  { stimuli }: Summary,
  names: Readonly<Record<string, Named>>,
  own: readonly string[] | undefined
): HTMLElement =>
  element(
    'ul',
    { class: 'key-list' },
    ...(own ?? stimuli.map(s => s.id)).map((id, i) => {
      const { label, loudness, gain } = names[id]!
      return element(
        'li',
        {},
        ...(own ? [element('b', {}, letter(i))] : []),
        label,
        element(
          'small',
          {},
          `was ${loudness.toFixed(1)} LUFS, turned ${gain < 0 ? 'down' : 'up'} by ${Math.abs(gain).toFixed(1)} dB`
        )
      )
    })
  )

/** One bar per mean, with its interval as a whisker. */
function bars({ means, stimuli }: Summary): HTMLElement {
  const place = (value: number) =>
    (100 * (Math.max(ratingRange.min, Math.min(ratingRange.max, value)) - ratingRange.min)) /
    (ratingRange.max - ratingRange.min)
  return element(
    'div',
    { class: 'means' },
    ...scales.map(({ key, title }) =>
      element(
        'figure',
        {},
        element('figcaption', {}, title),
        ...means
          .filter(m => m.scale === key)
          .map(({ stimulus, mean, interval }) => {
            const label = stimuli.find(s => s.id === stimulus)!.label,
              fill = element('span', { class: 'fill' }),
              track = element('span', { class: 'track' }, fill)
            fill.style.width = `${place(mean)}%`
            if (interval) {
              const whisker = element('span', { class: 'whisker' })
              whisker.style.left = `${place(interval.low)}%`
              whisker.style.width = `${place(interval.high) - place(interval.low)}%`
              track.append(whisker)
            }
            return element(
              'div',
              { class: 'bar' },
              element('span', { title: label }, label),
              track,
              element('b', {}, mean.toFixed(0))
            )
          })
      )
    )
  )
}
