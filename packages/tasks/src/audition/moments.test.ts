import type { MeasurementSeries } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { toByte, type StemAnalysis } from '../mix/analysis.ts'
import type { Decisions, StemDecision } from '../mix/decisions.ts'
import { isLeadVoice, type Role } from '../mix/roles.ts'
import { momentsOf } from './moments.ts'

const hop = 0.05,
  seconds = 60
/** A stem of one band whose level at each time is given, in dB. */
const analysis = (name: string, at: (t: number) => number): StemAnalysis => {
  const track = Uint8Array.from({ length: seconds / hop }, (_, i) => toByte(10 ** (at(i * hop) / 10)))
  return {
    name,
    sampleRate: 44100,
    frames: seconds * 44100,
    activity: { regions: [[0, seconds]], share: 1, threshold: -60 },
    tracks: { hop, level: track, bands: [track] }
  } as unknown as StemAnalysis
}
const decided = (names: readonly (readonly [string, Role, number])[]): Decisions => ({
  stems: names.map(
    ([stem, role, gain]) =>
      ({
        stem,
        role,
        ...(isLeadVoice(role) && { lead: { reason: '' } }),
        group: 'music',
        faults: [],
        chain: [],
        fader: { gain, reason: '' },
        sends: []
      }) as unknown as StemDecision
  ),
  groups: [],
  returns: [],
  mixBus: []
})
const series = (at: (t: number) => number): MeasurementSeries => ({
  step: 0.1,
  momentary: Array.from({ length: seconds * 10 }, (_, i) => at(i / 10)),
  shortTerm: [],
  truePeak: []
})
const within = (t: number, from: number, to: number) => t >= from && t < to

describe('moments', () => {
  const loud = series(t => (within(t, 40, 48) ? -10 : -20)),
    lead = analysis('voice', t => (within(t, 10, 50) ? -20 : -120)),
    // It covers the lead from 12 to 22 s only once its fader is up by 10 dB.
    rest = analysis('synth', t => (within(t, 12, 22) ? -25 : -60))
  it('are the loudest passage and the one where the lead is most covered', () => {
    const found = momentsOf(
      [lead, rest],
      decided([
        ['voice', 'vocals', 0],
        ['synth', 'synth', 10]
      ]),
      loud
    )
    expect(found.map(m => [m.title, m.start / 44100, m.frames / 44100])).toEqual([
      ['Where the lead is most covered', 12, 8],
      ['The loudest passage', 40, 8]
    ])
  })
  it('go by the faders: what does not cover the lead is not looked for', () => {
    const found = momentsOf(
      [lead, rest],
      decided([
        ['voice', 'vocals', 0],
        ['synth', 'synth', -10]
      ]),
      loud
    )
    expect(found.map(m => m.title)).toEqual(['Another passage', 'The loudest passage'])
  })
  it('never overlap, and are one in a short song', () => {
    const found = momentsOf(
      [lead, rest],
      decided([
        ['voice', 'synth', 0],
        ['synth', 'synth', 0]
      ]),
      loud
    )
    expect(Math.abs(found[0]!.start - found[1]!.start)).toBeGreaterThanOrEqual(8 * 44100)
    const short = { ...lead, frames: 10 * 44100 }
    expect(momentsOf([short], decided([['voice', 'vocals', 0]]), loud).map(m => [m.start, m.frames])).toEqual([
      [0, 10 * 44100]
    ])
  })
})
