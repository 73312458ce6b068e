/** How each measure that a reason cites is read from what sounds. */
import {
  type Audio,
  bandSum,
  largestMonoLoss,
  measureAudio,
  measureBarkFrames,
  measureCrest,
  measureLoudness,
  measureSpectrum,
  measureStereo
} from '@mixwright/dsp'
import { bandSums, loudnessWeights, soundingCells } from '@mixwright/estimate'
import { type analyseFrames, loudnessWhere } from './analyse.ts'
import { fromByte, powerOfByte, type StemAnalysis } from './analysis.ts'
import type { Cites, EvidenceId } from './evidence.ts'
import { hitSpread } from './hits.ts'
import { percentile } from './level.ts'
import { glimpsesAt, ratioOf } from './room-choice.ts'
import { againstRecords, barkLevels, filterFrom, toneOf } from './tone-aims.ts'
import { speakingOf } from './speaking.ts'
import { phraseLevels } from './speech.ts'
import { excessOf, shareBelow } from './tone.ts'

type Framed = Awaited<ReturnType<typeof analyseFrames>>
/** What sounds of the console, in stereo. */
export interface Sounds {
  readonly sampleRate: number
  /** What is moved, behind its strip; silence where it is muted. */
  readonly own: Audio
  /** The stems that are cited. */
  readonly other: Audio
  /** All that enters the mix bus. */
  readonly sum: Audio
  /** Behind the mix bus. */
  readonly mix: Audio
  /** The recording of the stem that is moved. */
  readonly recording: () => Promise<StemAnalysis>
  /** Of its frames, 1 where its own source leads; and those in which its own hits begin. */
  readonly leading: () => Uint8Array
  readonly hits: () => readonly number[]
  readonly analyse: (audio: Audio) => Promise<Framed>
}
type Of<M extends EvidenceId> = Extract<Cites, { readonly measure: M }>
type Readings = {
  /** @param mixed what sounds with the move */
  readonly [M in EvidenceId]: (heard: Sounds, given: Of<M>, mixed: Sounds) => number | Promise<number>
}

const dB = (power: number): number => 10 * Math.log10(power + 1e-20),
  powerOf = (audio: Audio): number =>
    audio.reduce((sum, channel) => sum + channel.reduce((s, x) => s + x * x, 0), 0) / audio[0]!.length,
  less = (a: Audio, b: Audio): Audio => a.map((channel, c) => channel.map((x, i) => x - b[c]![i]!)),
  placeOf = (audio: Audio, rate: number): number => measureStereo(audio, rate).imbalance ?? 0,
  meanWhere = (level: Uint8Array, keep: (frame: number) => boolean): number => {
    let sum = 0,
      count = 0
    level.forEach((byte, f) => {
      if (!keep(f)) return
      sum += powerOfByte[byte]!
      count++
    })
    return count ? sum / count : Number.NaN
  },
  apartOf = (front: Audio, rest: Audio, rate: number) => ({
    front: Float64Array.from(measureBarkFrames(front, rate).power),
    rest: Float64Array.from(measureBarkFrames(rest, rate).power)
  })
/** LU below its integrated loudness down to which something counts as sounding: BS.1770's gate. */
const gate = 10
/** Levels of `front` less those of `rest`, where `front` sounds. */
function ratios(front: Audio, rest: Audio, rate: number, over: 'momentary' | 'shortTerm'): number[] {
  const heard = measureLoudness(front, rate),
    others = measureLoudness(rest, rate)[over]
  return [...heard[over]].flatMap((level, i) =>
    level > heard.integrated - gate && Number.isFinite(others[i]!) ? [level - others[i]!] : []
  )
}

/** LU from where something belongs, by its recording, while its own source leads. */
async function offPlace({ own, analyse, recording, leading }: Sounds, { target, recorded }: Of<'place' | 'alike'>) {
  const keep = leading(),
    loudness = ({ tracks: { level, hop } }: Pick<StemAnalysis, 'tracks'>) => loudnessWhere(level, hop, keep).loudness
  return Math.abs(loudness(await analyse(own)) - loudness(await recording()) - (target - recorded))
}

export const readings: Readings = {
  place: offPlace,
  alike: offPlace,
  below: async ({ own, analyse }, { to }) => 100 * shareBelow((await analyse(own)).spectrum, to),
  line({ own, sampleRate }, { from, to }) {
    const { power, binWidth } = measureSpectrum(own, sampleRate)
    return dB(bandSum(power, binWidth, { low: from, high: to }))
  },
  dc: ({ own, sampleRate }) => 100 * Math.abs(measureCrest(own, sampleRate).dc),
  excess: async ({ own, analyse }, { from, to }) => excessOf((await analyse(own)).spectrum, from, to).excess,
  sibilance: async ({ own, analyse }) => (await analyse(own)).sibilance,
  spread: async ({ own, analyse }) => (await analyse(own)).dynamics.spread,
  hits: async ({ own, analyse, hits }) => hitSpread((await analyse(own)).tracks, hits()),
  async phrases({ own, analyse, recording }) {
    const spoken = speakingOf(await recording()),
      { tracks } = await analyse(own),
      levels = phraseLevels(
        spoken,
        Float64Array.from(tracks.level, byte => powerOfByte[byte]!),
        tracks.hop
      )
    return percentile(levels, 0.9) - percentile(levels, 0.1)
  },
  async pauses({ own, analyse, recording }, { floor }) {
    const { level } = (await recording()).tracks,
      heard = (await analyse(own)).tracks.level,
      quiet = (f: number) => fromByte(level[f]!) < floor
    return (
      dB(meanWhere(heard, f => level[f]! > 0 && quiet(f))) - dB(meanWhere(heard, f => f < level.length && !quiet(f)))
    )
  },
  against({ own, sum, sampleRate }) {
    const list = ratios(own, less(sum, own), sampleRate, 'shortTerm')
    return percentile(list, 0.9) - percentile(list, 0.1)
  },
  shortfall({ other, sum, sampleRate }, { target }) {
    const list = ratios(other, less(sum, other), sampleRate, 'momentary'),
      short = list.map(ratio => Math.max(0, target - ratio))
    return short.reduce((a, b) => a + b, 0) / short.length
  },
  sum: ({ own, other, sum }) => dB(powerOf(sum)) - dB(powerOf(own) + powerOf(other)),
  glimpses({ other, sum, sampleRate }, _, mixed) {
    const asMixed = apartOf(mixed.other, less(mixed.sum, mixed.other), sampleRate),
      cells = soundingCells(asMixed.front),
      heard = { ...apartOf(other, less(sum, other), sampleRate), cells },
      weights = loudnessWeights(measureBarkFrames([new Float32Array(1)], sampleRate).bands)
    return 100 * glimpsesAt(heard, ratioOf({ ...asMixed, cells }, weights), weights)
  },
  centre: ({ own, sampleRate }, { target }) => Math.abs(placeOf(own, sampleRate) - target),
  mono: ({ own, sampleRate }) => measureStereo(own, sampleRate).monoLoss ?? largestMonoLoss,
  apart: ({ own, other, sampleRate }) => Math.abs(placeOf(own, sampleRate) - placeOf(other, sampleRate)),
  aside: ({ own, sum, sampleRate }) => Math.abs(placeOf(own, sampleRate) - placeOf(less(sum, own), sampleRate)),
  width: ({ sum, sampleRate }) => measureStereo(sum, sampleRate).width ?? Number.NaN,
  room: ({ own, sum }) => dB(powerOf(less(sum, own))) - dB(powerOf(own)),
  async ends({ own, sum, analyse }) {
    const dry = (await analyse(own)).tracks.level,
      wet = (await analyse(sum)).tracks.level,
      soft = percentile(dry, 0.2)
    return dB(meanWhere(wet, f => dry[f]! <= soft)) - dB(meanWhere(dry, () => true))
  },
  together: async ({ own, analyse }) => (await analyse(own)).dynamics.spread,
  crest: ({ mix, sampleRate }) => measureCrest(mix, sampleRate).crest ?? Number.NaN,
  records: ({ mix, sampleRate }, { from }) =>
    Math.abs(againstRecords(measureAudio(mix, sampleRate))[filterFrom(from)]!),
  tone({ mix, sampleRate }, { from, target }) {
    const { power, bands } = measureBarkFrames(mix, sampleRate)
    return Math.abs(toneOf(barkLevels(bandSums(Float64Array.from(power), bands)))[filterFrom(from)]! - target)
  },
  sides: ({ mix, sampleRate }, { target }) =>
    Math.abs(10 * Math.log10(measureStereo(mix, sampleRate).width ?? Number.NaN) - target),
  twice: ({ sum, other, sampleRate }) =>
    Math.abs(measureLoudness(sum, sampleRate).integrated - measureLoudness(other, sampleRate).integrated),
  noise: ({ own }) => dB(powerOf(own))
}

/** A measure of what sounds. @param mixed what sounds with the move */
export const reading = async (heard: Sounds, cites: Cites, mixed: Sounds): Promise<number> =>
  (readings[cites.measure] as (heard: Sounds, given: Cites, mixed: Sounds) => number | Promise<number>)(
    heard,
    cites,
    mixed
  )
