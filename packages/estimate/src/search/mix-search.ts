/** The console of a whole mix: one kind of processing after the other on all sources, then without what is not heard. */
import { readSourceLevels } from '../analysis/index.ts'
import { type Console, devicesOf, type Strip, tidied, withoutDevice } from './console.ts'
import { dryOf, foldOf, type Stretches, withInput } from './excerpts.ts'
import type { Fitted } from './console-rig.ts'
import { eachByItself } from './each-source.ts'
import { createListener, type Listener } from './listener.ts'
import { busOf, staged } from './mix-stages.ts'
import { type WholePassage, withSharedRoom } from './shared-room.ts'
import type { Searched, Step } from './search.ts'
import { alike, indistinct, type SearchOptions, usualTolerance } from './trial.ts'
import { createSearchWork, type SearchWork } from './work.ts'

export interface Source {
  readonly name: string
  readonly channels: 1 | 2
}

/**
 * In the order in which an engineer would ask for them, each with its share of the time, roughly; a room once more where none
 * was found yet, and in the end, when what it is measured behind is known best.
 */
const stages = [
  ['gain and pan', 1],
  ['equaliser', 3],
  ['dynamics', 4],
  ['bends', 2],
  ['width', 4],
  ['space', 5],
  ['measured room', 9],
  ['each by itself', 34],
  ['missed room', 6],
  ['bus', 4],
  ['pruned', 26],
  ['measured again', 6]
] as const
type Stage = (typeof stages)[number][0]
/** Share of the loss that a stage must take to stay. */
const worth = 0.01
/**
 * Steps of gradient at most of a stage; where compressors come, which take longest to find to each other; where sources come back
 * that were searched by themselves; of each room; of what is pruned; of what is left.
 */
const effort = { stage: 20, dynamics: 80, joint: 40, room: 10, pruning: 8, last: 30 } as const

/** @param whole what a shared room is measured on; without it none is */
export async function searchMix(
  stretches: Stretches,
  sources: readonly Source[],
  options: SearchOptions,
  whole?: WholePassage
): Promise<Searched> {
  const { kernels, signal, trace, work = createSearchWork(kernels) } = options,
    listener = createListener(stretches, work, signal),
    steps: Step[] = [],
    note = (name: string, { console, loss }: Fitted) => {
      steps.push({ name, loss, devices: devicesOf(console).length })
      trace?.(`${name} ${loss.toFixed(4)} (${devicesOf(console).length} devices)`)
    },
    read = readSourceLevels(
      stretches.passages.map(({ wet }, p) => ({
        sources: sources.map(({ name }) => dryOf(stretches, name)[p]!),
        mix: wet
      })),
      stretches.sampleRate
    ),
    bare = drySum(sources, stretches.passages[0]!.wet.length as 1 | 2)
  const turned = async (stage: Stage, best: Fitted, progress: Progress): Promise<Fitted | undefined> => {
    const { console } = best
    switch (stage) {
      case 'each by itself': {
        const each = await eachByItself(best, listener, work, { trace, progress: part => progress(0.8 * part) })
        return each === best ? undefined : listener.fit(each.console, effort.joint, part => progress(0.8 + 0.2 * part))
      }
      case 'measured room':
        return whole && measured(best, whole, listener, effort.room, { ...options, work, progress })
      case 'missed room':
        return console.responses ? undefined : turned('measured room', best, progress)
      case 'measured again':
        return (
          console.responses && whole && measured(best, whole, listener, effort.stage, { ...options, work, progress })
        )
      case 'bus': {
        const bus = await busAlone(best, listener, work)
        return bus && listener.fit({ ...console, bus }, effort.stage, progress)
      }
      case 'pruned': {
        const left = await prunedMix(best, listener, { ...options, progress: part => progress(0.8 * part) })
        return left.loss < alike ? left : listener.fit(left.console, effort.last, part => progress(0.8 + 0.2 * part))
      }
      default: {
        // What can be turned stands for a room only where none could be measured.
        const start =
          stage === 'space' && console.responses ? undefined : staged(stage, console, read.sources, stretches)
        return start && listener.fit(start, stage === 'dynamics' ? effort.dynamics : effort.stage, progress)
      }
    }
  }
  let best: Fitted = { console: bare, loss: await listener.loss(bare) }
  note('dry sum', best)
  for (const [i, [stage]] of stages.entries()) {
    signal?.throwIfAborted()
    const progress = (part: number) =>
      options.progress?.((shareBefore(i) + part * stages[i]![1]) / shareBefore(stages.length))
    progress(0)
    const last = stage === 'pruned'
    if (best.loss < alike && !last) continue
    const found = await turned(stage, best, progress)
    if (!found) continue
    if (!last && found.loss > best.loss * (1 - worth)) {
      trace?.(`${stage}: ${found.loss.toFixed(4)}, left out`)
      continue
    }
    best = found
    note(stage, best)
  }
  return { ...best, steps }
}
type Progress = (fraction: number) => void
const shareBefore = (stage: number): number => stages.slice(0, stage).reduce((sum, [, share]) => sum + share, 0)

/** With the room as measured: what is sent tells the room, and the room what is sent. */
async function measured(
  before: Fitted,
  whole: WholePassage,
  listener: Listener,
  steps: number,
  { kernels, work, progress }: SearchOptions & { readonly work: SearchWork }
): Promise<Fitted | undefined> {
  let best = before
  for (let round = 0; round < rounds; round++) {
    const start = await withSharedRoom(best.console, whole, kernels, work),
      found = start && (await listener.fit(start, steps, part => progress?.((round + 0.3 + 0.7 * part) / rounds)))
    if (!found || found.loss >= best.loss) break
    best = found
  }
  return best === before ? undefined : best
}
/** Times that a room is measured at most. */
const rounds = 3

/** What a bus can do for all that the console gives, before anything else is turned for it: mostly nothing, and that is soon known. */
async function busAlone(
  { console, loss }: Fitted,
  listener: Listener,
  work: SearchWork
): Promise<Console['bus'] | undefined> {
  const { channels } = console,
    heard = await listener.sound(console),
    alone: Console = { strips: [{ input: total, channels, chain: [], sends: {} }], rooms: [], bus: busOf(), channels },
    found = await createListener(withInput(listener.stretches, total, heard), work).fit(alone, effort.stage)
  return found.loss > loss * (1 - worth) ? undefined : found.console.bus
}
const total = 'all'

function drySum(sources: readonly Source[], channels: 1 | 2): Console {
  const strips = sources.map(
    ({ name, channels: own }): Strip => ({
      input: name,
      channels: own,
      chain: [...foldOf(name, own, channels), { id: `${name}/gain`, type: 'gain', params: { gain: 0 } }],
      sends: {}
    })
  )
  return { strips, rooms: [], bus: [], channels }
}

/** Without what makes no difference: by what the loss is without each alone, as many as are affordable, turned again, checked. */
async function prunedMix(
  full: Fitted,
  listener: Listener,
  { signal, trace, progress, tolerance = usualTolerance }: SearchOptions
): Promise<Fitted> {
  let best = full,
    least = full.loss,
    budget = tolerance,
    prices: readonly number[] | undefined
  for (let round = 0; round < prunings; round++) {
    signal?.throwIfAborted()
    const cuts = cutsOf(best.console),
      told = (part: number) => progress?.((round + part) / prunings),
      losses = (prices ??= await listener.losses(
        cuts.map(cut => cut(best.console)),
        part => told(part / 2)
      )),
      cheapest = [...cuts.keys()].sort((a, b) => losses[a]! - losses[b]!)
    let spent = 0,
      console = best.console,
      count = 0
    for (const k of cheapest) {
      spent += Math.max(0, losses[k]! - best.loss)
      if (spent > budget * least + indistinct) break
      console = cuts[k]!(console)
      count++
    }
    if (count === 0) break
    const again = await listener.fit(tidied(console), effort.pruning, part => told(0.5 + part / 2)),
      most = least * (1 + tolerance) + indistinct
    trace?.(`without ${count}: ${again.loss.toFixed(4)} (at most ${most.toFixed(4)})`)
    if (again.loss <= most) [best, prices] = [again, undefined]
    else budget /= 3
    least = Math.min(least, again.loss)
  }
  return best
}
/** Times that devices are taken away at most. */
const prunings = 6
/** What takes away one of a console's devices, or one of its sends. */
const cutsOf = (console: Console): ((from: Console) => Console)[] => [
  ...devicesOf(console)
    .filter(({ type }) => type !== 'gain')
    .map(
      ({ id }) =>
        (from: Console) =>
          withoutDevice(from, id)
    ),
  ...console.strips.flatMap(({ sends }, s) =>
    Object.keys(sends).map(room => (from: Console) => withoutSend(from, s, room))
  )
]
const withoutSend = (console: Console, s: number, room: string): Console => ({
  ...console,
  strips: console.strips.map((strip, i) => {
    if (i !== s) return strip
    const { [room]: _, ...sends } = strip.sends
    return { ...strip, sends }
  })
})
