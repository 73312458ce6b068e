/** What the sum of a mix is to come near to, and the ear that hears how near it is. */
import { type Audio, barkWeights, type Clip, frameSize, type Kernels } from '@mixwright/dsp'
import { bandSums, createBarkPowers, peakiness, type Region, sidesOf, type ToneAim } from '@mixwright/estimate'
import { rounded } from './decisions.ts'
import type { Cites } from './evidence.ts'
import { excerptsOf } from './excerpts.ts'
import type { Metered } from './master.ts'
import { barkLevels, busFilters, recordTone, referenceTone, toneOf } from './tone-aims.ts'

/** Passages of a song that its sum is heard in, of 1.5 s each. */
export const busPassages = 12

/** A finished song, with all that is measured of it. */
export interface Reference extends Metered {
  readonly clip: Clip
}
/** What the sum is to come near to. */
export interface Aim {
  readonly tone: ToneAim
  /** dB of the sides per region of `sideRegions()`, of all together, and `peakiness`; absent: they stay. */
  readonly sides?: readonly number[]
  readonly width?: number
  readonly peaks?: number
  /** Of a filter, per dB² of it, where a dB² of difference costs 1. */
  readonly price: number
  /** Most that a filter does, dB. */
  readonly most: number
  /** What the mix is compared with, in words. */
  readonly against: string
  cites(filter: number): Cites
}
/** Bark bands of 0.2 to 1, 1 to 4 and above 4 kHz, as far as there are so many: what lies below stays in the middle. */
export const sideRegions = (bands: number): Region[] =>
  [1, 9, 18].flatMap((from, i, all): Region[] => (from < bands ? [[from, Math.min(bands, all[i + 1] ?? bands)]] : []))
/** Sides weaker than this are none to widen, dB. */
export const noSides = -30

/** A quarter of what goes beyond what records differ by, and no more than 1.5 dB. */
export const likeRecords = (sampleRate: number): Aim => ({
  tone: recordTone(barkWeights(sampleRate, frameSize(sampleRate, 0.1)).length),
  price: 3,
  most: 1.5,
  against: 'what records have on average',
  cites: filter => ({ measure: 'records', from: busFilters[filter]!.from })
})

/** At the sample rate of the mix. Six decibels at most. */
export async function likeReference({ clip, measured }: Reference, kernels: Kernels): Promise<Aim> {
  const excerpts = excerptsOf(clip, busPassages),
    audio = await excerpts.read(0, excerpts.frames),
    heard = createEar(kernels, clip.sampleRate, excerpts.frames),
    { both, side } = heard.powers(audio),
    sums = bandSums(both, heard.bands),
    levels = barkLevels(sums),
    targets = toneOf(levels)
  return {
    tone: referenceTone(levels.map(({ level }) => level!)),
    sides: sidesOf(bandSums(side, heard.bands), sums, sideRegions(heard.bands)).map(dB => Math.max(noSides, dB)),
    width: 10 * Math.log10(Math.max(10 ** (noSides / 10), measured.width ?? 0)),
    peaks: peakiness(audio),
    price: 0.1,
    most: 6,
    against: 'the reference',
    cites: filter => ({ measure: 'tone', from: busFilters[filter]!.from, target: rounded(targets[filter]!, 2) })
  }
}

/** Powers per frame and Bark band: of both channels, and of (left - right) / 2 alone. */
export function createEar(kernels: Kernels, sampleRate: number, frames: number) {
  const [whole, sides] = [0, 1].map(() => createBarkPowers(kernels, sampleRate, frames)) as [Ear, Ear],
    side = new Float32Array(frames),
    slope = new Float32Array(frames),
    none = new Float32Array(frames)
  return {
    bands: whole.bands,
    powers([left, right = left]: Audio) {
      for (let i = 0; i < frames; i++) side[i] = 0.5 * (left![i]! - right![i]!)
      return { both: whole.power(left!, right!), side: sides.power(side, side) }
    },
    /** From slopes by powers to slopes by samples, added. */
    gradient(toBoth: Float64Array, toSide: Float64Array, left: Float32Array, right: Float32Array) {
      whole.gradient(toBoth, left, right)
      slope.fill(0)
      none.fill(0)
      sides.gradient(toSide, slope, none)
      for (let i = 0; i < frames; i++) {
        const d = 0.5 * (slope[i]! + none[i]!)
        left[i]! += d
        right[i]! -= d
      }
    }
  }
}
type Ear = ReturnType<typeof createBarkPowers>
