/** The page of a transfer: before and after equally loud, what was found, as curves and in words. */
import { type FilterSetting, powerResponse } from '@mixwright/dsp'
import type { PageSound } from '../audition/sound.ts'
import { beforeAndAfter } from '../master/report.ts'
import { lines } from '../report/charts.ts'
import { deckStyle, soundTail } from '../report/deck.ts'
import { figuresTable, fixed, tiles } from '../report/figures.ts'
import { listenHtml, listenStyle } from '../report/listen.ts'
import { chainSection, list, page, type Section } from '../report/page.ts'
import { hertz, overTime, type Pictured, plain, round10, ticks, tone, width } from '../report/pictures.ts'
import { families } from './families.ts'
import { levelFeatures } from './levels.ts'
import type { TransferResult } from './transfer.ts'

const titles = { song: 'Before', master: 'After' } as const

/** What the page plays. */
export const transferSound = (
  { measured }: TransferResult,
  clips: {
    readonly transferred: Parameters<typeof beforeAndAfter>[1]['clip']
    readonly reference?: Parameters<typeof beforeAndAfter>[2]
  },
  services: Parameters<typeof beforeAndAfter>[3]
): Promise<PageSound> => beforeAndAfter(measured.sound, { clip: clips.transferred, titles }, clips.reference, services)

/** The change of tone that was looked for, and what the filters do. */
function equaliserCurve({ found, chain, measured }: TransferResult): string {
  const { sampleRate } = measured.sound.clip,
    powers = chain.tone.map(({ type, params }) =>
      powerResponse({ type, ...params } as unknown as FilterSetting, sampleRate)
    ),
    done = found.centres.map(f => powers.reduce((dB, power) => dB + 10 * Math.log10(power(f)), 0)),
    mean = (curve: readonly number[]) => curve.reduce((a, b) => a + b, 0) / curve.length,
    [wanted, made] = [found.tone, done].map(curve => curve.map(dB => dB - mean(curve))) as [number[], number[]],
    most = Math.max(10, round10(Math.max(...[...wanted, ...made].map(Math.abs)), true)),
    points = (curve: readonly number[]) => curve.map((dB, b) => [found.centres[b]!, dB] as const)
  return lines(
    hertz,
    { min: -most, max: most, ticks: ticks(-most, most, 10), label: plain, unit: 'dB' },
    [
      { name: 'Filters', colour: 0, points: points(made) },
      { name: 'Found', colour: 1, points: points(wanted) }
    ],
    { title: 'Equaliser', note: 'What the comparison asks for, and what the filters do, less their means.' }
  )
}
/** Level of 10 ms behind the devices and as it was aimed at, against that in front of them. */
function staticCurve({ found: { levels } }: TransferResult): string {
  const rows = levelFeatures.flatMap(({ of }, i) => (of === 'level' ? [i] : [])),
    all = rows.flatMap(i => [levels.before[i]!, levels.after[i]!, levels.aim[i]!]),
    min = round10(Math.min(...all), false),
    max = round10(Math.max(...all), true),
    axis = { min, max, ticks: ticks(min, max, 10), label: plain, unit: 'dB' },
    against = (values: readonly number[]) => rows.map(i => [levels.before[i]!, values[i]!] as const)
  return lines(
    axis,
    axis,
    [
      { name: 'After', colour: 0, points: against(levels.after) },
      { name: 'Reference', colour: 1, points: against(levels.aim) },
      { name: 'As before', colour: 2, points: against(levels.before) }
    ],
    {
      title: 'Dynamics',
      note: 'Level of 10 ms against the mean: out over in, from the softest tenth to the loudest peaks.'
    }
  )
}

/** The device that came nearest and was not taken. */
function declined({ found: { candidates }, chain: { devices } }: TransferResult): string {
  const one = candidates[devices.length]
  return one
    ? `<p>Not done: ${families[one.family].title.toLowerCase()}. What it would bring the levels nearer by may be chance: it is told with ${Math.round(100 * one.probability)} %.</p>`
    : ''
}

export interface TransferReportOptions {
  readonly title: string
  /** Files beside the page; the first is what is heard. */
  readonly files: readonly string[]
  readonly sound: PageSound & { readonly script: string }
}
/** @returns one self-contained HTML document; all text from outside is escaped */
export function transferReport(result: TransferResult, { title, files, sound }: TransferReportOptions): string {
  const { measured, reasons, warnings, graph } = result,
    pictured: Pictured[] = [
      { ...measured.transferred, title: titles.master, colour: 0 },
      { ...measured.sound, title: titles.song, colour: 1 }
    ],
    sections: Section[] = [
      {
        title: 'Listen',
        html: listenHtml(sound.sound, [{ ...measured.transferred, title: titles.master, file: files[0]! }]),
        bare: true
      },
      ...(warnings.length ? [{ title: 'Worth knowing first', html: list(warnings, ' class="warn"') }] : []),
      {
        title: 'What was done',
        html: `${reasons.length ? list(reasons) : '<p>Nothing: it sounds so already.</p>'}${declined(result)}`
      },
      {
        title: 'What was found',
        html: `<div class="pictures">${equaliserCurve(result)}${staticCurve(result)}${width(pictured)}${tone(pictured)}${overTime(pictured)}</div>`
      },
      { title: 'Figures', html: figuresTable(pictured) },
      chainSection(graph),
      { title: 'Files', html: list(files) }
    ]
  return page({
    title,
    lead: `${reasons.length || 'No'} ${reasons.length === 1 ? 'move' : 'moves'}. Before and after play equally loud here.`,
    head: tiles([
      [fixed(measured.transferred.measured.integrated, 'LUFS'), 'after'],
      [fixed(measured.transferred.measured.truePeak, 'dBTP'), 'true peak'],
      [fixed(measured.sound.measured.integrated, 'LUFS'), 'before']
    ]),
    sections,
    style: deckStyle + listenStyle,
    tail: soundTail(sound.audio, sound.sound, sound.script)
  })
}
