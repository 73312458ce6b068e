/** The chain of one source by trying what could be missing, the likeliest first, until nothing more helps. */
import type { Audio } from '@mixwright/dsp'
import { readSourceLevels } from '../analysis/index.ts'
import { type Console, devicesOf, type Device, startOf } from './console.ts'
import type { Fitted } from './console-rig.ts'
import { deepened, incomplete, pruned } from './deepened.ts'
import { dryOf, foldOf, problemOf, type Stretches } from './excerpts.ts'
import { isInverted, type LongPassage } from './long-passage.ts'
import { withWholeResponse } from './measured-room.ts'
import { type Among, offersFor, partOf } from './offers.ts'
import { alike, createTrial, mostHelpful, type SearchOptions, type Trial } from './trial.ts'

export interface Step {
  readonly name: string
  readonly loss: number
  readonly devices: number
}
export interface Searched {
  readonly console: Console
  readonly loss: number
  /** What was added, and the loss then. */
  readonly steps: readonly Step[]
}
/** A loss that can be heard: what leaves more is measured as one response where that halves it, though nobody can turn that. */
const audible = 0.1
const usualEffort = { trial: 8, joint: 16, last: 50 }
/** Of a source that stands alone: devices that are added at most, and the share of the loss that each must take. */
const alone = { most: 12, worth: 0.04 } as const

export async function searchSource(
  stretches: Stretches,
  name: string,
  channels: 1 | 2,
  options: SearchOptions,
  among?: Among
): Promise<Searched> {
  const { kernels, effort = usualEffort, trace } = options,
    progress = forward(options.progress),
    { long, sampleRate } = stretches,
    problem = problemOf(stretches, kernels),
    { most, worth } = among ?? alone,
    trial = createTrial(stretches, problem, effort, worth, !among, options),
    start =
      among?.from ?? levelled(dryOf(stretches, name), partOf(stretches, among).wet, name, channels, sampleRate, long),
    atMost = devicesOf(start).length + most
  let best = await trial.fit(start, effort.trial)
  const steps: Step[] = [],
    note = (step: string) => {
      steps.push({ name: step, loss: best.loss, devices: devicesOf(best.console).length })
      trace?.(`+ ${step} ${best.loss.toFixed(4)}`)
    },
    done = async (): Promise<Searched> => (among ? { ...best, steps } : finished(best, steps, trial, long, options))
  note('level')
  if (best.loss <= alike) return done()
  const offers = offersFor(best.console, stretches, trial, among)
  for (let round = 0; round < roundsOfAll; round++) {
    const given = best
    offers.begin()
    while (best.loss > alike && devicesOf(best.console).length < atMost && offers.left()) {
      const found = await mostHelpful(best, await offers.next(best), trial)
      offers.took(best, found?.name)
      if (!found) continue
      best = found
      note(found.name)
      progress(Math.min(tried, 0.15 * steps.length))
    }
    // All numbers of it have been turned, twice: behind what helped, more may.
    if (round > 1 && best === given) break
    const before = best.loss,
      deeper =
        long && before > incomplete
          ? await deepened(best, long, trial, {
              ...options,
              progress: far => progress(tried + (1 - tried) * 0.8 * far)
            })
          : undefined
    if (!deeper) break
    best = deeper
    note('all at once')
    if (!(best.loss < nearerBy * before)) break
  }
  return done()
}

/** Share of all work that trying is, about. */
const tried = 0.6
/** Progress that goes one way. */
function forward(progress: SearchOptions['progress']): (fraction: number) => void {
  let far = 0
  return fraction => {
    far = Math.max(far, fraction)
    progress?.(far)
  }
}
/** Rounds of trying and of all numbers at once; where these bring less than the share, none comes after. */
const roundsOfAll = 4,
  nearerBy = 0.9

/** All turned once more, without what is not needed; or, where that leaves much, with one response for all that is linear. */
async function finished(
  best: Fitted,
  steps: readonly Step[],
  trial: Trial,
  long: LongPassage | undefined,
  options: SearchOptions
): Promise<Searched> {
  const { fit, effort, kernels, trace } = trial
  trace?.(`all again ${best.loss.toFixed(4)}`)
  const last = await fit(best.console, effort.last)
  trace?.(`  ${last.loss.toFixed(4)}`)
  const turnable = await pruned(last.loss < best.loss ? last : best, trial, options),
    whole = long && turnable.loss > audible ? withWholeResponse(turnable.console, long, kernels) : undefined,
    fixed = whole && (await fit(whole, effort.trial))
  if (!fixed || fixed.loss > turnable.loss / 2) return { ...turnable, steps }
  trace?.(`whole response ${fixed.loss.toFixed(4)}`)
  return {
    ...fixed,
    steps: [...steps, { name: 'whole response', loss: fixed.loss, devices: devicesOf(fixed.console).length }]
  }
}

/** Level, place and polarity by least squares. */
function levelled(
  dry: readonly Audio[],
  wet: readonly Audio[],
  name: string,
  channels: 1 | 2,
  sampleRate: number,
  long: LongPassage | undefined
): Console {
  const {
      gain,
      pan,
      inverted: most
    } = readSourceLevels(
      dry.map((audio, p) => ({ sources: [audio], mix: wet[p]! })),
      sampleRate
    ).sources[0]!,
    inverted = long ? isInverted(long) : most,
    wide = wet[0]!.length as 1 | 2,
    chain: Device[] = [
      ...foldOf(name, channels, wide),
      ...(inverted ? [{ id: `${name}/polarity`, type: 'polarity', params: {} }] : []),
      ...(wide === 2 ? [{ id: `${name}/panning`, type: 'panning', params: { pan } }] : []),
      { id: `${name}/gain`, type: 'gain', params: startOf('gain', { gain }) }
    ]
  return { strips: [{ input: name, channels, chain, sends: {} }], rooms: [], bus: [], channels: wide }
}
