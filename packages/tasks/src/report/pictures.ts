/** The report's pictures: each a function of what was measured. */
import { barkCorners } from '@mixwright/dsp'
import { type Graph, isLane, type Lane } from '@mixwright/graph'
import { type Cover, glimpse } from '../audition/cover.ts'
import type { StemAnalysis } from '../mix/analysis.ts'
import type { Decisions } from '../mix/decisions.ts'
import type { Metered } from '../mix/master.ts'
import { arrows } from './arrows.ts'
import { type Axis, cells, lines, waves } from './charts.ts'

/** A sound that is pictured. */
export interface Pictured extends Metered {
  readonly title: string
  readonly colour: number
}

export const plain = (v: number) => String(v).replace('-', '−')
export const round10 = (v: number, up: boolean) => (up ? Math.ceil(v / 10) : Math.floor(v / 10)) * 10
export const ticks = (min: number, max: number, step: number) =>
  Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) => min + i * step)
const hertzLabel = (f: number) => (f >= 1000 ? `${f / 1000}k` : String(f))

export function levels(decisions: Decisions, analyses: readonly StemAnalysis[]): string {
  const bars = decisions.stems.flatMap((stem, i) =>
    stem.muted || !Number.isFinite(analyses[i]!.loudness)
      ? []
      : [
          {
            name: stem.stem,
            from: analyses[i]!.loudness,
            to: analyses[i]!.loudness + stem.fader.gain,
            note: stem.fader.reason
          }
        ]
  )
  if (bars.length === 0) return ''
  const values = bars.flatMap(bar => [bar.from, bar.to]),
    min = round10(Math.min(...values), false),
    max = round10(Math.max(...values), true)
  return arrows(
    bars.sort((a, b) => b.to - a.to),
    { min, max, ticks: ticks(min, max, max - min > 40 ? 20 : 10), label: plain, unit: 'LUFS' },
    { title: 'Levels', note: 'Loudness of each stem while it plays, as recorded and after its fader.' }
  )
}

export const hertz: Axis = {
  min: 25,
  max: 20000,
  log: true,
  ticks: [31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000],
  label: hertzLabel,
  unit: 'Hz'
}
const bandsOf = ({ measured }: Pictured) => measured.bands.filter(b => b.centre >= hertz.min && b.centre <= hertz.max)
/** dB below the loudest band: how wide less is says nothing. */
const faint = 50
const soundingBands = (one: Pictured) => {
  const loudest = Math.max(...bandsOf(one).map(b => b.level ?? -200))
  return bandsOf(one).map(b => ((b.level ?? -200) < loudest - faint ? { ...b, width: null, correlation: null } : b))
}

export function tone(all: readonly Pictured[]): string {
  const shown = all.map(one => ({
    name: one.title,
    colour: one.colour,
    points: bandsOf(one).map(
      b => [b.centre, b.level === null ? null : b.level - (one.measured.integrated ?? 0)] as const
    )
  }))
  const values = shown.flatMap(line => line.points.flatMap(([, v]) => (v === null ? [] : [v]))),
    max = round10(Math.max(0, ...values), true),
    min = Math.max(max - 60, round10(Math.min(0, ...values), false))
  return lines(hertz, { min, max, ticks: ticks(min, max, 10), label: plain, unit: 'dB' }, shown, {
    title: 'Tone',
    note: 'Third-octave levels, brought to the same loudness.'
  })
}

export function timeAxis(seconds: number): Axis {
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200].find(s => seconds / s <= 7) ?? 3600
  return {
    min: 0,
    max: seconds,
    ticks: ticks(0, Math.floor(seconds / step) * step, step),
    label: s => `${Math.floor(s / 60)}:${String(Math.round(s % 60)).padStart(2, '0')}`,
    unit: ''
  }
}
const secondsOf = (all: readonly Pictured[]) => Math.max(1, ...all.map(h => h.series.momentary.length * h.series.step))

export function overTime(all: readonly Pictured[]): string {
  const seconds = secondsOf(all),
    thin = Math.max(1, Math.floor(seconds / all[0]!.series.step / 400))
  const shown = all.map(({ title, colour, series }) => ({
      name: title,
      colour,
      points: series.shortTerm.flatMap((v, i) => (i % thin ? [] : [[i * series.step, v] as const]))
    })),
    values = shown.flatMap(line => line.points.flatMap(([, v]) => (v === null ? [] : [v])))
  const max = round10(Math.max(-20, ...values), true),
    min = Math.max(max - 40, round10(Math.min(max - 10, ...values), false))
  return lines(
    timeAxis(seconds),
    { min, max, ticks: ticks(min, max, 10), label: plain, unit: 'LUFS' },
    shown.map(line => ({
      ...line,
      points: line.points.map(([t, v]) => [t, v !== null && v < min ? null : v] as const)
    })),
    {
      title: 'Loudness over time',
      note: 'Short-term loudness (3 s).'
    }
  )
}

/** Bars of a waveform. */
const bars = 280
export function waveforms(all: readonly Pictured[]): string {
  const seconds = secondsOf(all)
  return waves(
    timeAxis(seconds),
    all.map(({ title, colour, series }) => ({
      name: title,
      colour,
      peaks: greatest(series.truePeak, seconds / series.step, bars).map(dB => 10 ** (dB / 20)),
      levels: greatest(series.momentary, seconds / series.step, bars).map(dB => 10 ** (dB / 20))
    })),
    { title: 'Waveform', note: 'Peaks, and within them the level (400 ms).' }
  )
}
function greatest(values: readonly (number | null)[], all: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => {
    const from = Math.floor((k * all) / count),
      to = Math.max(from + 1, Math.floor(((k + 1) * all) / count))
    return Math.max(-120, ...values.slice(from, to).map(v => v ?? -120))
  })
}

export function width(all: readonly Pictured[]): string {
  const shown = all.map(one => ({
      name: one.title,
      colour: one.colour,
      points: soundingBands(one).map(b => [b.centre, b.width] as const)
    })),
    most = Math.max(...shown.flatMap(line => line.points.map(([, v]) => v ?? 0))),
    top = Math.max(0.5, Math.ceil(Math.min(1.5, most) * 4) / 4)
  return lines(hertz, { min: 0, max: top, ticks: ticks(0, top, 0.25), label: v => v.toFixed(2), unit: '' }, shown, {
    title: 'Width',
    note: 'Energy of the sides against that of the middle; 0 is mono.'
  })
}
export const correlation = (all: readonly Pictured[]): string =>
  lines(
    hertz,
    { min: -1, max: 1, ticks: [-1, -0.5, 0, 0.5, 1], label: plain, unit: '' },
    all.map(one => ({
      name: one.title,
      colour: one.colour,
      points: soundingBands(one).map(b => [b.centre, b.correlation] as const)
    })),
    { title: 'Correlation', note: 'Of left and right: 1 equal, 0 unrelated, below 0 it suffers in mono.' },
    { from: -1, to: 0, name: 'cancels in mono' }
  )

/** Middle of a Bark band, Hz. */
const bark = (b: number) => barkCorners[b + 1]!
const percent = (share: number | null) => (share === null ? '–' : `${Math.round(100 * share)} %`)

/** The lead against what covers it. */
export function covers(
  cover: { readonly before: Cover; readonly after: Cover },
  names: readonly [string, string]
): string {
  const both = [
    { name: names[0], colour: 2, of: cover.before },
    { name: names[1], colour: 1, of: cover.after }
  ]
  const values = both.flatMap(({ of }) => of.signalToMask.flatMap(v => (v === null ? [] : [v]))),
    max = Math.max(10, round10(Math.max(...values), true)),
    min = Math.min(-20, round10(Math.min(...values), false)),
    mean = lines(
      { ...hertz, min: bark(0) / 1.1 },
      { min, max, ticks: ticks(min, max, 10), label: plain, unit: 'dB' },
      both.map(({ name, colour, of }) => ({
        name,
        colour,
        points: of.signalToMask.map((v, b) => [bark(b), v] as const)
      })),
      {
        title: 'The lead over the masking of the rest',
        note: `Mean per Bark band in the passages above. It stands out in ${percent(cover.before.glimpses)} of its sound, in the mix in ${percent(cover.after.glimpses)}.`
      },
      { from: min, to: -4, name: 'covered' }
    )
  const classes = [
      { name: 'covered', colour: 1, opacity: 0.85 },
      { name: 'beside the rest', colour: 0, opacity: 0.4 },
      { name: 'in front', colour: 0, opacity: 1 }
    ],
    kind = (ratio: number | null) => (ratio === null ? undefined : ratio < glimpse ? 0 : ratio < 6 ? 1 : 2),
    { columns, step } = cover.after,
    bands = columns[0]?.length ?? 0
  return (
    mean +
    cells(
      timeAxis(columns.length * step),
      {
        min: 0,
        max: bands,
        ticks: [250, 1000, 4000].map(f => barkCorners.findIndex(c => c >= f) - 0.5),
        label: b => hertzLabel([250, 1000, 4000].find(f => barkCorners.findIndex(c => c >= f) - 0.5 === b)!),
        unit: 'Hz'
      },
      both.map(({ name, of }) => ({ name, columns: of.columns.map(column => column.map(kind)) })),
      classes,
      {
        title: 'Where the lead is covered',
        note: 'In the passages above, one after the other; empty where it is silent.'
      }
    )
  )
}

/** What moves while the song plays: every lane of automation. */
export function rides(graph: Graph, seconds: number): string {
  const lanes: { name: string; lane: Lane }[] = [
    ...Object.entries(graph.nodes).flatMap(([node, { params }]) =>
      Object.entries(params ?? {}).flatMap(([param, value]) =>
        isLane(value) ? [{ name: `${node} ${param}`, lane: value }] : []
      )
    ),
    ...graph.edges.flatMap(({ from, to, gain }) =>
      isLane(gain) && to[0] !== 'output' ? [{ name: `${from[0]} → ${to[0]}`, lane: gain }] : []
    )
  ]
  return lanes
    .slice(0, 12)
    .map(({ name, lane: { lane } }) => {
      const values = lane.map(([, v]) => v),
        low = Math.floor(Math.min(...values) - 0.5),
        high = Math.ceil(Math.max(...values) + 0.5),
        step = Math.max(1, Math.ceil((high - low) / 5))
      return lines(
        timeAxis(seconds),
        {
          min: low,
          max: low + step * Math.ceil((high - low) / step),
          ticks: ticks(low, high, step),
          label: plain,
          unit: ''
        },
        [{ name, colour: 0, points: [[0, values[0]!], ...lane, [seconds, values.at(-1)!]] }],
        { title: name, note: 'Automation over the song.' }
      )
    })
    .join('')
}
