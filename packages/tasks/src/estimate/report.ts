/** The page of an estimation: how near it comes, step by step; what each device is good for; what stays unexplained. */
import { registryOf } from '@mixwright/estimate'
import { escapeMarkup } from '@mixwright/graph'
import type { PageSound } from '../audition/sound.ts'
import { beforeAndAfter } from '../master/report.ts'
import { cells, lines } from '../report/charts.ts'
import { deckStyle, soundTail } from '../report/deck.ts'
import { figuresTable, fixed, tiles } from '../report/figures.ts'
import { listenHtml, listenStyle } from '../report/listen.ts'
import { graphFigure, list, page, type Section, table } from '../report/page.ts'
import { hertz, overTime, type Pictured, plain, rides, ticks, timeAxis, tone, width } from '../report/pictures.ts'
import type { EstimateResult } from './estimate.ts'
import { settingsOf } from './settings.ts'

const titles = { made: 'Made again', wet: 'The mix' } as const
/** What the page plays: the mix, and what the graph makes of the dry sources, in each passage equally loud. */
export const estimateSound = (
  { measured: { wet, made } }: EstimateResult,
  services: Parameters<typeof beforeAndAfter>[3]
): Promise<PageSound> =>
  beforeAndAfter(wet, { clip: made.clip, titles: { song: titles.wet, master: titles.made } }, undefined, services)

const likeness = (loss: number): string => loss.toFixed(3)

/** dB per third octave: what was made against the mix, and the difference of both. */
function residualCurve({ residual: { frequencies, difference, tone: made } }: EstimateResult): string {
  const low = -60,
    points = (curve: readonly number[]) =>
      curve.map((dB, b) => [frequencies[b]!, Math.max(low, Math.min(20, dB))] as const)
  return lines(
    hertz,
    { min: low, max: 20, ticks: ticks(low, 20, 20), label: plain, unit: 'dB' },
    [
      { name: 'Made against the mix', colour: 0, points: points(made) },
      { name: 'Difference of the waveforms', colour: 1, points: points(difference) }
    ],
    {
      title: 'What stays unexplained',
      note: 'Against the mix, per third octave. The waveforms differ where rooms do, even if both sound alike.'
    }
  )
}

/** From too soft to too loud, dB. */
const offBy = [
  { name: 'softer by more than 6 dB', below: -6, colour: 0, opacity: 1 },
  { name: 'softer by 3 to 6 dB', below: -3, colour: 0, opacity: 0.5 },
  { name: 'within 3 dB', below: 3, colour: 2, opacity: 0.25 },
  { name: 'louder by 3 to 6 dB', below: 6, colour: 1, opacity: 0.5 },
  { name: 'louder by more than 6 dB', below: Number.POSITIVE_INFINITY, colour: 1, opacity: 1 }
] as const
const shownHertz = [100, 1000, 8000] as const
/** Where and when what was made is louder or softer than the mix. */
function residualMap({ residual: { columns, step, frequencies } }: EstimateResult): string {
  const place = (f: number) => frequencies.findIndex(centre => centre >= f) + 0.5
  return cells(
    timeAxis(columns.length * step),
    {
      min: 0,
      max: frequencies.length,
      ticks: shownHertz.map(place),
      label: at => hertz.label(shownHertz.find(f => place(f) === at)!),
      unit: hertz.unit
    },
    [
      {
        name: titles.made,
        columns: columns.map(column =>
          column.map(dB => (dB === undefined ? undefined : offBy.findIndex(({ below }) => dB < below)))
        )
      }
    ],
    offBy,
    {
      title: 'When and where it differs',
      note: 'Level against the mix in stretches that were not listened to, one after the other; empty where the mix has nothing.'
    }
  )
}

/** Every device with its numbers, and what the likeness would be without it. */
function deviceTable(result: EstimateResult): string {
  const { devices, contributions } = result,
    without = new Map(contributions.map(one => [one.id, one.without]))
  return table(
    ['Device', 'Settings', 'Loss without it'],
    devices.map(device => [
      escapeMarkup(device.id),
      escapeMarkup(settingsOf(device, result)),
      without.has(device.id) ? likeness(without.get(device.id)!) : '–'
    ]),
    true
  )
}

export interface EstimateReportOptions {
  readonly title: string
  /** Files beside the page; the first is what was made. */
  readonly files: readonly string[]
  readonly sound: PageSound & { readonly script: string }
}
/** @returns one self-contained HTML document; all text from outside is escaped */
export function estimateReport(result: EstimateResult, { title, files, sound }: EstimateReportOptions): string {
  const { steps, loss, residual, seconds, measured, warnings, graph, alignment, devices } = result,
    pictured: Pictured[] = [
      { ...measured.made, title: titles.made, colour: 0 },
      { ...measured.wet, title: titles.wet, colour: 1 }
    ],
    sections: Section[] = [
      {
        title: 'Listen',
        html: listenHtml(sound.sound, [{ ...measured.made, title: titles.made, file: files[0]! }]),
        bare: true
      },
      ...(warnings.length ? [{ title: 'Worth knowing first', html: list(warnings, ' class="warn"') }] : []),
      {
        title: 'How it was found',
        note: 'Graph-match loss where it was listened: 0 is the same sound, 0.1 is hard to tell apart, 1 is another sound.',
        html: table(
          ['', 'Loss', 'Devices'],
          steps.map(step => [escapeMarkup(step.name), likeness(step.loss), String(step.devices)])
        )
      },
      {
        title: 'The graph',
        note: 'Point at a box for its settings.',
        html: graphFigure(graph, 'The graph that was found', registryOf(result.console))
      },
      {
        title: 'What each device is good for',
        note: 'In brackets how far a number could go, the others of its chain following, without being told by the sound: two standard errors.',
        html: deviceTable(result)
      },
      {
        title: 'Pictures',
        html: `<div class="pictures">${residualCurve(result)}${residualMap(result)}${rides(graph, seconds)}${tone(pictured)}${overTime(pictured)}${width(pictured)}</div>`
      },
      { title: 'Figures', html: figuresTable(pictured) },
      { title: 'Files', html: list(files) }
    ]
  return page({
    title,
    lead: `${devices.length} ${devices.length === 1 ? 'device' : 'devices'}. The mix is ${alignment.delay} samples later than its sources.`,
    head: tiles([
      [likeness(loss), 'loss where it was not listened'],
      [fixed(residual.level, 'dB'), 'difference of the waveforms'],
      [fixed(measured.wet.measured.integrated, 'LUFS'), 'the mix'],
      [fixed(measured.made.measured.integrated, 'LUFS'), 'made again']
    ]),
    sections,
    style: deckStyle + listenStyle,
    tail: soundTail(sound.audio, sound.sound, sound.script)
  })
}
