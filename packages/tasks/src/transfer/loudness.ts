/** The end of a transfer: the whole sound through its chain, as loud as it is to be, below the ceiling. */
import { type Clip, gainTo, type Measurement } from '@mixwright/dsp'
import type { Graph, Sink } from '@mixwright/graph'
import { asHeard } from '../master/loudness.ts'
import type { Sound } from '../master/sound.ts'
import { type Weighted, weightedMean } from '../master/tone.ts'
import { rounded, signed } from '../mix/decisions.ts'
import { asMeasured, limitingWarnings, masterMix, type Metered, metered } from '../mix/master.ts'
import type { Aim } from './aims.ts'
import { emptyTransfer, type TransferChain, transferGraph, wordsOf } from './chain.ts'
import type { TransferServices, TransferSettings } from './transfer.ts'

/** LU that nobody hears: nothing is turned for less. And what the loudness may miss. */
const unheard = 0.03,
  tolerance = 0.1
/** dB from which on what the tone took or gave is made good first: a gain does 24 dB upwards at most. */
const farFrom = 18
/** dB by which a true peak is told too high or too low in a style. */
const rounding = 0.01

export interface Finished {
  readonly chain: TransferChain
  readonly metered: Metered
  readonly warnings: readonly string[]
}
export async function finished(
  { clip, measured }: Sound,
  chain: TransferChain,
  aims: readonly Weighted<Aim>[],
  { loudness, ceiling }: TransferSettings,
  services: TransferServices
): Promise<Finished> {
  const channels = clip.channels as 1 | 2,
    target = targetOf(measured, aims, loudness),
    gainOf = ({ metered: { measured, series } }: Written) =>
      Math.abs(target - asHeard(measured as Heard)) < unheard
        ? 0
        : gainTo(series.momentary, asMeasured(target, channels)),
    tonedBy = (chain: TransferChain) => written('toned', transferGraph(chain, channels), clip, services, 0)
  let made = chain,
    toned = await tonedBy(made)
  if (Math.abs(gainOf(toned)) > farFrom) {
    made = { ...chain, makeup: { gain: rounded(gainOf(toned)), reason: 'Back to a level that is usual.' } }
    toned = await tonedBy(made)
  }
  const gain = gainOf(toned),
    theirs = aims.reduce((most, { of }) => Math.max(most, of.truePeak ?? most), ceiling),
    highest = services.fullScale ? Math.min(0, theirs) : theirs,
    untouched = gain === 0 && wordsOf(made).length === 0
  if (!untouched && toned.metered.measured.truePeak! + gain > highest + rounding)
    return limitedTo(made, toned, { loudness: target, ceiling: highest, channels }, services)
  const louder = gain === 0 ? {} : { loudness: turnedBy(gain, target) },
    { metered } = await written(
      'transferred',
      transferGraph({ ...emptyTransfer, ...louder }, channels),
      toned.clip,
      services,
      0.5
    )
  return { chain: { ...made, ...louder }, metered, warnings: [] }
}
const turnedBy = (gain: number, target: number) => ({
  gain: rounded(gain, 2),
  reason: `${signed(gain)} dB: as loud as it is to be, ${target.toFixed(1)} LUFS.`
})
interface Written {
  readonly clip: Clip
  readonly metered: Metered
}
type Heard = Parameters<typeof asHeard>[0]

/** LUFS as heard. Styles that have no loudness leave it. */
function targetOf(own: Measurement, aims: readonly Weighted<Aim>[], amount: number): number {
  const now = asHeard(own as Heard),
    theirs = weightedMean(aims, aim => aim.loudness ?? now)!
  return now + amount * (theirs - now)
}

/** A clip through a graph, from the first half of the stage's progress on or from the second. */
async function written(
  name: 'toned' | 'transferred',
  graph: Graph,
  clip: Clip,
  services: TransferServices,
  from: number
): Promise<Written> {
  const { sampleRate } = clip,
    channels = clip.channels as 1 | 2,
    take = await services.open(name, { sampleRate, channels }),
    meter = metered(sampleRate, take.write as Sink, channels)
  await services.render(
    graph,
    { sound: clip },
    { transferred: meter.sink },
    {
      sampleRate,
      tail: 0,
      ...(services.signal && { signal: services.signal }),
      progress: fraction => services.progress?.('render', from + fraction / 2)
    }
  )
  return { clip: await take.close(), metered: meter.result() }
}

async function limitedTo(
  chain: TransferChain,
  { clip, metered: { measured, series } }: Written,
  target: { readonly loudness: number; readonly ceiling: number; readonly channels: 1 | 2 },
  services: TransferServices
): Promise<Finished> {
  const levels = { ...measured, integrated: asHeard(measured as Heard), momentary: series.momentary },
    done = await masterMix(clip, levels, target, {
      ...services,
      open: (_, format) => services.open('transferred', format),
      progress: (_, fraction) => services.progress?.('render', 0.5 + fraction / 2)
    }),
    missed = asHeard(done.measured as Heard) - target.loudness
  return {
    chain: { ...chain, loudness: { gain: done.gain, ceiling: done.ceiling, reason: done.reason } },
    metered: done,
    warnings:
      Math.abs(missed) > tolerance
        ? [
            `The loudness misses ${target.loudness.toFixed(1)} LUFS by ${signed(missed)} LU: peaks are held at ${rounded(target.ceiling)} dBTP, and more gain would only bend them.${services.fullScale ? ' Written as 32-bit floats, peaks may stand as high as the reference has them.' : ''}`
          ]
        : limitingWarnings(done, asHeard(done.measured as Heard))
  }
}
