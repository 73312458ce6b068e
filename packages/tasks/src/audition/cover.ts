/** What covers the lead: in the bare sum of the stems, and in the mix. */
import { type Audio, type BarkFrames, type Clip, measureBarkFrames } from '@mixwright/dsp'
import { glimpse, leadOf, maskingOf, sounding } from '@mixwright/estimate'
import type { Moment } from './moments.ts'

export interface Cover {
  /** Of the lead over what the rest masks, dB per Bark band; null where it does not sound. */
  readonly signalToMask: readonly (number | null)[]
  /** Share of the lead's cells at most 3 dB below the rest, 0 … 1. */
  readonly glimpses: number | null
  /** The lead against the rest while it sounds, LU. */
  readonly ratio: number | null
  /** Columns of `step` seconds, bands from low to high: dB of the lead against the rest, null where it does not sound. */
  readonly columns: readonly (readonly (number | null)[])[]
  readonly step: number
}
export { glimpse }

/** Seconds of a column, about. */
const column = 0.25

/** The moments of a clip, one after the other. */
export async function excerptsAt(clip: Clip, moments: readonly Pick<Moment, 'start' | 'frames'>[]): Promise<Audio> {
  const parts = await Promise.all(moments.map(({ start, frames }) => clip.read(start, frames)))
  return Array.from({ length: clip.channels }, (_, c) => {
    const out = new Float32Array(moments.reduce((sum, m) => sum + m.frames, 0))
    let at = 0
    for (const part of parts) {
      out.set(part[c]!, at)
      at += part[c]!.length
    }
    return out
  })
}

/** @returns undefined where the lead is silent */
export function coverOf(lead: Audio, rest: Audio, sampleRate: number): Cover | undefined {
  const frames = { lead: measureBarkFrames(lead, sampleRate), rest: measureBarkFrames(rest, sampleRate) },
    { signalToMask, audible } = maskingOf(frames).lead
  if (audible === null) return undefined
  const every = Math.max(1, Math.round(column / frames.lead.step))
  return {
    signalToMask,
    ...leadOf(frames, 'lead'),
    columns: columnsOf(frames.lead, frames.rest, every),
    step: every * frames.lead.step
  }
}

function columnsOf(lead: BarkFrames, rest: BarkFrames, every: number): (number | null)[][] {
  const { bands, frames, power } = lead,
    least = power.reduce((most, p) => Math.max(most, p), 0) * 10 ** (-sounding / 10)
  return Array.from({ length: Math.ceil(frames / every) }, (_, k) =>
    Array.from({ length: bands }, (_, b) => {
      let own = 0,
        other = 0,
        count = 0
      for (let t = k * every; t < Math.min(frames, (k + 1) * every); t++) {
        const at = t * bands + b
        if (!(power[at]! > least)) continue
        own += power[at]!
        other += rest.power[at]!
        count++
      }
      return count === 0
        ? null
        : Math.round(10 * Math.max(-60, Math.min(60, 10 * Math.log10(own / (other + 1e-30))))) / 10
    })
  )
}
