/** What single sources of a mix lack: each is searched while all the others stay as they are. */
import type { Audio } from '@mixwright/dsp'
import { type FitProblem, latencyMargin } from '../fit/graph-rig.ts'
import type { Console, Strip } from './console.ts'
import { type Fitted, heardBy, lossOn } from './console-rig.ts'
import type { Stretches } from './excerpts.ts'
import { searchSource } from './search.ts'
import type { SearchOptions } from './trial.ts'

/** Devices that a source may win, the share of the loss that each must take, and steps of gradient: all is turned again later. */
const limits = { most: 3, worth: 0.01 } as const,
  effort = { trial: 5, joint: 8, last: 0 } as const
/** The input that holds all others. */
const rest = 'all else'

/** The console with the chains that its sources have by themselves, wherever the mix comes nearer by that. */
export function eachByItself(start: Fitted, stretches: Stretches, problem: FitProblem, options: SearchOptions): Fitted {
  const { kernels, trace, signal } = options
  return start.console.strips.reduce((best, _, s) => {
    signal?.throwIfAborted()
    const strip = best.console.strips[s]!,
      { channels } = best.console,
      alone: Console = { strips: [{ ...strip, sends: {} }], rooms: [], bus: [], channels },
      others = difference(heardBy(best.console, problem, kernels), heardBy(alone, problem, kernels)),
      beside: Strip = { input: rest, channels, chain: [], sends: {} },
      { console: found } = searchSource(
        withInput(stretches, rest, others),
        strip.input,
        strip.channels,
        { ...options, effort, progress: undefined, trace: line => trace?.(`  ${strip.input}: ${line}`) },
        { ...limits, from: { ...alone, strips: [...alone.strips, beside] }, rest }
      ),
      console = withStrip(best.console, s, { ...strip, chain: found.strips[0]!.chain }),
      loss = lossOn(console, problem, kernels)
    trace?.(`${strip.input} by itself: ${loss.toFixed(4)} after ${best.loss.toFixed(4)}`)
    return loss < best.loss ? { console, loss } : best
  }, start)
}
const withStrip = (console: Console, s: number, strip: Strip): Console => ({
  ...console,
  strips: console.strips.map((one, i) => (i === s ? strip : one))
})

type Heard = ReturnType<typeof heardBy>
/** Judged samples, stretch by stretch. */
const difference = (all: Heard, some: Heard): Float32Array[][] =>
  all.map((audio, p) => audio.map((channel, c) => Float32Array.from(channel, (v, i) => v - some[p]![c]![i]!)))

/** The stretches with one more input, of which only the judged samples are known. */
function withInput(stretches: Stretches, name: string, heard: readonly Audio[]): Stretches {
  const { warmup, judged } = stretches
  return {
    ...stretches,
    passages: stretches.passages.map(({ inputs, wet }, p) => ({
      wet,
      inputs: {
        ...inputs,
        [name]: heard[p]!.map(channel => {
          const padded = new Float32Array(warmup + judged + latencyMargin)
          padded.set(channel, warmup)
          return padded
        })
      }
    }))
  }
}
