/** What is wrong with one recording by itself. */
import type { StemAnalysis } from './analysis.ts'
import { type Device, percent, rounded } from './decisions.ts'
import type { Fault, FaultKind } from './faults.ts'
import { around } from './evidence.ts'
import { steadyNoise } from './noise.ts'

/** What was found, and what mends it: nothing, where only a person or a new recording can. */
export interface Repair {
  readonly fault: Fault
  readonly devices: readonly Device[]
}
type Detector = (analysis: StemAnalysis) => Repair | undefined

/** Full scale = 1; -54 dB: below, it costs no headroom and starts no clicks that are heard. */
const audibleDc = 2e-3

const constantOffset: Detector = a => {
  const dc = Math.max(...a.dc.map(Math.abs)),
    reason = `DC offset of ${percent(dc)} of full scale`
  return dc > audibleDc
    ? {
        fault: { kind: 'dc', text: `${reason}.` },
        devices: [{ slot: 'dc', type: 'dc-block', params: {}, reason: `${reason}: removed.`, cites: { measure: 'dc' } }]
      }
    : undefined
}

/** A fault that is only told: no device mends it. */
export const told = (kind: FaultKind, text: string): Repair => ({ fault: { kind, text }, devices: [] })

const clipped: Detector = ({ clippedRuns, peak, defects }) => {
  const remedy = 'a new export would be better than any repair.'
  if (clippedRuns > 3)
    return told('clipping', `Clipped: ${clippedRuns} runs of samples held at ${peak.toFixed(1)} dBFS; ${remedy}`)
  return defects.piledTops > 0
    ? told(
        'clipping',
        `Clipped before its last conversion: ${defects.piledTops} tops at one height, some of them flat; ${remedy}`
      )
    : undefined
}

/** Fewer may be what an instrument does; both ends of a gap click too. */
const leastClicks = 5
/** dB by which a stem falls within 120 ms of its onsets from which on it is made of hits, which begin with clicks. */
const hits = 9
const clicking: Detector = ({ defects: { clicks, dropouts }, features }) =>
  clicks - 2 * dropouts >= leastClicks && features.decay < hits
    ? told('clicks', `${clicks} clicks of less than 1 ms: a de-clicker or another take helps; check buffers and edits.`)
    : undefined

/** One may be an edit. */
const leastGaps = 2
const interrupted: Detector = ({ defects: { dropouts } }) =>
  dropouts >= leastGaps
    ? told('dropout', `${dropouts} gaps of digital silence in the middle of sound: export it again.`)
    : undefined

/** dB below the stem from which on hum is in nobody's way. */
const humless = 56,
  /** What a notch does at least and at most, dB. */
  shallowest = 1,
  deepest = 18
const mainsHum: Detector = ({ hum, loudness }) => {
  if (!hum || hum.level <= loudness - humless + shallowest) return undefined
  // As deep as it takes: a notch also takes from the notes beside the line.
  const gain = -Math.min(deepest, rounded(hum.level - loudness + humless))
  return {
    fault: {
      kind: 'hum',
      text: `Mains hum at ${hum.frequency} Hz, ${(hum.level - loudness).toFixed(0)} dB against the stem.`
    },
    devices: hum.harmonics.slice(0, 4).map((frequency, i) => ({
      slot: `hum-${i + 1}`,
      type: 'bell',
      params: { frequency, q: 20, gain },
      reason: `Hum at ${frequency} Hz that never stops (${hum.level.toFixed(0)} dBFS): notched.`,
      cites: { measure: 'line', ...around(frequency) }
    }))
  }
}

const oneSided: Detector = ({ stereo: { side } }) =>
  side && {
    fault: { kind: 'one-sided', text: `Only the ${side} channel sounds.` },
    devices: [
      {
        slot: 'mono',
        type: 'imager',
        params: { width: 0 },
        reason: `Only the ${side} channel sounds: put in the middle.`,
        cites: { measure: 'centre', target: 0 }
      }
    ]
  }

/** Correlation of left and right that no widener makes. */
const opposite = -0.4
const halfReversed: Detector = ({ stereo: { correlation } }) => {
  const reason = `Left and right stand against each other (correlation −${Math.abs(correlation).toFixed(2)})`
  return correlation < opposite
    ? {
        fault: { kind: 'polarity', text: `${reason}.` },
        devices: [
          {
            slot: 'flip-right',
            type: 'flip-right',
            params: {},
            reason: `${reason}: the right channel flipped, so that mono keeps them.`,
            cites: { measure: 'mono' }
          }
        ]
      }
    : undefined
}

/** dB below the stem from which on noise is in nobody's way. */
const noiseless = 42
const noisy: Detector = a => {
  const floor = steadyNoise(a)
  return floor !== undefined && floor > a.loudness - noiseless
    ? told('noise', `Noise floor only ${(a.loudness - floor).toFixed(0)} dB below the sound.`)
    : undefined
}

/** In the order of the devices in the chain. */
const detectors: readonly Detector[] = [
  constantOffset,
  clipped,
  clicking,
  interrupted,
  mainsHum,
  oneSided,
  halfReversed,
  noisy
]
export const defectsOf = (analysis: StemAnalysis): Repair[] => detectors.flatMap(detect => detect(analysis) ?? [])
