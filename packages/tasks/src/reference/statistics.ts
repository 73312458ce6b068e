/** Statistics of graphs as text and as a page. */
import type { GraphStatistics, Spread } from '@mixwright/graph'
import { escapeMarkup } from '@mixwright/graph'
import { page, table } from '../report/page.ts'

const short = (value: number): string => String(Number(value.toPrecision(3)))
const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
const spreadRow = (name: string, { mean, least, low, median, high, most }: Spread): string[] => [
  name,
  ...[mean, least, low, median, high, most].map(short)
]
const spreadHead = ['', 'MEAN', 'LEAST', 'LOWER QUARTER', 'MEDIAN', 'UPPER QUARTER', 'MOST']

/** Tables of sizes, of processors and of their parameters: heads and rows. */
export function statisticsTables({ nodes, edges, depth, types, params }: GraphStatistics) {
  return {
    sizes: [spreadHead, spreadRow('nodes', nodes), spreadRow('edges', edges), spreadRow('depth', depth)],
    types: [
      ['PROCESSOR', 'PER GRAPH', 'IN GRAPHS'],
      ...types.map(({ type, perGraph, share }) => [type, perGraph.toFixed(2), percent(share)])
    ],
    params: [
      ['PARAMETER', ...spreadHead.slice(1), 'TENTHS OF ITS RANGE'],
      ...Object.entries(params).flatMap(([type, all]) =>
        Object.entries(all).map(([name, spread]) => [...spreadRow(`${type}.${name}`, spread), blocks(spread.tenths)])
      )
    ]
  }
}

const levels = ' ▁▂▃▄▅▆▇█'
const blocks = (counts: readonly number[]): string => {
  const most = Math.max(...counts)
  return counts.map(count => levels[count === 0 ? 0 : Math.ceil((8 * count) / most)]).join('')
}

/** @returns one self-contained HTML document */
export function statisticsPage(title: string, statistics: GraphStatistics, remark = ''): string {
  const { sizes, types, params } = statisticsTables(statistics),
    of = ([head, ...rows]: readonly (readonly string[])[]) =>
      table(
        head!.map(text => text.toLowerCase()),
        rows.map(row => row.map(escapeMarkup)),
        true
      ),
    most = Math.max(...statistics.types.map(one => one.perGraph)),
    bars = statistics.types
      .map(
        ({ type, perGraph }, i) =>
          `<text x="150" y="${14 + 18 * i}" text-anchor="end">${escapeMarkup(type)}</text><rect x="156" y="${4 + 18 * i}" width="${((perGraph / most) * 320).toFixed(1)}" height="12" rx="2" fill="var(--c0)"/><text x="${(162 + (perGraph / most) * 320).toFixed(1)}" y="${14 + 18 * i}">${perGraph.toFixed(2)}</text>`
      )
      .join('')
  return page({
    title,
    lead: `${statistics.graphs} graphs; ${percent(statistics.controls)} of their edges carry a control signal or a sidechain.${remark ? ` ${escapeMarkup(remark)}` : ''}`,
    head: of(sizes),
    sections: [
      {
        title: 'Processors per graph',
        html: `<figure><svg viewBox="0 0 540 ${18 * statistics.types.length + 8}" role="img" aria-label="Processors per graph">${bars}</svg></figure>`
      },
      { title: 'Processors', html: of(types) },
      { title: 'Parameters', html: of(params) }
    ],
    style: '',
    tail: ''
  })
}
