/** Values before and after, one arrow a row. */
import { escapeMarkup } from '@mixwright/graph'
import type { Axis, Caption } from './charts.ts'

export interface Bar {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly note: string
}

const width = 420,
  rowHeight = 24,
  label = 132,
  right = 60
const n = (value: number) => String(Math.round(value * 10) / 10)

/** One arrow per row, from the value before to the value after. */
export function arrows(bars: readonly Bar[], x: Axis, { title, note }: Caption): string {
  const height = bars.length * rowHeight + 36,
    at = (value: number) =>
      label + (width - label - right) * Math.max(0, Math.min(1, (value - x.min) / (x.max - x.min)))
  const rows = bars
    .map(({ name, from, to, note: why }, i) => {
      const y = 14 + i * rowHeight
      return `<g><title>${escapeMarkup(why)}</title><text x="${label - 8}" y="${y + 4}" text-anchor="end">${escapeMarkup(name.length > 15 ? `${name.slice(0, 14)}…` : name)}</text><line class="shift" x1="${n(at(from))}" x2="${n(at(to))}" y1="${y}" y2="${y}"/><circle class="before" cx="${n(at(from))}" cy="${y}" r="4"/><circle class="after" cx="${n(at(to))}" cy="${y}" r="5"/><text x="${width - 2}" y="${y + 4}" text-anchor="end">${to >= from ? '+' : '−'}${Math.abs(to - from).toFixed(1)} dB</text></g>`
    })
    .join('')
  const ticks = x.ticks
    .map(
      tick =>
        `<line class="grid" x1="${n(at(tick))}" x2="${n(at(tick))}" y1="4" y2="${height - 26}"/><text x="${n(at(tick))}" y="${height - 10}" text-anchor="middle">${x.label(tick)}</text>`
    )
    .join('')
  return `<figure><figcaption><b>${escapeMarkup(title)}</b><small>${escapeMarkup(note)}</small></figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(title)}">${ticks}${rows}<text x="${width - 2}" y="${height - 10}" text-anchor="end">${x.unit}</text></svg><p class="legend"><span><i class="ring"></i>as recorded</span><span><i style="background:var(--c0)"></i>in the mix</span></p></figure>`
}
