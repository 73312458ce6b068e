/** Moves in words, each with the buttons that let it be heard. */
import { processors, type Params, show } from '@mixwright/dsp'
import { escapeMarkup } from '@mixwright/graph'
import { audible, type Auditions } from '../audition/job.ts'
import { deviceOf } from '../audition/picked.ts'
import type { ReportSound } from '../audition/sound.ts'
import { isWiring, wirings } from '../mix/chain.ts'
import type { Decisions, Device } from '../mix/decisions.ts'
import { citedInWords, evidence } from '../mix/evidence.ts'
import type { Move } from '../mix/moves.ts'

/** What is known of how a move sounds. */
export interface Audible {
  readonly sound?: ReportSound | undefined
  readonly auditions?: Auditions | undefined
}
const dB = (value: number) => show(processors.gain.params.gain, value)

/** Settings in words: "frequency 90 Hz, q 0.71". */
export function settings(device: Device): string {
  const params = (processors[device.type as keyof typeof processors]?.params ?? {}) as Params
  return Object.entries(device.params)
    .map(
      ([name, value]) =>
        `${name.replaceAll('_', ' ')} ${params[name] ? show(params[name], Number(value.toPrecision(3))) : value}`
    )
    .join(', ')
}
export const titleOf = ({ type }: Device): string =>
  isWiring(type) ? wirings[type].title : (processors[type as keyof typeof processors]?.title ?? type)

/** Name and setting of a move. */
export function moveInWords(move: Move, decisions: Decisions): { title: string; setting: string } {
  const { id, of, kind } = move
  const stem = decisions.stems.find(one => one.stem === of && id.startsWith(`${of}/`)),
    slot = id.slice(id.lastIndexOf('/') + 1),
    device = deviceOf(move, decisions)
  if (device) return { title: titleOf(device), setting: settings(device) }
  switch (kind) {
    case 'mute':
      return { title: 'Muted', setting: '' }
    case 'fader':
      return slot === 'trim'
        ? { title: 'Trim', setting: dB(stem!.trim!.gain) }
        : { title: 'Fader', setting: dB(stem!.fader.gain) }
    case 'pan':
      return { title: 'Pan', setting: panInWords(stem!.pan!.pan) }
    case 'send': {
      const send = stem!.sends.find(one => `send-${one.to}` === slot)!
      return { title: `Send to ${send.to}`, setting: dB(send.gain) }
    }
    default:
      return { title: slot, setting: '' }
  }
}
const panInWords = (pan: number) =>
  pan === 0 ? 'centre' : `${Math.round(Math.abs(pan) * 100)} % ${pan < 0 ? 'left' : 'right'}`

/** @param whose names the stem as well */
export function moveHtml(move: Move, decisions: Decisions, heard: Audible, whose = false): string {
  const { title, setting } = moveInWords(move, decisions),
    of = move.of === 'mix-bus' ? 'mix bus' : move.of
  return `<li class="move"><div class="what"><b>${whose ? `<span class="who">${escapeMarkup(of)}</span> ` : ''}${escapeMarkup(title)}</b>${setting ? ` <span class="setting">${escapeMarkup(setting)}</span>` : ''}<p>${escapeMarkup(move.reason)}</p>${measureOf(move)}</div>${listening(move.id, `${title}, ${of}`, heard)}</li>`
}

/** What it goes by, with what is read as its tooltip. */
const measureOf = ({ cites }: Move): string =>
  cites
    ? `<small class="by" title="${escapeMarkup(evidence[cites.measure].doc.replaceAll('`', ''))}">Measure: ${escapeMarkup(citedInWords(cites))}</small>`
    : ''

/** How loud a difference is. */
const below = (level: number): string =>
  Math.abs(level) < 0.5
    ? 'difference as loud as the mix'
    : `difference ${Math.abs(level).toFixed(0)} LU ${level < 0 ? 'below' : 'above'} the mix`

function listening(id: string, label: string, { sound, auditions }: Audible): string {
  if (!sound || !auditions) return ''
  const played = sound.moves.find(one => one.id === id)
  if (played)
    return `<div class="hear"><div class="ways" role="group" aria-label="${escapeMarkup(label)}" data-move="${escapeMarkup(id)}">${(
      [
        ['with', 'With'],
        ['without', 'Without'],
        ['difference', 'Difference']
      ] as const
    )
      .map(([way, word]) => `<button type="button" data-way="${way}" aria-pressed="false" disabled>${word}</button>`)
      .join('')}</div><small>${below(played.level)}</small></div>`
  const level = auditions.differences.find(one => one.id === id)?.level
  return `<div class="hear"><small>${
    level === undefined
      ? 'little to hear in these passages'
      : level > audible
        ? below(level)
        : 'not heard in these passages'
  }</small></div>`
}
