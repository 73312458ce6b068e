/**
 * Small charts as SVG text: pure functions of numbers, drawn for a width of 420 pixels so that their words can be read on
 * a telephone too. Colours come from the page (`--c0` … and `currentColor`).
 */
import { escapeMarkup } from '@mixwright/graph'

const view = { width: 420, height: 220, left: 36, right: 10, top: 18, bottom: 32 } as const
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
  /** Index of the page's colour. */
  readonly colour: number
  readonly points: readonly (readonly [number, number | null])[]
}
/** A part of the y axis that means something. */
export interface Zone {
  readonly from: number
  readonly to: number
  readonly name: string
}

const along = ({ min, max, log }: Axis, value: number) =>
  log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
const within = (axis: Axis, value: number) => Math.max(0, Math.min(1, along(axis, value)))
const xOf = (axis: Axis, value: number) => view.left + plot.width * within(axis, value)
const yOf = (axis: Axis, value: number) => view.top + plot.height * (1 - within(axis, value))

const xTicks = (x: Axis, top: number, bottom: number): string =>
  x.ticks
    .filter(tick => tick >= x.min && tick <= x.max)
    .map(tick => {
      const at = n(xOf(x, tick))
      return `<line class="grid" y1="${top}" y2="${bottom}" x1="${at}" x2="${at}"/><text x="${at}" y="${bottom + 15}" text-anchor="middle">${escapeMarkup(x.label(tick))}</text>`
    })
    .join('')
const frame = (x: Axis, y: Axis, alt: string, body: string) =>
  `<svg viewBox="0 0 ${view.width} ${view.height}" role="img" aria-label="${escapeMarkup(alt)}">${y.ticks
    .map(tick => {
      const at = n(yOf(y, tick))
      return `<line class="grid" x1="${view.left}" x2="${view.width - view.right}" y1="${at}" y2="${at}"/><text x="${view.left - 5}" y="${Number(at) + 4}" text-anchor="end">${y.label(tick)}</text>`
    })
    .join(
      ''
    )}${xTicks(x, view.top, view.top + plot.height)}${body}<text x="${view.width - view.right}" y="${view.height - 3}" text-anchor="end">${x.unit}</text><text x="2" y="10">${y.unit}</text></svg>`

export const legend = (all: readonly { readonly name: string; readonly colour: number }[]) =>
  `<p class="legend">${all.map(({ name, colour }) => `<span><i style="background:var(--c${colour})"></i>${escapeMarkup(name)}</span>`).join('')}</p>`
const figure = (title: string, note: string, body: string) =>
  `<figure><figcaption><b>${escapeMarkup(title)}</b>${note ? `<small>${escapeMarkup(note)}</small>` : ''}</figcaption>${body}</figure>`

export interface Caption {
  readonly title: string
  /** What it shows, in a few words. */
  readonly note: string
}

/** Lines over a common axis, with a legend. What lies outside the axis is cut at its edge. */
export function lines(x: Axis, y: Axis, all: readonly Line[], { title, note }: Caption, zone?: Zone): string {
  const path = (points: Line['points']) => {
    let pen = 'M'
    return points
      .map(([u, v]) => {
        if (v === null) {
          pen = 'M'
          return ''
        }
        const step = `${pen}${n(xOf(x, u))} ${n(yOf(y, v))}`
        pen = 'L'
        return step
      })
      .join('')
  }
  const shade = zone
      ? `<rect class="zone" x="${view.left}" width="${plot.width}" y="${n(yOf(y, zone.to))}" height="${n(yOf(y, zone.from) - yOf(y, zone.to))}"/><text class="zone-name" x="${view.left + 6}" y="${n(yOf(y, zone.from) - 6)}">${escapeMarkup(zone.name)}</text>`
      : '',
    strokes = all
      .map(line => `<path style="stroke:var(--c${line.colour})" class="line" d="${path(line.points)}"/>`)
      .join('')
  return figure(
    title,
    note,
    frame(x, y, `${title}: ${all.map(line => line.name).join(', ')}`, shade + strokes) +
      (all.length > 1 ? legend(all) : '')
  )
}

/** One above the other, over a common axis of time: peaks, and within them the level. All 0 to 1. */
export interface Wave {
  readonly name: string
  readonly colour: number
  readonly peaks: readonly number[]
  readonly levels: readonly number[]
}
export function waves(x: Axis, all: readonly Wave[], { title, note }: Caption): string {
  const tall = 66,
    gap = 22,
    height = all.length * (tall + gap) + view.bottom
  const area = (values: readonly number[], middle: number) => {
    const at = (i: number) => n(view.left + (plot.width * i) / Math.max(1, values.length - 1)),
      reach = (value: number) => (Math.min(1, value) * tall) / 2
    return `M${values.map((v, i) => `${at(i)} ${n(middle - reach(v))}`).join('L')}L${values
      .map((v, i) => `${at(i)} ${n(middle + reach(v))}`)
      .reverse()
      .join('L')}Z`
  }
  const body = all
    .map(({ name, colour, peaks, levels }, k) => {
      const middle = gap - 4 + k * (tall + gap) + tall / 2
      return `<text x="${view.left}" y="${middle - tall / 2 - 4}">${escapeMarkup(name)}</text><line class="grid" x1="${view.left}" x2="${view.left + plot.width}" y1="${middle}" y2="${middle}"/><path style="fill:var(--c${colour})" opacity=".4" d="${area(peaks, middle)}"/><path style="fill:var(--c${colour})" d="${area(levels, middle)}"/>`
    })
    .join('')
  const bottom = height - view.bottom
  return figure(
    title,
    note,
    `<svg viewBox="0 0 ${view.width} ${height}" role="img" aria-label="${escapeMarkup(`${title}: ${all.map(w => w.name).join(', ')}`)}">${xTicks(x, gap - 4, bottom)}${body}<text x="${view.width - view.right}" y="${height - 3}" text-anchor="end">${x.unit}</text></svg>`
  )
}

/** Cells over time (columns) and bands (from low to high): each of a class, or undefined for none. */
export interface Cells {
  readonly name: string
  readonly columns: readonly (readonly (number | undefined)[])[]
}
/** @param classes names of the classes and their colours, with an opacity */
export function cells(
  x: Axis,
  bands: Axis,
  all: readonly Cells[],
  classes: readonly { readonly name: string; readonly colour: number; readonly opacity: number }[],
  { title, note }: Caption
): string {
  const tall = 96,
    gap = 22,
    height = all.length * (tall + gap) + view.bottom
  const body = all
    .map(({ name, columns }, k) => {
      const top = gap - 4 + k * (tall + gap),
        wide = plot.width / columns.length,
        high = tall / Math.max(1, columns[0]?.length ?? 1)
      const path = (kind: number) =>
        columns
          .flatMap((column, i) =>
            column.map((cell, b) =>
              cell === kind
                ? `M${n(view.left + i * wide)} ${n(top + tall - (b + 1) * high)}h${n(wide)}v${n(high)}h-${n(wide)}z`
                : ''
            )
          )
          .join('')
      const ticks = bands.ticks
        .map(
          tick =>
            `<text x="${view.left - 5}" y="${n(top + tall * (1 - along(bands, tick)) + 4)}" text-anchor="end">${bands.label(tick)}</text>`
        )
        .join('')
      return `<text x="${view.left}" y="${top - 4}">${escapeMarkup(name)}</text>${ticks}<rect class="field" x="${view.left}" y="${top}" width="${plot.width}" height="${tall}"/>${classes.map(({ colour, opacity }, kind) => `<path style="fill:var(--c${colour})" opacity="${opacity}" d="${path(kind)}"/>`).join('')}`
    })
    .join('')
  return figure(
    title,
    note,
    `<svg viewBox="0 0 ${view.width} ${height}" role="img" aria-label="${escapeMarkup(`${title}: ${all.map(c => c.name).join(', ')}`)}">${body}${xTicks(x, height - view.bottom, height - view.bottom)}<text x="${view.width - view.right}" y="${height - 3}" text-anchor="end">${x.unit}</text></svg><p class="legend">${classes.map(({ name, colour, opacity }) => `<span><i style="background:var(--c${colour});opacity:${opacity}"></i>${escapeMarkup(name)}</span>`).join('')}</p>`
  )
}
