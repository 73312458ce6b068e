/** Small charts as SVG text: pure functions of numbers. Colours come from the page (`--c0` … and `currentColor`). */
import { escapeMarkup } from '@mixwright/graph'

const view = { width: 720, height: 240, left: 44, right: 12, top: 12, bottom: 30 } as const
const plot = { width: view.width - view.left - view.right, height: view.height - view.top - view.bottom } as const
const n = (value: number) => String(Math.round(value * 10) / 10)

export interface Axis {
  readonly min: number
  readonly max: number
  readonly ticks: readonly number[]
  readonly log?: boolean
  readonly label: (value: number) => string
  readonly unit: string
}
/** One line: points [x, y]; a null y interrupts it. */
export interface Line {
  readonly name: string
  readonly points: readonly (readonly [number, number | null])[]
}

const along = ({ min, max, log }: Axis, value: number) =>
  log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
const frame = (x: Axis, y: Axis, alt: string, body: string, height: number = view.height) =>
  `<svg viewBox="0 0 ${view.width} ${height}" role="img" aria-label="${escapeMarkup(alt)}">${y.ticks
    .map(tick => {
      const at = n(view.top + plot.height * (1 - along(y, tick)))
      return `<line class="grid" x1="${view.left}" x2="${view.width - view.right}" y1="${at}" y2="${at}"/><text x="${view.left - 6}" y="${Number(at) + 4}" text-anchor="end">${y.label(tick)}</text>`
    })
    .join('')}${x.ticks
    .map(tick => {
      const at = n(view.left + plot.width * along(x, tick))
      return `<line class="grid" y1="${view.top}" y2="${view.top + plot.height}" x1="${at}" x2="${at}"/><text x="${at}" y="${view.height - 12}" text-anchor="middle">${x.label(tick)}</text>`
    })
    .join(
      ''
    )}${body}<text x="${view.width - view.right}" y="${view.height - 1}" text-anchor="end">${x.unit}</text><text x="2" y="10">${y.unit}</text></svg>`
const legend = (names: readonly string[]) =>
  `<p class="legend">${names.map((name, i) => `<span><i style="background:var(--c${i})"></i>${escapeMarkup(name)}</span>`).join('')}</p>`

/** Lines over a common axis, with a legend. What lies outside the axis is cut at its edge. */
export function lines(x: Axis, y: Axis, all: readonly Line[], alt: string): string {
  const at = (axis: Axis, value: number) => Math.max(0, Math.min(1, along(axis, value)))
  const path = (points: Line['points']) => {
    let pen = 'M'
    return points
      .map(([u, v]) => {
        if (v === null) {
          pen = 'M'
          return ''
        }
        const step = `${pen}${n(view.left + plot.width * at(x, u))} ${n(view.top + plot.height * (1 - at(y, v)))}`
        pen = 'L'
        return step
      })
      .join('')
  }
  return `<figure>${frame(x, y, alt, all.map((line, i) => `<path style="stroke:var(--c${i})" class="line" d="${path(line.points)}"/>`).join(''))}${legend(all.map(line => line.name))}</figure>`
}

export interface Bar {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly note: string
}
/** One arrow per row, from the value before to the value after. */
export function arrows(bars: readonly Bar[], x: Axis, alt: string): string {
  const rowHeight = 24,
    label = 150,
    width = view.width - label - 70,
    height = bars.length * rowHeight + 34,
    at = (value: number) => label + width * Math.max(0, Math.min(1, along(x, value)))
  const rows = bars
    .map(({ name, from, to, note }, i) => {
      const y = 14 + i * rowHeight
      return `<g><title>${escapeMarkup(note)}</title><text x="${label - 8}" y="${y + 4}" text-anchor="end">${escapeMarkup(name.length > 22 ? `${name.slice(0, 21)}…` : name)}</text><line class="move" x1="${n(at(from))}" x2="${n(at(to))}" y1="${y}" y2="${y}"/><circle class="before" cx="${n(at(from))}" cy="${y}" r="4"/><circle class="after" cx="${n(at(to))}" cy="${y}" r="5"/><text x="${view.width - 4}" y="${y + 4}" text-anchor="end">${to >= from ? '+' : '−'}${Math.abs(to - from).toFixed(1)} dB</text></g>`
    })
    .join('')
  const ticks = x.ticks
    .map(
      tick =>
        `<line class="grid" x1="${n(at(tick))}" x2="${n(at(tick))}" y1="4" y2="${height - 24}"/><text x="${n(at(tick))}" y="${height - 8}" text-anchor="middle">${x.label(tick)}</text>`
    )
    .join('')
  return `<figure><svg viewBox="0 0 ${view.width} ${height}" role="img" aria-label="${escapeMarkup(alt)}">${ticks}${rows}<text x="${view.width - 4}" y="${height - 8}" text-anchor="end">${x.unit}</text></svg><p class="legend"><span><i class="ring"></i>as recorded</span><span><i style="background:var(--c0)"></i>in the mix</span></p></figure>`
}
