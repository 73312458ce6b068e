/** Trying what is offered: at a glance first, then the promising in earnest, then the best with all turned again. */
import type { Kernels } from '@mixwright/dsp'
import type { FitProblem } from '../fit/graph-rig.ts'
import { type Console, devicesOf } from './console.ts'
import { type Fitted, fitted, lossOn } from './console-rig.ts'
import type { Stretches } from './excerpts.ts'
import { nearer } from './nearer.ts'
import type { Proposal } from './proposals.ts'
import type { SearchWork } from './work.ts'

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
  fit(console: Console, on: FitProblem, iterations: number): Fitted
  readonly trace?: ((line: string) => void) | undefined
}
/** So many of what is offered are tried in earnest, unless the best is nearer by so much. */
const promising = 3,
  outdone = 1.15
/** Consoles with a room are heard first, as it takes long to turn them: so many are turned, and by so much less. */
const likely = 2,
  withRoom = 0.4

/** Rounds on samples at most. */
const rounds = 24

/** @param stretches whose samples tell, of a source that stands alone */
export function createTrial(
  problem: FitProblem,
  effort: Effort,
  worth: number,
  { kernels, signal, trace }: SearchOptions,
  stretches?: Stretches
): Trial {
  const begun = (console: Console, on: FitProblem, iterations: number): Fitted | undefined => {
    if (!stretches || console.responses || iterations === 0) return undefined
    const near = nearer(console, stretches, on.passages.length, kernels, Math.min(rounds, iterations)),
      [loss, before] = [near, console].map(one => lossOn(one, on, kernels)) as [number, number]
    return loss < before ? { console: near, loss } : undefined
  }
  return {
    problem,
    kernels,
    effort,
    worth,
    trace,
    fit(console, on, iterations) {
      signal?.throwIfAborted()
      const loss = lossOn(console, on, kernels)
      if (loss <= indistinct) return { console, loss }
      const near = begun(console, on, iterations)
      // Before the end that is near enough.
      if (near && iterations < effort.last) return near
      return fitted(near?.console ?? console, on, kernels, Math.ceil(iterations * (console.responses ? withRoom : 1)))
    }
  }
}

/** What helps most of what is offered, with all turned again; undefined where nothing helps enough. */
export function mostHelpful(
  best: Fitted,
  offers: readonly Proposal[],
  trial: Trial
): (Fitted & { readonly name: string }) | undefined {
  const { problem, kernels, effort, worth, fit, trace } = trial,
    [glance, first] = [1, 2].map(
      (count): FitProblem => ({ ...problem, passages: problem.passages.slice(0, count) })
    ) as [FitProblem, FitProblem],
    // What needs more devices must give more.
    value = (one: Fitted) => one.loss * (1 + worth * (weightOf(one.console) - weightOf(best.console))),
    turned = (some: readonly Proposal[], on: FitProblem, iterations: number) =>
      some.map(({ name, console }) => ({ name, ...fit(console, on, iterations) })).sort((a, b) => value(a) - value(b)),
    glanced = turned(likeliest(offers, glance, kernels), glance, Math.ceil(effort.trial / 2)),
    near = glanced.filter(one => value(one) < outdone * value(glanced[0]!)).slice(0, promising),
    // Where one is by far the best, a second look is none the wiser.
    [tried, on] = near.length > 1 ? [turned(near, first, effort.trial), first] : [near, glance],
    [found] = tried
  trace?.([glanced, tried].map(all => all.map(t => `${t.name} ${t.loss.toFixed(3)}`).join(' | ')).join('\n      '))
  if (!found || value(found) > lossOn(best.console, on, kernels)) return undefined
  const joint = fit(found.console, problem, effort.joint)
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
