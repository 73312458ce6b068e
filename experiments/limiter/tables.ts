/** Rows of the judge to Markdown. */
export interface Row {
  readonly contender: string
  readonly song: string
  readonly target: number
  readonly kind: string
  readonly loudness?: number
  readonly truePeak?: number
  /** Loudest below the ceiling, LUFS, where the target is out of reach. */
  readonly missed?: number
  readonly [measure: string]: number | string | undefined
}
const us = 'Mixwright'

interface Measure {
  readonly key: string
  readonly title: string
  /** 1: more is better; -1: less is. */
  readonly better: 1 | -1
  readonly digits: number
}
const measures: readonly Measure[] = [
  { key: 'tone', title: 'products of the tone, 60 … 500 Hz, dB', better: -1, digits: 1 },
  { key: 'harmonics', title: 'its harmonics alone, dB', better: -1, digits: 1 },
  { key: 'psr', title: 'PSR, LU', better: 1, digits: 2 },
  { key: 'crest', title: 'crest, dB', better: 1, digits: 2 },
  { key: 'zimtohrli', title: 'zimtohrli distance × 1000', better: -1, digits: 2 },
  { key: 'transients', title: 'onsets against the source, dB', better: 1, digits: 2 }
]

export function tables(rows: readonly Row[]): string {
  const lines: string[] = []
  for (const target of unique(rows.map(r => r.target))) {
    const mine = rows.filter(r => r.target === target)
    lines.push(
      `\n### ${target} LUFS, ${unique(mine.map(r => r.song)).length} songs: mean (median); songs where it is best\n`
    )
    lines.push(
      ...overview(mine),
      `\nMixwright minus the other, paired, mean ± 95 % (positive is better)\n`,
      ...paired(mine)
    )
    lines.push(`\n${whatMissed(mine, target)}`)
  }
  return lines.join('\n')
}

const value = (row: Row, { key }: Measure) => (row[key] as number) * (key === 'zimtohrli' ? 1000 : 1)
const unique = <T>(list: readonly T[]): T[] => [...new Set(list)]
const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length
const median = (v: readonly number[]) => {
  const s = [...v].sort((a, b) => a - b)
  return (s[(s.length - 1) >> 1]! + s[s.length >> 1]!) / 2
}
const table = (head: readonly string[], body: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...body].map(cells => `| ${cells.join(' | ')} |`)

function overview(rows: readonly Row[]): string[] {
  const contenders = unique(rows.map(r => r.contender))
  return table(
    ['', ...measures.map(m => m.title)],
    contenders.map(contender => [
      contender,
      ...measures.map(m => {
        const values = of(rows, contender, m).filter(v => v !== undefined)
        if (!values.length) return '–'
        return `${mean(values).toFixed(m.digits)} (${median(values).toFixed(m.digits)}); ${wins(rows, contender, m)}`
      })
    ])
  )
}
/** One value per song, in the order of the songs. */
const of = (rows: readonly Row[], contender: string, m: Measure): (number | undefined)[] =>
  unique(rows.map(r => r.song)).map(song => {
    const row = rows.find(r => r.contender === contender && r.song === song && m.key in r)
    return row && value(row, m)
  })
const wins = (rows: readonly Row[], contender: string, m: Measure) =>
  unique(rows.map(r => r.song)).filter(song => {
    const all = rows.filter(r => r.song === song && m.key in r),
      best = Math.max(...all.map(r => m.better * value(r, m)))
    return all.some(r => r.contender === contender && m.better * value(r, m) === best)
  }).length

function paired(rows: readonly Row[]): string[] {
  const others = unique(rows.map(r => r.contender)).filter(c => c !== us)
  return table(
    ['against', ...measures.map(m => m.title)],
    others.map(other => [
      other,
      ...measures.map(m => {
        const a = of(rows, us, m),
          d = of(rows, other, m).flatMap((v, i) =>
            v === undefined || a[i] === undefined ? [] : [m.better * (a[i] - v)]
          ),
          spread = Math.sqrt(d.reduce((s, v) => s + (v - mean(d)) ** 2, 0) / (d.length - 1) / d.length)
        if (d.length < 3) return '–'
        return `${signed(mean(d), m.digits)} ± ${(student(d.length - 1) * spread).toFixed(m.digits)}`
      })
    ])
  )
}
const signed = (v: number, digits: number) => `${v >= 0 ? '+' : '−'}${Math.abs(v).toFixed(digits)}`
/** The 97.5 % point of Student's t (Abramowitz & Stegun, 26.7.5). */
function student(freedom: number): number {
  const z = 1.959964
  return z + (z ** 3 + z) / 4 / freedom + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 / freedom ** 2
}

/** Who missed loudness or ceiling. */
function whatMissed(rows: readonly Row[], target: number): string {
  const missed = rows.filter(r => r.missed !== undefined),
    reached = rows.filter(r => r.missed === undefined),
    off = reached.filter(r => Math.abs(r.loudness! - target) > 0.06 || r.truePeak! > -1 + 0.02)
  return [
    `Out of reach (songs, tones; mean of the loudest):`,
    ...unique(missed.map(r => r.contender)).map(contender => {
      const mine = missed.filter(r => r.contender === contender),
        count = (kind: string) => mine.filter(r => r.kind === kind).length
      return `${contender} ${count('song')}, ${count('tone')} (${mean(mine.map(r => r.missed!)).toFixed(1)} LUFS);`
    }),
    `of the others ${off.length} of ${reached.length} are off by more than 0.06 LU or above −0.98 dBTP.`,
    ...off.map(
      r => `${r.contender}, ${r.song}, ${r.kind}: ${r.loudness!.toFixed(2)} LUFS, ${r.truePeak!.toFixed(2)} dBTP.`
    )
  ].join(' ')
}
