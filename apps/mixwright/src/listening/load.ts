/** What the page brings along: the test, its audio, and the veiled names. */
import { type PageTest, type ScaleKey, scales, veil } from '@mixwright/tasks'
import { bytesOf } from './audio.ts'
import { byId } from './element.ts'

export const readTest = (): PageTest => JSON.parse(byId('test').textContent!) as PageTest

export interface Named {
  readonly label: string
  /** Seconds from the start of the file; LUFS; dB. */
  readonly from: number
  readonly loudness: number
  readonly gain: number
}
/** Lifts the veil. Called once the listener has finished, and not before. */
export const namesOf = ({ names, key }: PageTest): { names: Record<string, Named>; reference?: Named } =>
  JSON.parse(new TextDecoder().decode(veil(bytesOf(names), key)))

/** A whole number below `count`, without bias. */
export function drawn(count: number): number {
  const limit = 2 ** 32 - (2 ** 32 % count),
    word = new Uint32Array(1)
  do crypto.getRandomValues(word)
  while (word[0]! >= limit)
  return word[0]! % count
}
/** In a new random order (Fisher and Yates). */
export function dealt<T>(items: readonly T[]): T[] {
  const order = [...items]
  for (let i = order.length - 1; i > 0; i--) {
    const j = drawn(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** Answers while they are given; `Answers` of @mixwright/tasks once they are saved. */
export interface Sitting {
  session: string
  listener: string
  finished: boolean
  /** Since the last save. */
  changed: boolean
  rounds: OpenRound[]
  abx: { pair: readonly [string, string]; planned: number; trials: { x: string; answer: string }[] }[]
  comment: string
}
export interface OpenRound {
  order: readonly string[]
  scores: Record<ScaleKey, Record<string, number>>
  comments: Record<string, string>
}
export const newRound = (test: PageTest): OpenRound => ({
  order: dealt(test.stimuli),
  scores: Object.fromEntries(scales.map(s => [s.key, {}])) as OpenRound['scores'],
  comments: {}
})
export const newSitting = (test: PageTest): Sitting => ({
  session: Array.from(crypto.getRandomValues(new Uint32Array(2)), word => word.toString(16).padStart(8, '0')).join(''),
  listener: '',
  finished: false,
  changed: false,
  rounds: [newRound(test)],
  abx: [],
  comment: ''
})
/** How many ratings a round still lacks. */
export const missingIn = (round: OpenRound): number =>
  scales.reduce((sum, { key }) => sum + round.order.length - Object.keys(round.scores[key]).length, 0)
/** Whether anything has been answered at all. */
export const isUntouched = ({ rounds, abx, comment }: Sitting): boolean =>
  abx.length === 0 &&
  comment.trim() === '' &&
  rounds.every(
    ({ scores, comments }) =>
      scales.every(({ key }) => Object.keys(scores[key]).length === 0) && Object.values(comments).every(c => !c.trim())
  )
