/** Where trying one thing after the other ends: all numbers at once, of the chain and of fuller ones, and away with what is not needed. */
import { completed, exchanged, twoCompressors } from './completed.ts'
import { type Console, devicesOf, withoutDevice } from './console.ts'
import { type Fitted, lossOn } from './console-rig.ts'
import type { LongPassage } from './long-passage.ts'
import { fewerFilters } from './fewer-filters.ts'
import { withTurnableRoom } from './measured-room.ts'
import { inserted, type Proposal, withChain } from './proposals.ts'
import { alike, indistinct, type SearchOptions, type Trial, usualTolerance } from './trial.ts'

/** A loss above which a chain is not all there, though nobody hears what it lacks: a second compressor leaves little. */
export const incomplete = 0.002
/** Another chain must leave less than the share; one with rarer things is tried where more is left. */
const muchNearer = 0.5,
  strange = 0.06,
  strangeRoom = 1.5
/** Error to signal: a sound against itself upside down has 4, against silence 1. What leaves the share of another's error was there. */
const upsideDown = 2,
  proof = 0.25
/** All numbers at once, of the chain as it is and of a fuller one; what that does not need goes again. Undefined where nothing is nearer. */
export async function deepened(
  best: Fitted,
  long: LongPassage,
  trial: Trial,
  options: SearchOptions
): Promise<Fitted | undefined> {
  let left = 1
  const { problem, kernels, trace, work } = trial,
    turned = async (name: string, console: Console, below?: number) => {
      options.signal?.throwIfAborted()
      const found = await work.refine({ console, passage: long, below }),
        loss = lossOn(found.console, problem, kernels)
      trace?.(`${name} ${best.loss.toFixed(4)} > ${loss.toFixed(4)}, error ${found.errorToSignal.toExponential(1)}`)
      // Nobody knows how many are to come: each takes a fifth of what is left.
      left *= 0.8
      options.progress?.(1 - left)
      return { ...found, loss }
    },
    { console } = best,
    from = console.responses ? withTurnableRoom(console) : console,
    upright = await turned('all numbers', from),
    again = upright.errorToSignal > upsideDown ? await turned('all numbers, upside down', turnedOver(from)) : upright,
    nearest = again.loss < best.loss ? { console: again.console, loss: again.loss } : best
  // Not where a room that can be turned is nothing like the one that was measured.
  if (from !== console && again.loss >= strangeRoom * best.loss) return nearest === best ? undefined : nearest
  let closest = again
  /** The first that is near enough, whichever is ready first. */
  const nearEnough = async (offers: Iterable<Proposal>) => {
    for (const some of handfuls(offers, work.hands))
      for (const found of await Promise.all(
        some.map(({ name, console }) => turned(name, console, again.errorToSignal / 2))
      )) {
        if (found.errorToSignal < closest.errorToSignal) closest = found
        const proven = found.loss < nearest.loss && found.errorToSignal < proof * again.errorToSignal
        if (proven || found.loss < muchNearer * nearest.loss) return found
      }
    return undefined
  }
  // One that comes nearer only on samples may lack what hides in it.
  const found =
    (await nearEnough(others(again.console, nearest.loss))) ??
    (closest.errorToSignal < proof * again.errorToSignal
      ? await nearEnough(twoCompressors(closest.console))
      : undefined)
  return found ? pruned(found, trial, options) : nearest === best ? undefined : nearest
}

function* others(console: Console, loss: number): Generator<Proposal> {
  if (loss > alike) yield* exchanged(console)
  if (loss > incomplete) yield* completed(console, loss > strange)
}

function* handfuls<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let some: T[] = []
  for (const one of all)
    if (some.push(one) === size) {
      yield some
      some = []
    }
  if (some.length > 0) yield some
}

/** With the other polarity. */
function turnedOver(console: Console): Console {
  const { chain } = console.strips[0]!,
    rest = chain.filter(({ type }) => type !== 'polarity')
  return rest.length < chain.length
    ? withChain(console, 0, rest)
    : inserted(console, 0, [{ type: 'polarity', params: {} }], 0)
}

/** What pruning may leave, whatever it costs. */
const nothing = alike / 2
/**
 * An error to signal that no other engine comes below. A chain that leaves a share of it has what was there; without a device that
 * was, more is left, though nobody would miss it.
 */
const exact = 2e-5
/** Steps of gradient of what others can do in the place of a device, and once it has gone. */
const inItsPlace = 3,
  withoutIt = 15
export async function pruned(
  start: Fitted,
  { fit, problem, trace, errorOf }: Trial,
  { tolerance = usualTolerance }: SearchOptions
): Promise<Fitted> {
  let best = start
  const known = errorOf(start.console) < proof * exact,
    within = ({ loss, console }: Fitted) =>
      loss <= Math.max(nothing, Math.min(best.loss * (1 + tolerance / 2), start.loss * (1 + tolerance)) + indistinct) &&
      (!known || errorOf(console) <= exact),
    fewer = fewerFilters(start.console, 0, problem.sampleRate),
    again = fewer && (await fit(fewer, withoutIt))
  if (again && within(again)) {
    trace?.(`fewer filters ${again.loss.toFixed(4)}`)
    best = again
  }
  for (let before = Number.POSITIVE_INFINITY; devicesOf(best.console).length < before; ) {
    before = devicesOf(best.console).length
    const order = await Promise.all(
      devicesOf(best.console)
        .filter(({ type }) => type !== 'gain')
        .map(async ({ id }) => ({ id, loss: (await fit(withoutDevice(best.console, id), inItsPlace, 1)).loss }))
    )
    for (const { id, loss } of order.sort((a, b) => a.loss - b.loss)) {
      if (loss > 3 * best.loss + 0.05) break
      const again = await fit(withoutDevice(best.console, id), withoutIt)
      if (!within(again)) continue
      trace?.(`- ${id} ${again.loss.toFixed(4)}`)
      best = again
    }
  }
  return best
}
