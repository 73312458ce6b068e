/** Numbers in words, tables and tiles. */
import { escapeMarkup } from '@mixwright/graph'
import type { Metered } from '../mix/master.ts'
import { table } from './page.ts'

/** A finished file, measured. */
export interface Heard extends Metered {
  readonly file: string
  readonly title: string
}

export const fixed = (value: number | null, unit: string, digits = 1): string =>
  value === null ? '–' : `${value.toFixed(digits).replace('-', '−')}${unit ? ` ${unit}` : ''}`
export const signedFigure = (value: number, digits = 1): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(digits)}`
/** Minutes and seconds. */
export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

export const tiles = (all: readonly (readonly [value: string, label: string])[]): string =>
  `<div class="figures">${all.map(([value, label]) => `<div><b>${escapeMarkup(value)}</b><span>${escapeMarkup(label)}</span></div>`).join('')}</div>`

const rows = {
  integrated: ['Integrated loudness', 'LUFS'],
  truePeak: ['True peak', 'dBTP'],
  range: ['Loudness range', 'LU'],
  psr: ['Peak to short-term loudness', 'LU'],
  crest: ['Crest factor', 'dB'],
  width: ['Stereo width', ''],
  correlation: ['Correlation', ''],
  monoLoss: ['Loss in mono', 'dB']
} as const
export const figuresTable = (heard: readonly (Metered & { readonly title: string })[]): string =>
  table(
    ['', ...heard.map(h => h.title)],
    (Object.keys(rows) as (keyof typeof rows)[]).map(key => {
      const [label, unit] = rows[key]
      return [label, ...heard.map(h => fixed(h.measured[key], unit, unit ? 1 : 2))]
    }),
    true
  )
