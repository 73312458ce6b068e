/** All numbers of a console looked for as those of a graph that is known: out of wrong valleys too. */
import type { Audio, Kernels } from '@mixwright/dsp'
import { fitSettings } from '../fit/fit-settings.ts'
import { type Console, consoleGraph, mixOutput, readBack, registryOf } from './console.ts'
import { unique } from './console-rig.ts'
import { loudestPart, type PassageJob } from './long-passage.ts'
import { later } from './nearer.ts'

/** Seconds that are compared, and that sound before them. */
const compared = 3,
  before = 1.5
/**
 * Other starts, what may be heard, and errors at which nothing else is tried (`SettingsOptions`): the console stands near what it
 * should, and no other engine comes nearer, but its own all the way.
 */
const effort = { starts: 24, rounds: 60, price: 1e-6, lost: 0.02, near: 0.005, exact: 2e-4 } as const

/** The console has no measured responses. */
export interface RefineJob extends PassageJob {
  /** An error to signal of the first seconds, above which it is given up. */
  readonly below?: number | undefined
}
export interface Refined {
  readonly console: Console
  readonly errorToSignal: number
}

export function refined({ console, passage, below }: RefineJob, kernels: Kernels): Refined {
  const { dry, wet, sampleRate, input, start } = passage,
    first = loudestPart(wet, Math.round(compared * sampleRate)),
    warmup = Math.min(first, Math.round(before * sampleRate)),
    from = first - warmup,
    frames = Math.min(warmup + Math.round(compared * sampleRate), wet[0]!.length - from),
    part = (audio: Audio) => audio.map(channel => channel.subarray(from, from + frames)),
    began = (start + from) / sampleRate,
    { graph, errorToSignal } = fitSettings(
      consoleGraph(later(console, began)),
      { sampleRate, inputs: { [input]: part(dry) }, frames, output: mixOutput, warmup },
      part(wet),
      kernels,
      { ...effort, may: unique, registry: registryOf(console), ...(below !== undefined && { below }) }
    )
  return { console: later(readBack(later(console, began), graph), -began), errorToSignal }
}
