/** Every setting of a mix with its exact value and its reason, to dial in anywhere: as a page and as a table. */
import { type Param, type Params, type Processor, processors, responseFile } from '@mixwright/dsp'
import { escapeMarkup } from '@mixwright/graph'
import { isWiring, wirings } from '../mix/chain.ts'
import type { Device, StemDecision } from '../mix/decisions.ts'
import { page, table } from '../report/page.ts'
import type { Session } from '../revise/session.ts'

const columns = ['Track', 'Slot', 'Device', 'Parameter', 'Value', 'Why'] as const
type Row = readonly [track: string, slot: string, device: string, parameter: string, value: string, why: string]

const decibel = (gain: number): string => `${Number(gain.toFixed(2))} dB`

/** Six digits: closer than any control can be set. */
const exact = (param: Param, value: number | string): string =>
  param.kind === 'choice' || typeof value === 'string'
    ? String(value)
    : `${Number(value.toPrecision(6))}${param.unit === ':1' ? '' : param.unit && ' '}${param.unit}`

const moment = (t: number): string => `at ${Number(t.toFixed(2))} s`

function deviceRows(track: string, { slot, type, params, reason, key, lanes = {}, modulator }: Device): Row[] {
  if (isWiring(type)) return [[track, slot, wirings[type].title, '', '', reason]]
  if (!Object.hasOwn(processors, type)) return [[track, slot, 'Convolution', 'response', responseFile(type), reason]]
  const { title, params: known } = (processors as Readonly<Record<string, Processor>>)[type]!
  const rows = Object.entries(known as Params).flatMap(([name, param]): Row[] =>
    name in lanes
      ? lanes[name]!.lane.map(([t, v]) => [track, slot, title, `${name} ${moment(t)}`, exact(param, v), ''])
      : [[track, slot, title, name, exact(param, params[name] ?? param.default), '']]
  )
  const first: Row = rows[0]
    ? [...(rows[0].slice(0, 5) as [string, string, string, string, string]), reason]
    : [track, slot, title, '', '', reason]
  return [
    first,
    ...rows.slice(1),
    ...(key
      ? deviceRows(track, {
          slot: `${slot}: key`,
          type: key.type,
          params: key.params,
          reason: `What ${slot} listens to.`
        })
      : []),
    ...(modulator
      ? [
          [
            track,
            `${slot}: swing`,
            'Depth',
            modulator.inlet,
            decibel(modulator.depth),
            `What swings ${slot}.`
          ] as const,
          ...deviceRows(track, {
            slot: `${slot}: swing`,
            type: 'lfo',
            params: modulator.params as Device['params'],
            reason: ''
          })
        ]
      : [])
  ]
}

function stemRows({ stem, group, muted, chain, fader, ride, pan, after = [], trim, sends }: StemDecision): Row[] {
  const devices = (list: readonly Device[]) => list.flatMap(device => deviceRows(stem, device))
  return [
    [stem, 'group', '', '', group, muted ? `Muted. ${muted.reason}` : ''],
    ...devices(chain),
    [stem, 'fader', 'Fader', 'gain', decibel(fader.gain), fader.reason],
    ...(ride?.points ?? []).map(
      ([t, v], i): Row => [stem, 'ride', 'Fader', moment(t), decibel(v), i === 0 ? ride!.reason : '']
    ),
    ...(pan
      ? [
          [
            stem,
            'pan',
            'Pan',
            'pan',
            `${Math.round(Math.abs(pan.pan) * 100)} % ${pan.pan < 0 ? 'left' : pan.pan > 0 ? 'right' : 'centre'}`,
            pan.reason
          ] as const
        ]
      : []),
    ...devices(after),
    ...(trim ? [[stem, 'trim', 'Fader', 'gain behind the glue', decibel(trim.gain), trim.reason] as const] : []),
    ...sends.map(({ to, gain, reason }): Row => [stem, 'send', 'Send', `to ${to}`, decibel(gain), reason])
  ]
}

function rowsOf(session: Session): Row[] {
  return [
    ...session.stems.flatMap(stemRows),
    ...session.groups.flatMap(({ group, gain, glue }): Row[] => [
      [group, 'fader', 'Group', 'gain', decibel(gain), ''],
      ...(glue ? deviceRows(group, glue) : [])
    ]),
    ...session.returns.flatMap(({ name, chain, gain, reason }): Row[] => [
      [name, 'fader', 'Return', 'gain', decibel(gain), reason],
      ...chain.flatMap(device => deviceRows(name, device))
    ]),
    ...session.mixBus.flatMap(device => deviceRows('Mix bus', device)),
    ['Master', 'loudness', 'Target', 'loudness', `${session.master.loudness} LUFS`, ''],
    ['Master', 'limiter', 'Target', 'ceiling', `${session.master.ceiling} dBTP`, '']
  ]
}

/** RFC 4180, one row per parameter. A text that a spreadsheet would take for a formula gets an apostrophe. */
export const settingsCsv = (session: Session): string =>
  `${[columns, ...rowsOf(session)].map(row => row.map(csvCell).join(',')).join('\r\n')}\r\n`
function csvCell(text: string): string {
  const plain = /^([=+@\t\r]|-(?!\d))/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

/** @param left what the workstation must do without, in words */
export function settingsPage(session: Session, title: string, left: readonly string[]): string {
  const rows = rowsOf(session),
    tracks = [...new Set(rows.map(row => row[0]))]
  return page({
    title: `${title}: settings`,
    lead: 'Every setting of the mix with its exact value, in signal order. Times are time constants; equations: mixwright processors.',
    head: left.length ? `<ul class="warn">${left.map(text => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>` : '',
    sections: tracks.map(track => ({
      title: track,
      html: table(
        columns.slice(1),
        rows.filter(row => row[0] === track).map(row => row.slice(1).map(escapeMarkup))
      )
    })),
    style: '',
    tail: ''
  })
}
