/** The page of an estimation: how near it comes, step by step; what each device is good for; what stays unexplained. */
import { registryOf } from '@mixwright/estimate'
import { escapeMarkup } from '@mixwright/graph'
import { lines } from '../report/charts.ts'
import { figuresTable, fixed, tiles } from '../report/figures.ts'
import { graphFigure, list, page, type Section, table } from '../report/page.ts'
import { hertz, overTime, type Pictured, plain, ticks, tone, width } from '../report/pictures.ts'
import type { EstimateResult } from './estimate.ts'
import { settingsOf } from './settings.ts'

const titles = { made: 'Made again', wet: 'The mix' } as const
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
  readonly files: readonly string[]
}
/** @returns one self-contained HTML document; all text from outside is escaped */
export function estimateReport(result: EstimateResult, { title, files }: EstimateReportOptions): string {
  const { steps, loss, residual, measured, warnings, graph, alignment, devices } = result,
    pictured: Pictured[] = [
      { ...measured.made, title: titles.made, colour: 0 },
      { ...measured.wet, title: titles.wet, colour: 1 }
    ],
    sections: Section[] = [
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
      { title: 'What each device is good for', html: deviceTable(result) },
      {
        title: 'Pictures',
        html: `<div class="pictures">${residualCurve(result)}${tone(pictured)}${overTime(pictured)}${width(pictured)}</div>`
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
    style: '',
    tail: ''
  })
}
