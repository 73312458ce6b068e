/** What a search may put behind the equaliser: kinds of devices, their knobs, and where they start. */
import { saturation } from '@mixwright/graph'
import type { Builder, End } from '@mixwright/graph'
import { rounded } from '../mix/decisions.ts'
import { levelFeatures } from './levels.ts'

export const familyNames = ['compressor', 'expander', 'saturation', 'room'] as const
export type FamilyName = (typeof familyNames)[number]

/** A knob of a family as the search turns it, in steps of its own. */
interface Knob {
  readonly name: string
  readonly min: number
  readonly max: number
  /** First step of the search; it halves. */
  readonly step: number
  /** What is turned is the logarithm to base 2. */
  readonly log?: true
}
/** Knobs in order. */
export type Setting = readonly number[]
export interface Family {
  readonly title: string
  /** Which of the task's amounts it belongs to. */
  readonly amount: 'dynamics' | 'saturation' | 'space'
  /** What its distance is taken times: how easily it explains by chance what it did not do. */
  readonly doubt: number
  /** Probability that there is more of it in what is aimed at, by what levels do there and here. Absent: any. */
  likely?(aim: readonly number[], now: readonly number[]): number
  readonly knobs: readonly Knob[]
  readonly starts: readonly Setting[]
  /** Less of it. @param amount 0 to 1 */
  scaled(setting: Setting, amount: number): Setting
  /** Puts it in. @param reference dBFS of what enters, mean power of what sounds */
  wire(b: Builder, id: string, from: End, setting: Setting, reference: number, note: string): End
  words(setting: Setting): string
}

/** dB against the mean of what sounds. */
const threshold: Knob = { name: 'threshold', min: -40, max: 18, step: 4 }
const ratio: Knob = { name: 'ratio', min: 0.1, max: 4, step: 0.8, log: true }
const attack: Knob = { name: 'attack', min: -1, max: 7, step: 1.5, log: true }
const release: Knob = { name: 'release', min: 3.5, max: 10, step: 1, log: true }
const plain = (knobs: readonly Knob[], setting: Setting): Record<string, number> =>
  Object.fromEntries(knobs.map(({ name, log }, k) => [name, rounded(log ? 2 ** setting[k]! : setting[k]!, 2)]))
const grid = (...values: readonly (readonly number[])[]): Setting[] =>
  values.reduce<number[][]>((all, one) => all.flatMap(before => one.map(v => [...before, v])), [[]])

const right = Math.PI / 2
const dynamicsKnobs = [threshold, ratio, attack, release] as const
const device =
  (type: string, rest: Readonly<Record<string, number>>): Family['wire'] =>
  (b, id, from, setting, reference, note) => {
    const { threshold: above, ...params } = plain(dynamicsKnobs, setting),
      end = b.node(id, {
        type,
        params: { threshold: rounded(Math.max(-80, Math.min(0, reference + above!))), ...params, ...rest },
        note
      })
    b.wire(from, end)
    return end
  }
const dynamicsWords = (setting: Setting): string => {
  const {
    ratio: by,
    attack: a,
    release: r
  } = plain(dynamicsKnobs, setting) as { ratio: number; attack: number; release: number }
  return `${by}:1, ${rounded(a)} ms, ${Math.round(r)} ms`
}

/**
 * A room is told by what it takes away: the quickest falls. Logistic regression over the development recordings, with a room,
 * with a compressor or with nothing: left out one by one, 68 % of rooms are told, none where nothing is, and 13 % where a
 * compressor is (experiments/transfer/rooms.ts).
 */
const room = { fall: 0.66, highFall: 0.86, none: -0.9, unit: 3, most: 4 } as const
function roomLikely(aim: readonly number[], now: readonly number[]): number {
  const slower = (of: 'fall' | 'highFall') => {
    const i = levelFeatures.findIndex(one => one.of === of)
    return Math.max(-room.most, Math.min(room.most, (aim[i]! - now[i]!) / room.unit))
  }
  return 1 / (1 + Math.exp(-room.fall * slower('fall') - room.highFall * slower('highFall') - room.none))
}

export const families: Readonly<Record<FamilyName, Family>> = {
  compressor: {
    title: 'Compressor',
    amount: 'dynamics',
    doubt: 1,
    knobs: dynamicsKnobs,
    starts: grid([-14, -4, 5], [1, 2], [1.5, 4.5], [6.5]),
    // Of what it takes away per dB, the share.
    scaled: ([t, r, ...rest], amount) => [t!, -Math.log2(1 - amount * (1 - 2 ** -r!)), ...rest],
    wire: device('compressor', { knee: 6, makeup: 0 }),
    words: dynamicsWords
  },
  expander: {
    title: 'Expander',
    amount: 'dynamics',
    doubt: 1.5,
    knobs: dynamicsKnobs,
    starts: grid([-6, 3], [0.4, 0.9], [2], [6.5]),
    scaled: ([t, r, ...rest], amount) => [t!, Math.log2(1 + amount * (2 ** r! - 1)), ...rest],
    wire: device('expander', { knee: 6 }),
    words: dynamicsWords
  },
  saturation: {
    title: 'Saturation',
    amount: 'saturation',
    doubt: 1.15,
    // How far the mean of what sounds stands below full scale of the bend, dB; none of it bends where that is large.
    knobs: [{ name: 'headroom', min: -9, max: 24, step: 4 }],
    starts: [[12], [4]],
    // What a tanh adds grows with the square of what goes in.
    scaled: ([headroom], amount) => [headroom! - 10 * Math.log10(Math.max(1e-6, amount))],
    wire: (b, id, from, [headroom], reference) =>
      b.insert(id, saturation(rounded(Math.max(-24, Math.min(24, -reference - headroom!)))), { main: from }).main!,
    words: ([headroom]) => `a bend ${rounded(headroom!)} dB above the mean level`
  },
  room: {
    title: 'Room',
    amount: 'space',
    doubt: 1.15,
    likely: roomLikely,
    knobs: [
      { name: 'size', min: 0.1, max: 0.8, step: 0.15 },
      { name: 'mix', min: 0.05, max: 0.8, step: 0.15 },
      { name: 'damping', min: 0, max: 1, step: 0.25 }
    ],
    starts: grid([0.3, 0.5], [0.2, 0.4], [0.5]),
    // Of the room's level against what is dry: a mix is an angle.
    scaled: ([size, mix, damping], amount) => [size!, Math.atan(amount * Math.tan(mix! * right)) / right, damping!],
    wire: (b, id, from, [size, mix, damping], _, note) => {
      const end = b.node(id, {
        type: 'reverb',
        params: { size: rounded(size!, 2), damping: rounded(damping!, 2), mix: rounded(mix!, 2) },
        note
      })
      b.wire(from, end)
      return end
    },
    words: ([size, mix]) => `size ${rounded(size!, 2)}, ${Math.round(100 * mix!)} %`
  }
}
