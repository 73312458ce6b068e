/** Recall and precision with their uncertainty. */
export interface Count {
  planted: number
  found: number
  /** Found where nothing was planted, or something else. */
  alarms: number
}

/** Wilson's interval of a share, 95 %. */
export function wilson(hits: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 1]
  const z = 1.96,
    p = hits / of,
    middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of),
    half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
const share = (hits: number, of: number) => {
  if (of === 0) return '–'
  const [from, to] = wilson(hits, of)
  return `${(hits / of).toFixed(2)} (${from.toFixed(2)}–${to.toFixed(2)})`
}

export function table(counts: Readonly<Record<string, Count>>, titleOf: (kind: string) => string): string {
  const rows = Object.entries(counts),
    all = rows.reduce(
      (sum, [, c]) => ({ planted: sum.planted + c.planted, found: sum.found + c.found, alarms: sum.alarms + c.alarms }),
      { planted: 0, found: 0, alarms: 0 }
    ),
    line = (title: string, { planted, found, alarms }: Count) =>
      `| ${title} | ${planted} | ${found} | ${share(found, planted)} | ${alarms} | ${share(found, found + alarms)} |`
  return [
    '| fault | planted | found | recall | false alarms | precision |',
    '|---|---|---|---|---|---|',
    ...rows.map(([kind, count]) => line(titleOf(kind), count)),
    line('**all**', all)
  ].join('\n')
}
