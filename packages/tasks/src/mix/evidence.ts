/** What reasons appeal to: every measure that a move is there to improve, in one table. How each is heard: `readings.ts`. */
import { hertz, rounded, signed } from './decisions.ts'

/** How much of the console must play for a measure. */
export type Scope =
  /** The stem behind its strip, without rooms and without the glue of its group. */
  | 'stem'
  /** As its fader has it: not ridden, with the glue of its group, that its fader makes good. */
  | 'strip'
  /** With what it sends to. */
  | 'rooms'
  /** Beside the stems that are cited. */
  | 'pair'
  /** The stems of a group behind their glue. */
  | 'group'
  | 'song'

export interface Evidence {
  readonly title: string
  readonly unit: 'LU' | 'dB' | 'dBFS' | '%' | ''
  readonly better: 'lower' | 'higher'
  readonly scope: Scope
  /** What is measured; says which of the parameters below it reads. */
  readonly doc: string
  readonly needs: readonly (keyof Given)[]
}
/** What a measure must know of the case, as plain data. */
export interface Given {
  /** Where the figure should be, in the measure's unit. */
  readonly target: number
  /** LUFS of the recording; `target` then is LUFS too. */
  readonly recorded: number
  /** Hz: edges of a band. */
  readonly from: number
  readonly to: number
  /** dBFS of a frame below which the sound itself is not there. */
  readonly floor: number
  /** Other stems by name. */
  readonly stems: readonly string[]
}

const entry = <const N extends readonly (keyof Given)[]>(
  title: string,
  unit: Evidence['unit'],
  better: Evidence['better'],
  scope: Scope,
  needs: N,
  doc: string
) => ({ title, unit, better, scope, needs, doc })

export const evidence = {
  place: entry(
    'Distance from its level in the mix',
    'LU',
    'lower',
    'strip',
    ['target', 'recorded'],
    'Loudness behind fader and glue, while its own source leads, against where it belongs: `target` LUFS for a recording of `recorded` LUFS.'
  ),
  alike: entry(
    'Distance from the level of all that speak',
    'LU',
    'lower',
    'stem',
    ['target', 'recorded'],
    'As `place`, ridden: the ride keeps a speaker as loud only as far as it is foreseen.'
  ),
  below: entry('Energy below the sound', '%', 'lower', 'stem', ['to'], 'Share of the energy below `to` Hz.'),
  line: entry('Level of the hum', 'dBFS', 'lower', 'stem', ['from', 'to'], 'Level from `from` to `to` Hz.'),
  dc: entry('Constant offset', '%', 'lower', 'stem', [], 'Mean of the samples against full scale.'),
  excess: entry(
    'Excess of a band',
    'dB',
    'lower',
    'stem',
    ['from', 'to'],
    'Mean level of the bands from `from` to `to` Hz against those below and above.'
  ),
  sibilance: entry('Sibilance', 'dB', 'lower', 'stem', [], 'Sibilants against the middle of the voice.'),
  spread: entry('Spread of its loudness', 'LU', 'lower', 'stem', [], 'Momentary loudness while it plays.'),
  hits: entry('Spread of its hits', 'LU', 'lower', 'stem', [], 'Level of its own hits: 10th to 95th percentile.'),
  phrases: entry('Spread of its phrases', 'LU', 'lower', 'stem', [], 'Level of the words: 10th to 90th percentile.'),
  pauses: entry(
    'Level of the pauses',
    'dB',
    'lower',
    'stem',
    ['floor'],
    'Where the recording is below `floor`, against where it is above.'
  ),
  against: entry(
    'Spread against the others',
    'LU',
    'lower',
    'song',
    [],
    'Short-term loudness while it plays against all else: 10th to 90th percentile.'
  ),
  shortfall: entry(
    'Short of standing above the background',
    'LU',
    'lower',
    'song',
    ['target', 'stems'],
    'LU by which `stems`, while they sound, fall short of `target` LU above all else.'
  ),
  sum: entry(
    'Power of the microphones together',
    'dB',
    'higher',
    'pair',
    ['stems'],
    'Their sum against their powers added: 0 unrelated, 3 two alike, less where they cancel.'
  ),
  glimpses: entry(
    'Sound of the lead that stands out',
    '%',
    'higher',
    'song',
    ['stems'],
    'Share of the sound of `stems` that stands out of the rest, they as loud against it with the move and without.'
  ),
  centre: entry(
    'Distance from its place left to right',
    '',
    'lower',
    'stem',
    ['target'],
    'Right less left over both, of energies, against `target`.'
  ),
  mono: entry('Loss in mono', 'dB', 'lower', 'stem', [], 'Level of both channels against that of their sum.'),
  apart: entry('Distance from its counterpart', '', 'higher', 'pair', ['stems'], 'Between the places, left to right.'),
  aside: entry('Distance from the rest', '', 'higher', 'song', [], 'Between its place and that of all else.'),
  width: entry('Width', '', 'higher', 'rooms', [], 'Energy of left less right over that of the sum.'),
  room: entry('Room against direct sound', 'dB', 'higher', 'rooms', [], 'Energy of its rooms against its own.'),
  ends: entry(
    'What carries its ends',
    'dB',
    'higher',
    'rooms',
    [],
    'Level in the softest fifth of its frames against the mean of all.'
  ),
  together: entry('Spread of the group', 'LU', 'lower', 'group', [], 'Momentary loudness of the group together.'),
  crest: entry('Crest factor of the mix', 'dB', 'lower', 'song', [], 'Largest sample over RMS.'),
  records: entry(
    'Distance from the tone of records',
    'dB',
    'lower',
    'song',
    ['from'],
    'Level of the region of the mix-bus filter from `from` Hz on against the mean of all, against what records have on average.'
  ),
  tone: entry(
    'Distance from the tone of the reference',
    'dB',
    'lower',
    'song',
    ['from', 'target'],
    'Level of the region of the mix-bus filter from `from` Hz on against the mean of all, against `target`.'
  ),
  sides: entry(
    'Distance from the width of the reference',
    'dB',
    'lower',
    'song',
    ['target'],
    'Energy of the sides over that of the middle, against `target`.'
  ),
  twice: entry(
    'Louder for being there twice',
    'LU',
    'lower',
    'pair',
    ['stems'],
    'Loudness together against that of `stems` alone.'
  ),
  noise: entry('Noise that it adds', 'dBFS', 'lower', 'stem', [], 'Level of a stem that says nothing.')
} as const satisfies Readonly<Record<string, Evidence>>

export type EvidenceId = keyof typeof evidence
export type Needs<M extends EvidenceId> = (typeof evidence)[M]['needs'][number]
/** The measure that a move is there to improve. */
export type Cites = {
  readonly [M in EvidenceId]: { readonly measure: M } & { readonly [K in Needs<M>]: Given[K] }
}[EvidenceId]
export const evidenceIds = Object.keys(evidence) as EvidenceId[]

/** What a move goes by: "Spread of its hits (LU, lower is better)". What has a target is a distance from it. */
export function citedInWords(cites: Cites): string {
  const { title, unit, better } = evidence[cites.measure],
    { from, to, floor, stems, target, recorded } = cites as Partial<Given>,
    said = [
      unit,
      target === undefined && `${better} is better`,
      from !== undefined && (to === undefined ? `from ${hertz(from)} on` : `${hertz(from)} to ${hertz(to)}`),
      from === undefined && to !== undefined && `below ${hertz(to)}`,
      floor !== undefined && `below ${signed(floor)} dBFS`,
      stems && `with ${stems.join(', ')}`,
      target !== undefined && `target ${signed(target)} ${recorded === undefined ? unit : 'LUFS'}`.trim()
    ].filter(text => text)
  return `${title} (${said.join(', ')})`
}

/** Edges of a band one semitone to both sides of a frequency, Hz. */
export const around = (frequency: number): Pick<Given, 'from' | 'to'> => ({
  from: rounded(frequency * 2 ** (-1 / 12)),
  to: rounded(frequency * 2 ** (1 / 12))
})
