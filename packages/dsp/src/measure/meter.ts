/**
 * One meter for everything that `measure`, reports and tasks show of a sound, and the list from which their help and
 * tables derive.
 */
import type { Audio } from '../define.ts'
import { type Crest, createCrest } from './crest.ts'
import { createCrossSpectrum } from './cross-spectrum.ts'
import { framesOf, type Meter, requireFormat } from './input.ts'
import { createLoudness, type Loudness, stepsPerSecond } from './loudness.ts'
import { type Psr, psrOf } from './psr.ts'
import { type LongTermSpectrum, spectrumOf } from './spectrum.ts'
import { type Stereo, stereoOf } from './stereo.ts'
import { createTruePeak, type TruePeak } from './true-peak.ts'

/** What the measures read. */
interface Parts {
  readonly seconds: number
  readonly loudness: Loudness
  readonly truePeak: TruePeak
  readonly crest: Crest
  readonly psr: Psr
  readonly spectrum: LongTermSpectrum
  readonly stereo: Stereo
}
export interface Measure<K extends string = string> {
  /** Its name in `Measurement`. */
  readonly key: K
  readonly label: string
  /** '' for plain numbers. */
  readonly unit: 's' | 'LUFS' | 'LU' | 'dBTP' | 'dBFS' | 'dB' | 'dB/oct' | 'Hz' | ''
  /** What it means and from where it comes. */
  readonly doc: string
  readonly read: (parts: Parts) => number | null
}
const measure = <const K extends string>(
  key: K,
  label: string,
  unit: Measure['unit'],
  doc: string,
  read: Measure['read']
): Measure<K> => ({ key, label, unit, doc, read })

/** Every figure, in the order in which to show them. */
export const measures = [
  measure('duration', 'Duration', 's', 'Length of the audio.', p => p.seconds),
  measure(
    'integrated',
    'Integrated loudness',
    'LUFS',
    'Gated loudness of the whole (ITU-R BS.1770-4). None for silence or less than 0.4 s.',
    p => p.loudness.integrated
  ),
  measure(
    'range',
    'Loudness range',
    'LU',
    '10th to 95th percentile of the short-term loudness (EBU Tech 3342). None below 3 s.',
    p => p.loudness.range
  ),
  measure(
    'maxMomentary',
    'Maximum momentary loudness',
    'LUFS',
    'Loudest 400 ms (EBU Tech 3341).',
    p => p.loudness.maxMomentary
  ),
  measure(
    'maxShortTerm',
    'Maximum short-term loudness',
    'LUFS',
    'Loudest 3 s (EBU Tech 3341).',
    p => p.loudness.maxShortTerm
  ),
  measure(
    'truePeak',
    'True peak',
    'dBTP',
    'Largest value between the samples, read 16 times per sample (BS.1770-4 annex 2).',
    p => p.truePeak.max
  ),
  measure('samplePeak', 'Sample peak', 'dBFS', 'Largest sample.', p => p.crest.peak),
  measure(
    'rms',
    'RMS level',
    'dBFS',
    'Root mean square of all channels; a full-scale sine reads -3.01.',
    p => p.crest.rms
  ),
  measure('crest', 'Crest factor', 'dB', 'Sample peak over RMS.', p => p.crest.crest),
  measure(
    'dc',
    'Constant offset',
    '',
    'Mean of the samples of the channel where it is largest; full scale = 1.',
    p => p.crest.dc
  ),
  measure('plr', 'Peak to loudness ratio', 'LU', 'True peak minus integrated loudness.', p => p.psr.plr),
  measure(
    'psr',
    'Peak to short-term loudness ratio',
    'LU',
    'Median of true peak minus short-term loudness over 3-s windows (AES e-Brief 373).',
    p => p.psr.median
  ),
  measure('psrMin', 'Least peak to short-term loudness ratio', 'LU', 'The most squashed 3 s.', p => p.psr.min),
  measure('centroid', 'Spectral centroid', 'Hz', 'Mean frequency, weighted by power.', p => p.spectrum.centroid),
  measure(
    'tilt',
    'Spectral tilt',
    'dB/oct',
    'Slope of the power density from 100 Hz to 10 kHz; white noise 0, pink noise -3.',
    p => p.spectrum.tilt
  ),
  measure(
    'width',
    'Stereo width',
    '',
    'Energy of left minus right over energy of left plus right; 0 is mono, 1 is as wide as two independent channels.',
    p => p.stereo.width
  ),
  measure(
    'imbalance',
    'Imbalance',
    '',
    'Right minus left over their sum, of energies: -1 left to 1 right.',
    p => p.stereo.imbalance
  ),
  measure(
    'correlation',
    'Correlation',
    '',
    'Of left and right: 1 equal, 0 unrelated, -1 opposite.',
    p => p.stereo.correlation
  ),
  measure(
    'monoLoss',
    'Loss in mono',
    'dB',
    'What the sum to mono loses against equal channels; 3 for independent ones.',
    p => p.stereo.monoLoss
  )
] as const
export type MeasureKey = (typeof measures)[number]['key']

/** One third octave: level in dB (mean square, full scale = 1), null if empty; width and correlation as in `Stereo`. */
export interface BandMeasurement {
  readonly centre: number
  readonly level: number | null
  readonly width: number | null
  readonly correlation: number | null
}
/** Plain data that survives JSON. Units stand in `measures`; null where a measure has no value. */
export type Measurement = { readonly [K in MeasureKey]: number | null } & {
  /** Hz */
  readonly sampleRate: number
  readonly channels: number
  readonly bands: readonly BandMeasurement[]
}
/**
 * Figures over time, one per `step` seconds: momentary (0.4 s from there on), short-term (3 s), true peak (0.1 s). null
 * for silence.
 */
export interface MeasurementSeries {
  readonly step: number
  readonly momentary: readonly (number | null)[]
  readonly shortTerm: readonly (number | null)[]
  readonly truePeak: readonly (number | null)[]
}
export interface FullMeter extends Meter<Measurement> {
  series(): MeasurementSeries
}

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null)

/**
 * @param sampleRate Hz, 8000 … 192000 @param channels 1 or 2
 * @throws RangeError for other formats; `push` throws one for a wrong number of channels and for samples that are not
 * finite
 */
export function createMeter(sampleRate: number, channels: number): FullMeter {
  requireFormat(sampleRate, channels)
  const loudness = createLoudness(sampleRate, channels),
    truePeak = createTruePeak(sampleRate, channels)
  const crest = createCrest(sampleRate, channels),
    cross = createCrossSpectrum(sampleRate, channels)
  let frames = 0
  return {
    push(audio) {
      frames += framesOf(audio, channels)
      for (const meter of [loudness, truePeak, crest, cross]) meter.push(audio)
    },
    result() {
      const spectra = cross.result(),
        loud = loudness.result(),
        peak = truePeak.result(),
        spectrum = spectrumOf(spectra),
        stereo = stereoOf(spectra)
      const parts: Parts = {
        seconds: frames / sampleRate,
        loudness: loud,
        truePeak: peak,
        crest: crest.result(),
        psr: psrOf(loud, peak),
        spectrum,
        stereo
      }
      const figures = Object.fromEntries(measures.map(({ key, read }) => [key, finite(read(parts))])) as {
        [K in MeasureKey]: number | null
      }
      const bands = stereo.bands.map(({ centre, width, correlation }, i) => ({
        centre,
        level: finite(spectrum.levels[i]!),
        width,
        correlation
      }))
      return { sampleRate, channels, ...figures, bands }
    },
    series() {
      const { momentary, shortTerm } = loudness.result()
      const plain = (values: Float64Array): (number | null)[] => Array.from(values, finite)
      return {
        step: 1 / stepsPerSecond,
        momentary: plain(momentary),
        shortTerm: plain(shortTerm),
        truePeak: plain(truePeak.result().series)
      }
    }
  }
}

/** All figures of audio in memory. @throws RangeError as `createMeter` */
export function measureAudio(audio: Audio, sampleRate: number): Measurement {
  const meter = createMeter(sampleRate, audio.length)
  meter.push(audio)
  return meter.result()
}
