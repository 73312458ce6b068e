/** What the judge reads of one mix, before any comparison. */
import {
  type Antiphase,
  type BarkFrames,
  type Chatter,
  type Clicks,
  type Clipping,
  type Comb,
  measureAntiphase,
  measureChatter,
  measureClicks,
  measureClipping,
  measureComb,
  measureMicrodynamics,
  measurePumping,
  type Microdynamics,
  type Pumping
} from '@mixwright/dsp'
import type { ComparedMix } from './mix-distances.ts'
import type { RoleBalance } from './role-balance.ts'

/** What is read of one mix. */
export interface JudgedMix {
  readonly compared: ComparedMix
  readonly clipping: Clipping
  readonly clicks: Clicks
  readonly chatter: Chatter
  readonly pumping: Pumping
  readonly comb: Comb
  readonly antiphase: Antiphase
  readonly microdynamics: Microdynamics
  /** Where the dry stems are known. */
  readonly stems?: JudgedStems
}
export interface JudgedStems {
  readonly balance: RoleBalance
  /** The dry stems' frames, of the time that the mix covers. */
  readonly frames: Readonly<Record<string, BarkFrames>>
  /** The role that leads. */
  readonly lead?: string
}

/** @param compared at -18 LUFS @param stems for what is read beside the dry stems */
export function judgedMix(compared: ComparedMix, sampleRate: number, stems?: JudgedStems): JudgedMix {
  const { audio } = compared
  return {
    compared,
    clipping: measureClipping(audio, sampleRate),
    clicks: measureClicks(audio, sampleRate),
    chatter: measureChatter(audio, sampleRate),
    pumping: measurePumping(audio, sampleRate),
    comb: measureComb(audio, sampleRate),
    antiphase: measureAntiphase(audio, sampleRate),
    microdynamics: measureMicrodynamics(audio, sampleRate),
    ...(stems && { stems })
  }
}
