/** Stretches of dry sources and the wet, in memory: what a search listens to. */
import type { Audio, Clip, Kernels } from '@mixwright/dsp'
import { type FitProblem, latencyMargin } from '../fit/graph-rig.ts'
import { graphMatchLoss } from '../losses/graph-match.ts'
import { mixOutput } from './console.ts'

export interface Stretches {
  readonly sampleRate: number
  /** First judged samples. */
  readonly starts: readonly number[]
  /** Samples before each that only fill the memory of what is tried. */
  readonly warmup: number
  readonly judged: number
  readonly passages: readonly {
    /** By name; from `warmup` before the start on, `latencyMargin` beyond the end. */
    readonly inputs: Readonly<Record<string, Audio>>
    /** The judged samples. */
    readonly wet: Audio
  }[]
}

/** @param delay samples by which the wet is later than the dry */
export async function readStretches(
  dry: Readonly<Record<string, Clip>>,
  wet: Clip,
  { starts, warmup, judged, delay }: Pick<Stretches, 'starts' | 'warmup' | 'judged'> & { readonly delay: number }
): Promise<Stretches> {
  const passages = await Promise.all(
    starts.map(async start => ({
      inputs: Object.fromEntries(
        await Promise.all(
          Object.entries(dry).map(
            async ([name, clip]) => [name, await clip.read(start - warmup, warmup + judged + latencyMargin)] as const
          )
        )
      ),
      wet: await wet.read(start + delay, judged)
    }))
  )
  return { sampleRate: wet.sampleRate, starts, warmup, judged, passages }
}

/** To be fitted by the graph-match loss. */
export const problemOf = ({ sampleRate, warmup, judged, passages }: Stretches, kernels: Kernels): FitProblem => ({
  sampleRate,
  warmup,
  judged,
  output: mixOutput,
  passages: passages.map(({ inputs, wet }) => ({ inputs, loss: graphMatchLoss(kernels, wet, sampleRate) }))
})

/** Judged samples of the sources as they came. */
export const dryOf = ({ warmup, judged, passages }: Stretches, name: string): Audio[] =>
  passages.map(({ inputs }) => inputs[name]!.map(channel => channel.subarray(warmup, warmup + judged)))
