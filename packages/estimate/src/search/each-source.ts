/** What single sources of a mix lack: each is searched while all the others stay as they are. */
import type { Kernels, Samples } from '@mixwright/dsp'
import type { Console, Device, Strip } from './console.ts'
import { type Fitted, heardBy } from './console-rig.ts'
import { dryOf, problemOf, type Stretches, withInput } from './excerpts.ts'
import type { Listener } from './listener.ts'
import { searchSource } from './search.ts'
import type { SearchOptions } from './trial.ts'
import type { SearchWork } from './work.ts'

/** Devices that a source may win, the share of the loss that each must take, and steps of gradient: all is turned again later. */
const limits = { most: 3, worth: 0.01 } as const,
  effort = { trial: 4, joint: 8, last: 0 } as const
/** The input that holds all others. */
const rest = 'all else'

export interface SourceJob {
  readonly stretches: Stretches
  /** Its strip is searched; what it sends stays with the others. */
  readonly console: Console
  readonly s: number
  /** What the console gives in each judged stretch. */
  readonly heard: readonly (readonly Samples[])[]
}
export interface SourceFound {
  readonly chain: readonly Device[]
  /** What was tried, in words. */
  readonly trace: readonly string[]
}

/**
 * The console with the chains that its sources have by themselves, wherever the mix comes nearer by that. All are searched
 * beside what the others were before, so that it does not matter which is done first.
 */
export async function eachByItself(
  start: Fitted,
  listener: Listener,
  work: SearchWork,
  { trace, progress }: Pick<SearchOptions, 'trace' | 'progress'>
): Promise<Fitted> {
  const { console } = start,
    { stretches } = listener,
    heard = await listener.sound(console)
  let done = 0
  const found = await Promise.all(
    console.strips.map(async (_, s) => {
      const one = await work.source({ stretches, console, s, heard })
      progress?.(++done / console.strips.length)
      return one
    })
  )
  let best = start
  for (const [s, { chain, trace: lines }] of found.entries()) {
    const strip = best.console.strips[s]!,
      next = withStrip(best.console, s, { ...strip, chain }),
      loss = await listener.loss(next)
    for (const line of lines) trace?.(`  ${strip.input}: ${line}`)
    trace?.(`${strip.input} by itself: ${loss.toFixed(4)} after ${best.loss.toFixed(4)}`)
    if (loss < best.loss) best = { console: next, loss }
  }
  return best
}
const withStrip = (console: Console, s: number, strip: Strip): Console => ({
  ...console,
  strips: console.strips.map((one, i) => (i === s ? strip : one))
})

/** The chain of one source, searched where it is heard best, like that of a source that stands alone. */
export async function byItself(
  { stretches: all, console, s, heard: mix }: SourceJob,
  kernels: Kernels
): Promise<SourceFound> {
  const strip = console.strips[s]!,
    { channels } = console,
    best = heardBest(all, strip.input, mix),
    stretches = { ...all, starts: best.map(p => all.starts[p]!), passages: best.map(p => all.passages[p]!) },
    heard = best.map(p => mix[p]!),
    alone: Console = { strips: [{ ...strip, sends: {} }], rooms: [], bus: [], channels },
    others = difference(heard, heardBy(alone, problemOf(stretches, kernels), kernels)),
    beside: Strip = { input: rest, channels, chain: [], sends: {} },
    trace: string[] = [],
    { console: found } = await searchSource(
      withInput(stretches, rest, others),
      strip.input,
      strip.channels,
      { kernels, effort, trace: line => trace.push(line) },
      { ...limits, from: { ...alone, strips: [...alone.strips, beside] }, rest }
    )
  return { chain: found.strips[0]!.chain, trace }
}

/** Stretches that a source is searched in. */
const listened = 4
/** Of the loudest stretch, as a mix counts at least: where hardly anything sounds, nothing stands out. */
const quiet = 1e-3
/** Stretches by how much of their mix a source is, the most first. */
function heardBest(stretches: Stretches, input: string, mix: Sound): number[] {
  const energies = (sounds: Sound) => sounds.map(audio => audio.reduce((sum, x) => sum + energyOf(x), 0)),
    [own, all] = [energies(dryOf(stretches, input)), energies(mix)],
    least = quiet * Math.max(...all),
    share = (p: number) => own[p]! / Math.max(all[p]!, least)
  return [...own.keys()].sort((a, b) => share(b) - share(a)).slice(0, listened)
}
function energyOf(x: Samples): number {
  let sum = 1e-20
  for (let i = 0; i < x.length; i++) sum += x[i]! ** 2
  return sum
}

type Sound = SourceJob['heard']
/** Judged samples, stretch by stretch. */
const difference = (all: Sound, some: Sound): Float32Array[][] =>
  all.map((audio, p) =>
    audio.map((channel, c) => {
      const left = Float32Array.from(channel),
        own = some[p]![c]!
      for (let i = 0; i < left.length; i++) left[i]! -= own[i]!
      return left
    })
  )
