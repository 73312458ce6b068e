/** Plants every fault in a mix and asks the judge; what the experiment and the test share. */
import { type Audio, barkOf, clipOf, measureBarkFrames } from '@mixwright/dsp'
import {
  alignMix,
  type ComparedMix,
  comparedMix,
  createRoleReader,
  type JudgedMix,
  judgedMix,
  type JudgedStems,
  type JudgeKey,
  judgeMeasures,
  type Judgement
} from '../src/index.ts'
import { kernels } from '../../dsp/test/kernels.ts'
import { type Fault, type FaultName, faults, type MaskedRole, withRoles } from './faults.ts'

/** Dry roles of two channels each, one of which leads. */
export interface Song {
  readonly sampleRate: number
  readonly roles: Readonly<Record<string, Audio>>
  readonly lead: string
  readonly bass: string
}
export interface Bench {
  readonly clean: JudgedMix
  /** The mix with a fault, judged; beside its stems unless these are left out. */
  readonly faulty: (fault: FaultName, severity: number, withStems?: boolean) => Promise<JudgedMix>
}

const moved = (audio: Audio, by: number, frames: number): Audio =>
  audio.map(c => new Float32Array(frames).map((_, i) => c[i - by] ?? 0))
/** Power gain at a frequency from those of the Bark bands. */
const standingOf = (bands: Float64Array) => (f: number) =>
  bands[Math.max(0, Math.min(bands.length - 1, Math.round(((barkOf(f) - barkOf(20)) * 25) / 24.16) - 1))]!

/** @throws Error where the mix does not correlate with the roles */
export async function benchOf(song: Song, audio: Audio): Promise<Bench> {
  const { sampleRate, lead, bass } = song,
    names = Object.keys(song.roles),
    mix = comparedMix(audio, sampleRate),
    alignment = await alignMix(
      clipOf(mix.audio, sampleRate),
      names.map(name => clipOf(song.roles[name]!, sampleRate)),
      kernels
    )
  if (!alignment) throw new Error('the mix does not correlate with its roles')
  const dry = names.map(name => moved(song.roles[name]!, alignment.delay, audio[0]!.length)),
    frames = Object.fromEntries(names.map((name, i) => [name, measureBarkFrames(dry[i]!, sampleRate)])),
    reader = createRoleReader(Object.fromEntries(names.map((name, i) => [name, clipOf(dry[i]!, sampleRate)])), kernels)
  const stemsOf = async (compared: ComparedMix): Promise<JudgedStems> => ({
    balance: (await reader.read(clipOf(compared.audio, sampleRate), { ...alignment, delay: 0 }))!,
    frames,
    lead
  })
  const stems = await stemsOf(mix),
    masked: MaskedRole[] = names.map((name, i) => ({
      audio: dry[i]!,
      standing: standingOf(stems.balance.roles[name]!.bands)
    })),
    withRole = (role: 'lead' | 'bass' | 'rest', dB: number): Audio =>
      withRoles(
        mix.audio,
        sampleRate,
        masked,
        names.map(name => ((role === 'rest' ? name !== lead : name === { lead, bass }[role]) ? dB : 0))
      )
  return {
    clean: judgedMix(mix, sampleRate, stems),
    async faulty(fault, severity, withStems = true) {
      const changed = (faults[fault] as Fault).plant({ audio: mix.audio, sampleRate, withRole }, severity),
        compared = comparedMix(changed, sampleRate)
      return judgedMix(compared, sampleRate, withStems ? await stemsOf(compared) : undefined)
    }
  }
}

/** Per measure and fault: cases in which the clean mix is better, the faulty one is, and all that could be compared. */
export interface Tally {
  better: number
  worse: number
  cases: number
}
export type Tallies = Record<JudgeKey, Record<FaultName, Tally>>
export const faultNames = Object.keys(faults) as FaultName[]
export const emptyTallies = (): Tallies =>
  Object.fromEntries(
    judgeMeasures.map(({ key }) => [
      key,
      Object.fromEntries(faultNames.map(name => [name, { better: 0, worse: 0, cases: 0 }]))
    ])
  ) as Tallies

/** Differences that are rounding do not count: neither is better. */
const rounding = 1e-6

/** Adds the comparison of a clean mix, judged, with a faulty one. */
export function tally(to: Tallies, fault: FaultName, clean: Judgement, faulty: Judgement): void {
  for (const { key } of judgeMeasures) {
    const x = clean[key],
      y = faulty[key]
    if (x === null || y === null || Number.isNaN(x - y)) continue
    const cell = to[key][fault]
    cell.cases++
    if (y - x > rounding) cell.better++
    if (x - y > rounding) cell.worse++
  }
}
