/**
 * What is known about one stem after one pass over it: plain data that can cross a thread. Also the grid that its
 * tracks live on.
 */

import type { Hum } from './hum.ts'

/** Edges of the bands of the tracks, Hz: octaves, the outer ones open. */
export const bandEdges = [60, 120, 250, 500, 1000, 2000, 4000, 8000] as const
export const bands = bandEdges.length + 1

/** Frames of about 46 ms, half overlapping. The next power of two, so that the transform is fast. */
export function gridOf(sampleRate: number): { size: number; hop: number; seconds: number } {
  const size = 2 ** Math.round(Math.log2((sampleRate * 2048) / 44100))
  return { size, hop: size / 2, seconds: size / 2 / sampleRate }
}

/** Levels in half decibels from -120 dB: one byte a frame, 154 kB an hour and band. 0 stands for silence. */
export const toByte = (power: number): number =>
  power > 1e-12 ? Math.min(255, Math.round(20 * Math.log10(power)) + 240) : 0
export const fromByte = (byte: number): number => (byte === 0 ? Number.NEGATIVE_INFINITY : byte / 2 - 120)
/** Power of each of the 256 codes. */
export const powerOfByte: Float64Array = Float64Array.from({ length: 256 }, (_, byte) =>
  byte === 0 ? 0 : 10 ** ((byte / 2 - 120) / 10)
)

export interface Tracks {
  /** Seconds between frames. */
  readonly hop: number
  /** K-weighted level of the stem on a stereo bus, per frame (see `toByte`). */
  readonly level: Uint8Array
  /** Unweighted level per band and frame. */
  readonly bands: readonly Uint8Array[]
}

/** What a source is heard by. */
export interface SoundFeatures {
  /** Energy-weighted mean frequency (on a logarithmic axis), Hz. */
  readonly centroid: number
  /** Octaves between 10 and 90 % of the energy: wide for kits and full mixes. */
  readonly spread: number
  /** Share of the energy below 150 Hz. */
  readonly low: number
  /** Share of the active frames that are periodic. */
  readonly voiced: number
  /** Median fundamental of the periodic frames, Hz; 0 if there are none. */
  readonly pitch: number
  /** Share of the periodic frames whose pitch glides or wavers rather than rests. */
  readonly glide: number
  /** Share of the active frames that hiss (aperiodic, most energy above 4 kHz). */
  readonly hiss: number
  /** Onsets per active second. */
  readonly onsets: number
  /** Fall within 120 ms of an onset, dB. */
  readonly decay: number
  /** Changes of note per active second, held notes only. */
  readonly movement: number
  /** Lowest pitch that is held, Hz (5th percentile of the periodic frames); 0 if there is none. */
  readonly lowestPitch: number
}

export interface StemSpectrum {
  /** Centre frequencies, 1/6 octave apart, Hz. */
  readonly frequencies: Float64Array
  /** Mean power per band, dB. */
  readonly power: Float64Array
  /** Mean of the frames' levels in dB: what is always there stands out here, notes do not. */
  readonly typical: Float64Array
}

export interface StemAnalysis {
  readonly name: string
  readonly sampleRate: number
  readonly channels: number
  readonly frames: number
  /** Nothing above -80 dBFS. */
  readonly silent: boolean
  /** Largest sample, dBFS. */
  readonly peak: number
  /** When it plays, in seconds; the share of its length; the level above which a frame counts as playing, LUFS. */
  readonly activity: {
    readonly regions: readonly (readonly [start: number, end: number])[]
    readonly share: number
    readonly threshold: number
  }
  /** Gated loudness of the active regions, LUFS, a mono stem counted on both sides as a stereo bus plays it. */
  readonly loudness: number
  /** Momentary loudness (400 ms) while active: percentiles, LUFS. */
  readonly dynamics: {
    readonly p10: number
    readonly p50: number
    readonly p95: number
    readonly spread: number
    readonly crest: number
  }
  /** Level where it does not play, LUFS; undefined where it always plays or the gaps are digital silence. */
  readonly noiseFloor: number | undefined
  readonly stereo: {
    readonly kind: 'mono' | 'dual mono' | 'one-sided' | 'stereo'
    readonly correlation: number
    readonly balance: number
    readonly side: 'left' | 'right' | undefined
  }
  /** Constant offset per channel, full scale = 1. */
  readonly dc: readonly number[]
  /** Runs of two or more samples held at the greatest level. */
  readonly clippedRuns: number
  /** Clicks within the sound; tops that were clipped, found though they were bent since; moments of digital silence. */
  readonly defects: { readonly clicks: number; readonly piledTops: number; readonly dropouts: number }
  readonly hum: Hum | undefined
  /** Share of the energy below 30 and below 80 Hz. */
  readonly rumble: { readonly below30: number; readonly below80: number }
  readonly spectrum: StemSpectrum
  readonly resonances: readonly { readonly frequency: number; readonly excess: number }[]
  /** 95th percentile above 4 kHz against that of 0.5 to 4 kHz, dB. */
  readonly sibilance: number
  readonly features: SoundFeatures
  readonly tracks: Tracks
}
