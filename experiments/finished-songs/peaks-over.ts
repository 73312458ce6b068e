/** How far peaks stand over loudness, by samples: the ratio of AES e-Brief 373 without the oversampling. */
import { type Audio, measureLoudness } from '@mixwright/dsp'
import { crestOf } from './dynamics.ts'

export interface PeaksOver {
  /** Median over windows of 3 s, at most 20 LU below the whole; LU. */
  readonly psr: number
  /** Of the whole, dB. */
  readonly crest: number
  readonly integrated: number
}
export function peaksOver(audio: Audio, rate: number): PeaksOver {
  const { integrated, shortTerm } = measureLoudness(audio, rate),
    hop = Math.round(0.1 * rate),
    peaks = Array.from({ length: Math.ceil(audio[0]!.length / hop) }, (_, i) => {
      let most = 0
      for (const channel of audio)
        for (const v of channel.subarray(i * hop, (i + 1) * hop)) most = Math.max(most, Math.abs(v))
      return most
    }),
    ratios = Array.from(shortTerm, (loudness, i) => ({
      loudness,
      over: 20 * Math.log10(Math.max(...peaks.slice(i, i + 30)) + 1e-9) - loudness
    }))
      .filter(({ loudness }) => loudness > integrated - 20)
      .map(({ over }) => over)
      .sort((a, b) => a - b)
  return { psr: ratios[ratios.length >> 1] ?? 0, crest: crestOf(audio), integrated }
}
