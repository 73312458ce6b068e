/** "Harbour Lights", written for this project: tempo, form, chords, melody and patterns as data. */
export const tempo = 104
export const beat = 60 / tempo,
  bar = 4 * beat
/** Bars of each part. */
export const form = { intro: 4, verse: 8, chorus: 8, outro: 2 } as const
export const bars = form.intro + form.verse + form.chorus + form.outro
export const verseAt = form.intro,
  chorusAt = form.intro + form.verse,
  outroAt = chorusAt + form.chorus
/** Seconds, with the last chord ringing. */
export const length = bars * bar + 3

const names = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 } as const
/** Hz of a note name such as A4 or F#3. */
export function hertz(note: string): number {
  const [, letter, sharp, octave] = /^([A-G])(#?)(\d)$/.exec(note)!
  return 440 * 2 ** ((names[letter as keyof typeof names] + (sharp ? 1 : 0) + 12 * (Number(octave) - 4) - 9) / 12)
}

const chords: Readonly<Record<string, { bass: string; notes: readonly string[] }>> = {
  Am: { bass: 'A1', notes: ['A2', 'E3', 'A3', 'C4', 'E4'] },
  F: { bass: 'F1', notes: ['F2', 'C3', 'F3', 'A3', 'C4'] },
  C: { bass: 'C2', notes: ['C3', 'E3', 'G3', 'C4', 'E4'] },
  G: { bass: 'G1', notes: ['G2', 'D3', 'G3', 'B3', 'D4'] },
  Em: { bass: 'E1', notes: ['E2', 'B2', 'E3', 'G3', 'B3'] },
  Dm: { bass: 'D2', notes: ['D3', 'A3', 'D4', 'F4'] }
}
const progression = [
  'Am',
  'F',
  'C',
  'G',
  'Am',
  'F',
  'C',
  'G',
  'Am',
  'F',
  'C',
  'Em',
  'F',
  'G',
  'Am',
  'C',
  'F',
  'G',
  'Dm',
  'G',
  'Am',
  'Am'
]
/** The chord of a bar. */
export const chordAt = (index: number) => chords[progression[index]!]!

export interface Note {
  readonly start: number
  readonly length: number
  readonly pitch: string
  readonly level: number
  readonly vowel: 'a' | 'e' | 'i' | 'o' | 'u'
  readonly onset?: 's' | 'm' | 'h'
}
/** [bar, beat, length in beats, pitch, vowel, onset] */
const sung: readonly (readonly [number, number, number, string, Note['vowel'], Note['onset']?])[] = [
  [0, 0, 1.5, 'A4', 'a', 'm'],
  [0, 1.5, 0.5, 'G4', 'e'],
  [0, 2, 1.5, 'E4', 'o', 's'],
  [1, 0, 1, 'F4', 'a', 'h'],
  [1, 1, 1, 'G4', 'i'],
  [1, 2, 1.8, 'A4', 'o', 'm'],
  [2, 0, 1.5, 'G4', 'e', 's'],
  [2, 1.5, 0.5, 'E4', 'a'],
  [2, 2, 1.7, 'E4', 'u', 'h'],
  [3, 0.5, 0.5, 'D4', 'a', 'm'],
  [3, 1, 1, 'E4', 'e'],
  [3, 2, 1.5, 'D4', 'o', 's'],
  [4, 0, 1.5, 'A4', 'a', 'm'],
  [4, 1.5, 0.5, 'B4', 'i'],
  [4, 2, 1.5, 'C5', 'o', 's'],
  [5, 0, 1, 'C5', 'a', 'h'],
  [5, 1, 1, 'A4', 'e'],
  [5, 2, 1.8, 'F4', 'o', 'm'],
  [6, 0, 1, 'G4', 'i', 's'],
  [6, 1, 1, 'G4', 'a'],
  [6, 2, 1.7, 'E4', 'o', 'h'],
  [7, 0.5, 1, 'B4', 'e', 'm'],
  [7, 1.5, 2.2, 'B4', 'a', 's'],
  [8, 0, 2.5, 'C5', 'o', 'h'],
  [8, 2.5, 1.2, 'A4', 'a', 'm'],
  [9, 0, 2.5, 'D5', 'e', 's'],
  [9, 2.5, 1.2, 'B4', 'o'],
  [10, 0, 2, 'E5', 'a', 'h'],
  [10, 2, 1.8, 'C5', 'i', 'm'],
  [11, 0, 3, 'G4', 'u', 's'],
  [12, 0, 2.5, 'C5', 'o', 'h'],
  [12, 2.5, 1.2, 'A4', 'a', 'm'],
  [13, 0, 2, 'B4', 'e', 's'],
  [13, 2, 1.8, 'D5', 'a', 'h'],
  [14, 0, 2.5, 'A4', 'o', 'm'],
  [14, 2.5, 1, 'F4', 'e'],
  [15, 0, 3.5, 'G4', 'a', 's'],
  [16, 0, 5, 'A4', 'o', 'h']
]
/** The lead: softer in the verse, louder in the chorus, uneven as a singer without a compressor is. */
export const melody: readonly Note[] = sung.map(([at, beats, long, pitch, vowel, onset], i) => ({
  start: (verseAt + at) * bar + beats * beat,
  length: long * beat,
  pitch,
  vowel,
  ...(onset && { onset }),
  level: (at < 8 ? 0.28 : 0.75) * (1 + 0.45 * Math.sin(i * 2.4))
}))

/** Sixteenths of a bar where each drum plays; capitals are accents. */
export const patterns = {
  verse: { kick: 'X.....x.X.x.....', snare: '....X.......X..g', hat: 'x.xgx.xgx.xgx.xo', tom: '................' },
  chorus: { kick: 'X..x..x.X.x...x.', snare: '....X..g....X.g.', hat: 'X.x.X.x.X.x.X.xo', tom: '................' },
  fill: { kick: 'X.....x.X.......', snare: '....X...xx......', hat: 'x.x.x.x.........', tom: '..........xxXxxX' }
} as const
export type Drum = keyof (typeof patterns)['verse']
export const accents: Readonly<Record<string, number>> = { X: 1, x: 0.72, g: 0.3, o: 0.8 }
/** The pattern of a bar; none in the first two and the last. */
export function patternAt(index: number): (typeof patterns)[keyof typeof patterns] | undefined {
  if (index < 2 || index >= outroAt) return undefined
  if ([chorusAt - 1, chorusAt + 3, outroAt - 1].includes(index)) return patterns.fill
  return index >= chorusAt ? patterns.chorus : patterns.verse
}
