/** What one song's run keeps, and the errors that follow from it. */
import type { MixDistances } from '@mixwright/estimate'
import type { Assigned } from './song-roles.ts'

export interface StemFigures extends Assigned {
  readonly name: string
  /** LUFS while it plays; dB of its mean K-weighted power; dBFS of its peak. */
  readonly loudness: number
  readonly power: number
  readonly peak: number
  /** Share of the time in which it plays. */
  readonly active: number
  /** What the task takes it for, by its name, and without a name. */
  readonly named: string
  readonly heard: string
  /** dB; of LMMS songs only. */
  readonly author?: { readonly faders: number; readonly wet: number; readonly onlyGain: boolean }
}
export interface SongFigures {
  readonly song: string
  readonly seconds: number
  readonly stems: readonly StemFigures[]
  /** dB per stem: how it stands in the reference, by the reader. */
  readonly reference: readonly number[]
  readonly mixes: Readonly<Record<string, { readonly gains: readonly number[]; readonly distances?: MixDistances }>>
}

/**
 * dB per stem: how the author has it. Where the author's stems are at hand their energies say it exactly; the reader
 * errs where layered samples always sound together and where a drum synth drew its noise anew.
 */
export const balanceOf = (song: SongFigures): readonly number[] =>
  song.stems.every(s => s.author) ? song.stems.map(s => s.author!.wet) : song.reference

export const parts = ['drums', 'bass', 'lead', 'music', 'vocals', 'fx'] as const
export type Part = (typeof parts)[number]
/** The lead stands apart from the group that it would belong to. */
export const partOf = (stem: Assigned): Part => (stem.lead ? 'lead' : stem.group === 'speech' ? 'vocals' : stem.group)

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const centred = (values: readonly number[]): number[] => {
  const middle = mean(values)
  return values.map(v => v - middle)
}
/** dB below the most raised stem: what counts as not there, as in the reader. */
const absent = 60
const floored = (gains: readonly number[]): number[] => {
  const least = Math.max(...gains.filter(Number.isFinite)) - absent
  return gains.map(g => Math.max(least, g))
}

/** dB: error of each stem, signed, after the mean over the stems is taken off. */
export function stemErrors(gains: readonly number[], reference: readonly number[]): number[] {
  const a = centred(floored(gains)),
    b = centred(floored(reference))
  return a.map((v, i) => v - b[i]!)
}
/** dB: energy of each part in the mix (its stems' added), against the mean over the parts. */
export function partLevels(stems: readonly StemFigures[], gains: readonly number[]): Map<Part, number> {
  const present = parts.filter(part => stems.some(s => partOf(s) === part)),
    least = floored(gains),
    levels = centred(
      present.map(
        part =>
          10 *
          Math.log10(
            stems.reduce((sum, s, i) => sum + (partOf(s) === part ? 10 ** ((least[i]! + s.power) / 10) : 0), 0)
          )
      )
    )
  return new Map(present.map((part, i) => [part, levels[i]!]))
}
export function partErrors(
  stems: readonly StemFigures[],
  gains: readonly number[],
  reference: readonly number[]
): Map<Part, number> {
  const b = partLevels(stems, reference)
  return new Map([...partLevels(stems, gains)].map(([part, level]) => [part, level - b.get(part)!]))
}

export interface Errors {
  readonly stems: number
  readonly parts: number
  /** Of the lead among the parts. */
  readonly lead: number
}
export function errorsOf(
  stems: readonly StemFigures[],
  gains: readonly number[],
  reference: readonly number[]
): Errors {
  const by = partErrors(stems, gains, reference),
    absolute = (values: Iterable<number>) => mean([...values].map(Math.abs))
  return {
    stems: absolute(stemErrors(gains, reference)),
    parts: absolute(by.values()),
    lead: Math.abs(by.get('lead') ?? Number.NaN)
  }
}
