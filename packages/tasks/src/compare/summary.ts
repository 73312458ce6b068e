/** Answers of one or more listeners as statistics: means, paired differences, ABX totals. */
import { type Answers, isComplete, rightOf } from './answers.ts'
import { ratingRange, type ScaleKey, scales } from './scales.ts'
import { binomialTail, confidence, holm, type Interval, type Mean, meanOf, proportionInterval } from './statistics.ts'

export interface Rated extends Omit<Mean, 'p'> {
  readonly scale: ScaleKey
  /** Id of the stimulus. */
  readonly stimulus: string
}
/** Mean of (score of `than` taken from that of `stimulus`), over those who rated both. */
export interface Difference extends Mean {
  readonly scale: ScaleKey
  readonly stimulus: string
  readonly than: string
  /** `p` corrected for all pairs of the scale (Holm). */
  readonly adjusted: number | null
}
export interface AbxTotal {
  readonly pair: readonly [string, string]
  readonly right: number
  readonly trials: number
  /** One-sided: the chance of as many right answers or more by guessing. */
  readonly p: number
  /** Of the share of right answers (Clopper-Pearson). */
  readonly interval: Interval
  readonly listeners: readonly { readonly listener: string; readonly right: number; readonly trials: number }[]
  /** Runs that were stopped early, and do not count. */
  readonly stopped: number
}
export interface Summary {
  readonly listeners: number
  readonly rounds: number
  /**
   * What counts as one observation: a listener's mean over the rounds, from three listeners on; below, every round, and
   * intervals then speak of these listeners only.
   */
  readonly unit: 'listener' | 'round'
  readonly stimuli: readonly { readonly id: string; readonly label: string }[]
  readonly means: readonly Rated[]
  readonly differences: readonly Difference[]
  readonly abx: readonly AbxTotal[]
  readonly comments: readonly { readonly listener: string; readonly stimulus?: string; readonly text: string }[]
}

/** Listeners from whom on each counts once. */
const enough = 3

/**
 * @param all at least one, each of another sitting
 * @throws RangeError if they belong to different pages, are unfinished or given twice
 */
export function summarise(all: readonly Answers[]): Summary {
  checkTogether(all)
  const names = all.map((a, i) => a.listener.trim() || `listener ${i + 1}`),
    // Who sits down twice under one name is one listener.
    listeners = [...new Set(names)],
    unit = listeners.length >= enough ? 'listener' : 'round'
  const stimuli = all[0]!.stimuli.map(({ id, label }) => ({ id, label: label! }))
  const rounds = all.flatMap((answers, i) => answers.rounds.map(round => ({ listener: names[i]!, round })))
  /** One number per observation, from whatever a round says. */
  const observed = (of: (round: Answers['rounds'][number]) => number | undefined): number[] => {
    const found = rounds.flatMap(({ listener, round }) => {
      const value = of(round)
      return value === undefined ? [] : [{ listener, value }]
    })
    if (unit === 'round') return found.map(f => f.value)
    return listeners.flatMap(name => {
      const own = found.filter(f => f.listener === name).map(f => f.value)
      return own.length ? [meanOf(own).mean] : []
    })
  }
  const means = scales.flatMap(({ key }) =>
    stimuli.flatMap(({ id }): Rated[] => {
      const values = observed(round => round.scores[key][id])
      if (values.length === 0) return []
      const { n, mean, interval } = meanOf(values)
      return [{ scale: key, stimulus: id, n, mean, interval: interval && withinScale(interval) }]
    })
  )
  const differences = scales.flatMap(({ key }) => {
    const found = pairsOf(stimuli.map(s => s.id)).flatMap(([stimulus, than]) => {
      const values = observed(({ scores }) => {
        const a = scores[key][stimulus],
          b = scores[key][than]
        return a === undefined || b === undefined ? undefined : a - b
      })
      return values.length ? [{ scale: key, stimulus, than, ...meanOf(values) }] : []
    })
    const adjusted = holm(found.map(f => f.p))
    return found.map((f, i) => ({ ...f, adjusted: adjusted[i]! }))
  })
  return {
    listeners: listeners.length,
    rounds: rounds.length,
    unit,
    stimuli,
    means,
    differences,
    abx: abxTotals(all, names),
    comments: commentsOf(all, names)
  }
}

/** No mean can lie beyond the ends. */
const withinScale = ({ low, high }: Interval): Interval => ({
  low: Math.max(ratingRange.min, low),
  high: Math.min(ratingRange.max, high)
})

function checkTogether(all: readonly Answers[]): void {
  const sessions = new Set<string>()
  for (const { test, session, finished, listener } of all) {
    const whose = `the answers of ${listener.trim() || 'a listener without a name'}`
    if (test !== all[0]!.test)
      throw new RangeError(`${whose} belong to another page (${test}, not ${all[0]!.test}); gather one page at a time`)
    if (!finished)
      throw new RangeError(`${whose} are not finished; open them in the page, reveal the names and save again`)
    if (sessions.has(session)) throw new RangeError(`${whose} are given twice; give each file once`)
    sessions.add(session)
  }
}

const pairsOf = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]))

function abxTotals(all: readonly Answers[], names: readonly string[]): AbxTotal[] {
  const runs = all.flatMap((answers, i) => answers.abx.map(run => ({ listener: names[i]!, run })))
  return pairsOf(all[0]!.stimuli.map(s => s.id)).flatMap((pair): AbxTotal[] => {
    const own = runs.filter(({ run }) => pair.every(id => run.pair.includes(id)))
    if (own.length === 0) return []
    const counted = own
      .filter(({ run }) => isComplete(run))
      .map(({ listener, run }) => ({ listener, right: rightOf(run), trials: run.trials.length }))
    const right = counted.reduce((sum, c) => sum + c.right, 0),
      trials = counted.reduce((sum, c) => sum + c.trials, 0)
    return [
      {
        pair,
        right,
        trials,
        p: binomialTail(right, trials, 0.5),
        interval: proportionInterval(right, trials, confidence),
        listeners: counted,
        stopped: own.length - counted.length
      }
    ]
  })
}

const commentsOf = (all: readonly Answers[], names: readonly string[]): Summary['comments'] =>
  all.flatMap(({ rounds, comment }, i) => [
    ...rounds.flatMap(round =>
      Object.entries(round.comments).flatMap(([stimulus, text]) =>
        text.trim() ? [{ listener: names[i]!, stimulus, text: text.trim() }] : []
      )
    ),
    ...(comment.trim() ? [{ listener: names[i]!, text: comment.trim() }] : [])
  ])
