/** What one listener has answered in one sitting: the JSON file that the page saves and opens. */
import { shown } from '@mixwright/dsp'
import { ratingRange, type ScaleKey, scales, stimulusCount } from './scales.ts'

export interface Answers {
  readonly kind: 'mixwright-comparison'
  readonly version: 1
  /** Which page: the same for all listeners. */
  readonly test: string
  /** Which sitting: no two are alike. */
  readonly session: string
  /** Name or initials, as typed. */
  readonly listener: string
  /** ISO 8601. */
  readonly saved: string
  /** Whether the names have been revealed; nothing can be changed afterwards. */
  readonly finished: boolean
  /** Labels are there once it is finished. */
  readonly stimuli: readonly { readonly id: string; readonly label?: string }[]
  /** In each round the letters are dealt anew. */
  readonly rounds: readonly Round[]
  readonly abx: readonly AbxRun[]
  readonly comment: string
}
export interface Round {
  /** Ids in the order of their letters. */
  readonly order: readonly string[]
  /** Scale → id → 0 to 100; what was not rated is missing. */
  readonly scores: Readonly<Record<ScaleKey, Readonly<Record<string, number>>>>
  /** By id. */
  readonly comments: Readonly<Record<string, string>>
}
export interface AbxRun {
  readonly pair: readonly [string, string]
  /** Only runs of as many trials count: who may stop at will can stop when it looks well. */
  readonly planned: number
  /** What X was, and what it was taken for. */
  readonly trials: readonly { readonly x: string; readonly answer: string }[]
}

export const rightOf = (run: AbxRun): number => run.trials.filter(t => t.x === t.answer).length
export const isComplete = (run: AbxRun): boolean => run.trials.length === run.planned

/** @param place names the file in messages @throws RangeError with place, value and remedy */
export function readAnswers(text: string, place: string): Answers {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw new RangeError(`${place}: this is not JSON; give a file that the listening page has saved`)
  }
  const { kind, version } = objectOf(data) ?? {}
  if (kind !== 'mixwright-comparison')
    throw new RangeError(
      `${place}: these are not answers to a comparison; give a file that the listening page has saved`
    )
  if (version !== 1) throw new RangeError(`${place}: version ${String(version)} is newer than this; update Mixwright`)
  const fault = faultOf(data as Loose)
  if (fault) throw new RangeError(`${place}: ${fault}; save the answers again from the listening page`)
  return data as Answers
}

type Loose = Readonly<Record<string, unknown>>
const objectOf = (value: unknown): Loose | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined
const listOf = (value: unknown): readonly Loose[] | undefined =>
  Array.isArray(value) && value.every(entry => objectOf(entry)) ? (value as Loose[]) : undefined

/** The first thing that is wrong, in words. */
function faultOf(data: Loose): string | undefined {
  for (const key of ['test', 'session', 'listener', 'saved', 'comment'])
    if (typeof data[key] !== 'string') return `"${key}" is ${shown(data[key])}, not a text`
  if (typeof data.finished !== 'boolean') return `"finished" is ${shown(data.finished)}, not true or false`
  const stimuli = listOf(data.stimuli),
    ids = new Set(stimuli?.map(s => s.id))
  const { min, max } = stimulusCount
  if (!stimuli || stimuli.length < min || stimuli.length > max || ids.size !== stimuli.length)
    return `"stimuli" must be a list of ${min} to ${max} different ones`
  for (const { id, label } of stimuli)
    if (typeof id !== 'string' || !(typeof label === 'string' || (label === undefined && !data.finished)))
      return `stimuli: ${shown({ id, label })} needs an id, and a label where the test is finished`
  const rounds = listOf(data.rounds),
    abx = listOf(data.abx)
  if (!rounds || !abx) return '"rounds" and "abx" must be lists'
  for (const [i, round] of rounds.entries()) {
    const fault = roundFault(round, ids)
    if (fault) return `rounds[${i}]: ${fault}`
  }
  for (const [i, run] of abx.entries()) {
    const fault = abxFault(run, ids)
    if (fault) return `abx[${i}]: ${fault}`
  }
  return undefined
}

function roundFault(round: Loose, ids: ReadonlySet<unknown>): string | undefined {
  const { order } = round,
    scores = objectOf(round.scores)
  if (
    !Array.isArray(order) ||
    order.length !== ids.size ||
    new Set(order).size !== ids.size ||
    !order.every(id => ids.has(id))
  )
    return `"order" is ${shown(order)}, not every stimulus once`
  for (const { key } of scales) {
    const given = objectOf(scores?.[key])
    if (!given) return `there are no scores of ${key}`
    for (const [id, score] of Object.entries(given)) {
      if (!ids.has(id)) return `scores.${key}: "${id}" is no stimulus of this test`
      if (!(typeof score === 'number' && score >= ratingRange.min && score <= ratingRange.max))
        return `scores.${key}: ${shown(score)} is not a number from ${ratingRange.min} to ${ratingRange.max}`
    }
  }
  const comments = objectOf(round.comments)
  if (!comments) return '"comments" is missing'
  for (const [id, text] of Object.entries(comments))
    if (!ids.has(id) || typeof text !== 'string')
      return `comments: ${shown({ [id]: text })} is no comment on a stimulus`
  return undefined
}

function abxFault({ pair, planned, trials }: Loose, ids: ReadonlySet<unknown>): string | undefined {
  if (!Array.isArray(pair) || pair.length !== 2 || pair[0] === pair[1] || !pair.every(id => ids.has(id)))
    return `"pair" is ${shown(pair)}, not two of the stimuli`
  const given = listOf(trials)
  if (!(Number.isInteger(planned) && (planned as number) >= 1))
    return `"planned" is ${shown(planned)}, not a whole number`
  if (!given || given.length > (planned as number)) return `"trials" must be a list of at most ${shown(planned)}`
  for (const { x, answer } of given)
    if (!pair.includes(x) || !pair.includes(answer)) return `trials: ${shown({ x, answer })} is not of the pair`
  return undefined
}
