/** The page that says what was done: figures, pictures, and one line of reason for every decision. */
import { processors, type Params, show } from '@mixwright/dsp'
import { draw, escapeMarkup } from '@mixwright/graph'
import { type Axis, arrows, lines } from '../report/charts.ts'
import { page, type Section, table } from '../report/page.ts'
import { type Device, signed, type StemDecision } from './decisions.ts'
import type { Metered } from './master.ts'
import type { MixResult } from './mix.ts'
import type { Ride } from './ride.ts'

/** A finished file, measured. */
export interface Heard extends Metered {
  readonly file: string
  readonly title: string
}
export interface ReportOptions {
  /** The song's name. */
  readonly title: string
  /** What can be listened to, the final one first; `file` is relative to the report. */
  readonly heard: readonly Heard[]
  /** Files written beside the report. */
  readonly files: readonly string[]
}

/** @returns one self-contained HTML document; all text from outside is escaped */
export function mixReport(result: MixResult, { title, heard, files }: ReportOptions): string {
  const { decisions, warnings, master } = result,
    playing = decisions.stems.filter(stem => !stem.muted)
  const lead = `${playing.length} of ${decisions.stems.length} stems in the mix; the master stands at ${fixed(master.measured.integrated, 'LUFS')} with true peaks at ${fixed(master.measured.truePeak, 'dBTP')}${master.limiting > 0.1 ? `, of which the limiter holds back ${master.limiting.toFixed(1)} LU` : ''}.`
  const sections: Section[] = [
    ...(warnings.length
      ? [
          {
            title: 'Worth knowing first',
            html: `<ul class="warn">${warnings.map(text => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`
          }
        ]
      : []),
    {
      title: 'Listen',
      html: heard
        .map(
          ({ file, title }) =>
            `<h3>${escapeMarkup(title)}</h3><audio controls preload="none" src="${escapeMarkup(encodeURI(file))}"></audio>`
        )
        .join('')
    },
    ...(heard.length ? [{ title: 'Figures', html: figures(heard) }] : []),
    {
      title: 'Levels',
      note: 'Loudness of each stem while it plays, as recorded and after its fader.',
      html: levels(result)
    },
    ...(heard.length
      ? [
          { title: 'Tone', note: 'Third-octave levels, brought to the same loudness.', html: tone(heard) },
          { title: 'Loudness over time', note: 'Short-term loudness (3 s).', html: overTime(heard) },
          {
            title: 'Width',
            note: 'Energy of left minus right against left plus right, per third octave; 0 is mono.',
            html: width(heard[0]!)
          }
        ]
      : []),
    {
      title: 'The console',
      note: 'Signals run from left to right; dotted lines only control. Point at a box for its settings and its reason.',
      html: `<figure class="graph">${draw(result.graph)}</figure>`
    },
    { title: 'Stem by stem', html: decisions.stems.map(stem).join('') },
    { title: 'Buses and space', html: buses(result) },
    { title: 'Files', html: `<ul>${files.map(file => `<li><code>${escapeMarkup(file)}</code></li>`).join('')}</ul>` }
  ]
  return page(title, escapeMarkup(lead), sections)
}

const fixed = (value: number | null, unit: string, digits = 1) =>
  value === null ? '–' : `${value.toFixed(digits).replace('-', '−')}${unit ? ` ${unit}` : ''}`
function figures(heard: readonly Heard[]): string {
  const rows = ['integrated', 'truePeak', 'range', 'psr', 'crest', 'width', 'correlation', 'monoLoss'] as const
  const labels = {
    integrated: ['Integrated loudness', 'LUFS'],
    truePeak: ['True peak', 'dBTP'],
    range: ['Loudness range', 'LU'],
    psr: ['Peak to short-term loudness', 'LU'],
    crest: ['Crest factor', 'dB'],
    width: ['Stereo width', ''],
    correlation: ['Correlation', ''],
    monoLoss: ['Loss in mono', 'dB']
  } as const
  return table(
    ['', ...heard.map(h => h.title)],
    rows.map(key => [
      labels[key][0],
      ...heard.map(h => fixed(h.measured[key], labels[key][1], labels[key][1] ? 1 : 2))
    ]),
    true
  )
}

const plain = (v: number) => String(v).replace('-', '−')
const round10 = (v: number, up: boolean) => (up ? Math.ceil(v / 10) : Math.floor(v / 10)) * 10
const ticks = (min: number, max: number, step: number) =>
  Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) => min + i * step)
function levels({ decisions, analyses }: MixResult): string {
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
  if (bars.length === 0) return '<p>Nothing plays.</p>'
  const values = bars.flatMap(bar => [bar.from, bar.to]),
    min = round10(Math.min(...values), false),
    max = round10(Math.max(...values), true)
  return arrows(
    bars.sort((a, b) => b.to - a.to),
    { min, max, ticks: ticks(min, max, 10), label: plain, unit: 'LUFS' },
    `Loudness of ${bars.length} stems before and after their faders`
  )
}

const hertz: Axis = {
  min: 25,
  max: 20000,
  log: true,
  ticks: [31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000],
  label: f => (f >= 1000 ? `${f / 1000}k` : String(f)),
  unit: 'Hz'
}
function tone(heard: readonly Heard[]): string {
  const shown = heard.map(({ title, measured }) => ({
    name: title,
    points: measured.bands
      .filter(b => b.centre >= hertz.min && b.centre <= hertz.max)
      .map(b => [b.centre, b.level === null ? null : b.level - (measured.integrated ?? 0)] as const)
  }))
  const values = shown.flatMap(line => line.points.flatMap(([, v]) => (v === null ? [] : [v]))),
    max = round10(Math.max(0, ...values), true),
    min = Math.max(max - 60, round10(Math.min(0, ...values), false))
  return lines(
    hertz,
    { min, max, ticks: ticks(min, max, 10), label: plain, unit: 'dB' },
    shown,
    `Third-octave spectra of ${heard.map(h => h.title).join(', ')}`
  )
}
function overTime(heard: readonly Heard[]): string {
  const seconds = Math.max(1, ...heard.map(h => h.series.shortTerm.length * h.series.step)),
    step = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1200].find(s => seconds / s <= 9) ?? 3600,
    thin = Math.max(1, Math.floor(seconds / heard[0]!.series.step / 600))
  const shown = heard.map(({ title, series }) => ({
      name: title,
      points: series.shortTerm.flatMap((v, i) => (i % thin ? [] : [[i * series.step, v] as const]))
    })),
    values = shown.flatMap(line => line.points.flatMap(([, v]) => (v === null ? [] : [v])))
  const max = round10(Math.max(-20, ...values), true),
    min = Math.max(max - 50, round10(Math.min(max - 10, ...values), false))
  return lines(
    {
      min: 0,
      max: seconds,
      ticks: ticks(0, Math.floor(seconds / step) * step, step),
      label: s => (step < 60 ? String(s) : `${s / 60} min`),
      unit: step < 60 ? 's' : ''
    },
    { min, max, ticks: ticks(min, max, 10), label: plain, unit: 'LUFS' },
    shown,
    'Short-term loudness over time'
  )
}
function width({ measured, title }: Heard): string {
  const points = measured.bands
      .filter(b => b.centre >= hertz.min && b.centre <= hertz.max)
      .map(b => [b.centre, b.width] as const),
    top = Math.max(0.5, Math.ceil(Math.min(1.5, Math.max(...points.map(([, v]) => v ?? 0))) * 4) / 4)
  return lines(
    hertz,
    { min: 0, max: top, ticks: ticks(0, top, 0.25), label: v => v.toFixed(2), unit: '' },
    [{ name: title, points }],
    `Stereo width of ${title} per third octave`
  )
}

/** Settings in words: "frequency 90 Hz, q 0.71". */
const settings = (device: Device) => {
  const params = (processors[device.type as keyof typeof processors]?.params ?? {}) as Params
  return Object.entries(device.params)
    .map(([name, value]) => `${name} ${params[name] ? show(params[name], value) : value}`)
    .join(', ')
}
/** "12 points, −2.1 to 3 dB" */
const rideInWords = ({ points }: Ride): string => {
  const values = points.map(([, v]) => v)
  return `${points.length} points, ${signed(Math.min(...values))} to ${signed(Math.max(...values))} dB`
}
const move = (what: string, value: string, reason: string) => [
  escapeMarkup(what),
  escapeMarkup(value),
  escapeMarkup(reason)
]
function stem(s: StemDecision): string {
  const moves = [
    ...s.chain.map(device => move(`${device.slot} (${device.type})`, settings(device), device.reason)),
    ...(s.muted ? [] : [move('fader', show(processors.gain.params.gain, s.fader.gain), s.fader.reason)]),
    ...(s.ride ? [move('ride', rideInWords(s.ride), s.ride.reason)] : []),
    ...(s.trim ? [move('trim', show(processors.gain.params.gain, s.trim.gain), s.trim.reason)] : []),
    ...(s.pan
      ? [
          move(
            'pan',
            s.pan.pan === 0
              ? 'centre'
              : `${Math.round(Math.abs(s.pan.pan) * 100)} % ${s.pan.pan < 0 ? 'left' : 'right'}`,
            s.pan.reason
          )
        ]
      : []),
    ...(s.after ?? []).map(device => move(`${device.slot} (${device.type})`, settings(device), device.reason)),
    ...s.sends.map(send => move(`send to ${send.to}`, `${send.gain.toFixed(1)} dB`, send.reason))
  ]
  return `<details${s.faults.length ? ' open' : ''}><summary>${escapeMarkup(s.stem)} <small>${escapeMarkup(s.role)}, ${Math.round(s.confidence * 100)} % sure (by ${escapeMarkup(s.roleFrom)})${s.muted ? ', muted' : ''}${s.faults.length ? `, ${s.faults.length} found` : ''}</small></summary>${s.faults.length ? `<h3>Found</h3><ul>${s.faults.map(fault => `<li>${escapeMarkup(fault)}</li>`).join('')}</ul>` : ''}${moves.length ? `<h3>Done</h3>${table(['What', 'Setting', 'Why'], moves, true)}` : ''}</details>`
}
function buses({ decisions, master }: MixResult): string {
  const rows = [
    ...decisions.groups.flatMap(({ group, gain, glue }) => [
      ...(gain ? [move(`${group} bus`, `${gain.toFixed(1)} dB`, '')] : []),
      ...(glue ? [move(`${group} glue`, settings(glue), glue.reason)] : [])
    ]),
    ...decisions.returns.flatMap(r => [
      move(r.name, `${r.gain.toFixed(1)} dB into the mix`, r.reason),
      ...r.chain.map(device => move(`${r.name}: ${device.slot}`, settings(device), device.reason))
    ]),
    ...decisions.mixBus.map(device => move(`mix bus: ${device.slot}`, settings(device), device.reason)),
    move('master', `${master.gain.toFixed(1)} dB, ceiling ${master.ceiling} dBTP`, master.reason)
  ]
  return table(['What', 'Setting', 'Why'], rows, true)
}
