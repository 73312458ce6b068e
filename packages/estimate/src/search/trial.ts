/** Trying what is offered: at a glance first, then the promising in earnest, then the best with all turned again. */
import type { Kernels } from '@mixwright/dsp'
import type { FitProblem } from '../fit/graph-rig.ts'
import { type Console, devicesOf } from './console.ts'
import { type Fitted, fitted, heardBy, lossOn } from './console-rig.ts'
import type { Stretches } from './excerpts.ts'
import { nearer } from './nearer.ts'
import type { Proposal } from './proposals.ts'
import { createSearchWork, type SearchWork } from './work.ts'

/** Steps of gradient for what is tried, for what is taken, and at the end. */
export interface Effort {
  readonly trial: number
  readonly joint: number
  readonly last: number
}
export interface SearchOptions {
  readonly kernels: Kernels
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((fraction: number) => void) | undefined
  /** Share of the loss that all pruning may cost. Default: `usualTolerance`. */
  readonly tolerance?: number
  readonly effort?: Effort
  readonly trace?: ((line: string) => void) | undefined
  /** Who does what others can do. Default: this thread. */
  readonly work?: SearchWork
}
/** Loss that is nothing; and one below which nothing more is sought, as no ear tells these apart. */
export const indistinct = 0.0005,
  alike = 0.01
/** Share of the loss that pruning may cost in all, each device half of it. */
export const usualTolerance = 0.03

/** Where consoles of one search are turned and judged. */
export interface Trial {
  readonly problem: FitProblem
  readonly kernels: Kernels
  readonly effort: Effort
  /** Share of the loss that another device must take. */
  readonly worth: number
  readonly work: SearchWork
  /** @param passages so many, from the first on; by default all */
  fit(console: Console, iterations: number, passages?: number): Promise<Fitted>
  /** What a console does not give of the wet, sample by sample: power against power. */
  errorOf(console: Console): number
  readonly trace?: ((line: string) => void) | undefined
}
/** A console to be turned. */
export interface TurnJob {
  /** All jobs with one number have one list of stretches. */
  readonly on: number
  readonly stretches: Stretches
  readonly passages: number
  readonly console: Console
  readonly iterations: number
  /** Whether samples tell, as of a source that stands alone; and whether they are enough. */
  readonly samples: boolean
  readonly enough: boolean
}
/** So many of what is offered are tried in earnest, unless the best is nearer by so much. */
const promising = 3,
  outdone = 1.15
/** Consoles with a room are heard first, as it takes long to turn them: so many are turned, and by so much less. */
const likely = 2,
  withRoom = 0.4

/** Rounds on samples at most. */
const rounds = 24

/** @param samples whether they tell, as of a source that stands alone */
export function createTrial(
  stretches: Stretches,
  problem: FitProblem,
  effort: Effort,
  worth: number,
  samples: boolean,
  { kernels, signal, trace, work = createSearchWork(kernels) }: SearchOptions
): Trial {
  const on = work.fresh()
  return {
    problem,
    kernels,
    effort,
    worth,
    trace,
    work,
    async fit(console, iterations, passages = problem.passages.length) {
      signal?.throwIfAborted()
      return work.turn({
        on,
        stretches,
        passages,
        console,
        iterations,
        // Through a measured room it takes long: only for what is taken.
        samples: samples && (!console.responses || iterations >= effort.joint),
        enough: iterations < effort.last
      })
    },
    errorOf(console) {
      let [error, signal] = [0, 0]
      heardBy(console, problem, kernels).forEach((heard, p) =>
        stretches.passages[p]!.wet.forEach((channel, c) =>
          channel.forEach((v, i) => {
            signal += v * v
            error += (v - heard[c]![i]!) ** 2
          })
        )
      )
      return error / signal
    }
  }
}

export function turnedOn(whole: FitProblem, job: TurnJob, kernels: Kernels): Fitted {
  const { console, stretches, passages, iterations, samples, enough } = job,
    problem = firstOf(whole, passages),
    loss = lossOn(console, problem, kernels)
  if (loss <= indistinct) return { console, loss }
  const steps = Math.ceil(iterations * (console.responses ? withRoom : 1)),
    begun = (): Fitted | undefined => {
      if (!samples || iterations === 0) return undefined
      const near = nearer(console, stretches, passages, kernels, Math.min(rounds, steps)),
        found = lossOn(near, problem, kernels)
      return found < loss ? { console: near, loss: found } : undefined
    },
    near = begun()
  if (near && enough) return near
  return fitted(near?.console ?? console, problem, kernels, steps)
}
const firstOf = (problem: FitProblem, count: number): FitProblem => ({
  ...problem,
  passages: problem.passages.slice(0, count)
})

/** What helps most of what is offered, with all turned again; undefined where nothing helps enough. */
export async function mostHelpful(
  best: Fitted,
  offers: readonly Proposal[],
  trial: Trial
): Promise<(Fitted & { readonly name: string }) | undefined> {
  const { problem, kernels, effort, worth, fit, trace } = trial,
    // What needs more devices must give more.
    value = (one: Fitted) => one.loss * (1 + worth * (weightOf(one.console) - weightOf(best.console))),
    turned = async (some: readonly Proposal[], passages: number, iterations: number) =>
      (
        await Promise.all(
          some.map(async ({ name, console }) => ({ name, ...(await fit(console, iterations, passages)) }))
        )
      ).sort((a, b) => value(a) - value(b)),
    glanced = await turned(likeliest(offers, firstOf(problem, 1), kernels), 1, Math.ceil(effort.trial / 2)),
    near = glanced.filter(one => value(one) < outdone * value(glanced[0]!)).slice(0, promising),
    // Where one is by far the best, a second look is none the wiser.
    [tried, passages] = near.length > 1 ? [await turned(near, 2, effort.trial), 2] : [near, 1],
    [found] = tried
  trace?.([glanced, tried].map(all => all.map(t => `${t.name} ${t.loss.toFixed(3)}`).join(' | ')).join('\n      '))
  if (!found || value(found) > lossOn(best.console, firstOf(problem, passages), kernels)) return undefined
  const joint = await fit(found.console, effort.joint)
  return joint.loss > best.loss * (1 - worth) - indistinct ? undefined : { ...joint, name: found.name }
}

function likeliest(offers: readonly Proposal[], problem: FitProblem, kernels: Kernels): Proposal[] {
  const heard = offers
    .filter(({ console }) => console.responses)
    .map(offer => ({ offer, loss: lossOn(offer.console, problem, kernels) }))
    .sort((a, b) => a.loss - b.loss)
  return [...offers.filter(({ console }) => !console.responses), ...heard.slice(0, likely).map(({ offer }) => offer)]
}

/** A measured response is as dear as so many devices: a room that one can turn is preferred where it comes near. */
const dearResponse = 4
const weightOf = (console: Console): number =>
  devicesOf(console).reduce((sum, { type }) => sum + (console.responses?.[type] ? dearResponse : 1), 0)
