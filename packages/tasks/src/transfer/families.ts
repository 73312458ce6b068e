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
  /** Probability that there is more of it in what is aimed at, by what levels do there and here. Absent: its distance tells. */
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

type Levels = readonly number[]
/** dB by which a feature counts at most. */
const most = 12
/** A logistic regression of how levels differ. @param weights per dB that a feature stands higher in the aim */
function toldBy(weights: readonly (readonly [of: string, quantile: number, weight: number])[], none: number) {
  const terms = weights.map(
    ([of, quantile, weight]) =>
      [levelFeatures.findIndex(one => one.of === of && one.quantile === quantile), weight] as const
  )
  return (aim: Levels, now: Levels): number => {
    const sum = terms.reduce(
      (all, [i, weight]) => all + weight * Math.max(-most, Math.min(most, aim[i]! - now[i]!)),
      none
    )
    return 1 / (1 + Math.exp(-sum))
  }
}
/**
 * A room is told by what it takes away: the quickest falls. Over the development recordings, with a room, with a compressor or
 * with nothing, left out one by one, 68 % of rooms are told with 0.6, none where nothing is, and 13 % where a compressor is
 * (experiments/transfer/likely.ts).
 */
const roomLikely = toldBy(
  [
    ['fall', 0.02, 0.22],
    ['highFall', 0.01, 0.287]
  ],
  -0.9
)
/** So is a bend: it takes the highest peaks and leaves the highest levels (the same with `bend`). */
const bendLikely = toldBy(
  [
    ['peak', 0.98, -1.01],
    ['level', 0.98, 0.78]
  ],
  -1.53
)

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
    likely: bendLikely,
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
