/** Where the mix lies beside its dry sources: later or earlier, and whether its clock runs alike. */
import { type Clip, kaiser, type Kernels } from '@mixwright/dsp'
import {
  alignMix,
  alignmentReach,
  firstArrival,
  type LongPassage,
  type MixAlignment,
  readLong
} from '@mixwright/estimate'
import { TaskError } from '../define.ts'
import { ofTheseStems } from '../mix/rough.ts'

export interface Aligned {
  /** Samples by which the mix is later than the sources at its start. */
  readonly delay: number
  /** By how much longer the mix is, 0: not at all; 1e-5 is 0.6 ms in a minute. */
  readonly drift: number
}

/** Samples: what filters turn in phase looks like a delay of so many, and is none. */
const phase = 3
const beyondPhase = (delay: number): number => (Math.abs(delay) <= phase ? 0 : delay)

/** Seconds at either end that a drift is read from, and that a song must have for it. */
const end = 20,
  least = 60
/** Samples that both ends must differ by for a drift to be believed. */
const believed = 3

/**
 * One source by the first of its sound that arrives, several by the strongest.
 * @returns and of one source what its room is measured on
 * @throws TaskError if nothing correlates
 */
export async function aligned(
  dry: Readonly<Record<string, Clip>>,
  mix: Clip,
  kernels: Kernels
): Promise<Aligned & { readonly long?: LongPassage }> {
  const strongest = await byStrongest(Object.values(dry), mix, kernels),
    [one, another] = Object.entries(dry)
  if (another) return strongest
  const long = await readLong(...one!, inTime(mix, strongest)),
    lead = firstArrival(long)
  if (lead === 0) return { ...strongest, long }
  const first = { ...strongest, delay: strongest.delay - lead }
  return { ...first, long: await readLong(...one!, inTime(mix, first)) }
}

async function byStrongest(dry: readonly Clip[], mix: Clip, kernels: Kernels): Promise<Aligned> {
  const whole = await alignMix(mix, dry, kernels)
  if (!whole || whole.sharpness < ofTheseStems)
    throw new TaskError(
      `the mix has nothing in common with the dry sources within ${alignmentReach} s; give the sources of this mix, from its start on, not stretched in time`
    )
  const { sampleRate, frames } = mix,
    delay = beyondPhase(whole.delay)
  if (frames < least * sampleRate) return { delay, drift: 0 }
  const length = Math.round(end * sampleRate),
    at = (start: number) =>
      alignMix(
        windowed(mix, start, length),
        dry.map(clip => windowed(clip, start, length)),
        kernels
      ),
    [first, last] = [await at(0), await at(frames - length)] as [MixAlignment | undefined, MixAlignment | undefined]
  if (!first || !last || Math.abs(last.delay - first.delay) < believed) return { delay, drift: 0 }
  return { delay: first.delay, drift: (last.delay - first.delay) / (frames - length) }
}

/** The mix at the pace and at the time of the sources. */
export const inTime = (mix: Clip, { delay, drift }: Aligned): Clip =>
  drift === 0
    ? shifted(mix, delay)
    : // What was read at its start is that of the middle there.
      paced(mix, delay - (drift * Math.round(end * mix.sampleRate)) / 2, 1 + drift)

function windowed(clip: Clip, start: number, frames: number): Clip {
  return { ...clip, frames, read: (at, count, into) => clip.read(start + at, count, into) }
}
const shifted = (clip: Clip, delay: number): Clip =>
  delay === 0
    ? clip
    : { ...clip, frames: clip.frames - delay, read: (start, count, into) => clip.read(start + delay, count, into) }

/** Half of the samples that a value between samples is made of: a sinc in a Kaiser window, flat to 0.42 of the rate. */
const reach = 24,
  beta = 9,
  /** The window at `reach` times k / tableSize. */
  tableSize = 4096
const table = () => Float64Array.from({ length: tableSize + 1 }, (_, k) => kaiser(k / tableSize, beta))
/** Sample i of the result is the clip at `delay + i pace`. */
function paced(clip: Clip, delay: number, pace: number): Clip {
  const window = table()
  return {
    ...clip,
    frames: Math.floor((clip.frames - delay) / pace),
    async read(start, count) {
      const from = Math.floor(delay + start * pace) - reach,
        audio = await clip.read(from, Math.ceil(count * pace) + 2 * reach + 2)
      return audio.map(channel =>
        Float32Array.from({ length: count }, (_, i) => valueAt(channel, delay + (start + i) * pace - from, window))
      )
    }
  }
}
function valueAt(channel: Float32Array, at: number, window: Float64Array): number {
  const whole = Math.floor(at),
    rest = at - whole
  if (rest < 1e-9) return channel[whole]!
  // sin(π (k - rest)) changes only its sign from sample to sample.
  const sine = Math.sin(Math.PI * rest) / Math.PI
  let sum = 0
  for (let k = 1 - reach; k <= reach; k++) {
    const x = k - rest,
      w = window[Math.min(tableSize, Math.round((Math.abs(x) / reach) * tableSize))]!
    sum += (channel[whole + k]! * w * (k % 2 === 0 ? -sine : sine)) / x
  }
  return sum
}
