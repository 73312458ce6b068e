/**
 * Whether one microphone hears another's source: a steady delay and filter between the two, looked for where the source is
 * loud and the microphone soft, so that what it hears of the source is most of what it has.
 */
import { type Clip, createFft, hann } from '@mixwright/dsp'
import { bandEdges, bands, powerOfByte, type StemAnalysis } from './analysis.ts'
import { monoOf } from './coherence.ts'
import { percentile } from './level.ts'

export interface Heard {
  /** Seconds by which the microphone hears the source later than the source's own microphone. */
  readonly delay: number
  /** Height of the peak of their cross-correlation against the rms of all delays. */
  readonly sharpness: number
  /** Magnitude-squared coherence, weighted by the source's amplitude, 0 to 1. */
  readonly coherence: number
  /** Level of the source in the microphone against that in its own, dB. */
  readonly ratio: number
  /** The same per band of the tracks; NaN where nothing tells. */
  readonly perBand: readonly number[]
}

/** Samples of a segment, and the number of them: a delay of a room is short beside one. */
const segment = 8192,
  most = 48
/** Segments after which a peak as low as strangers have (3 to 4 times the rms) is enough to give up. */
const first = 16,
  doubtful = 4
/** s: sound travels 10 m. */
const reach = 0.03
/** Half decibels under its loud level down to which a source counts. */
const range = 50
/** Share of a source's loud moments in which a microphone that hears it may be softer than its bleed, dB under its own loud level. */
const softest = { share: 0.1, level: -33 } as const
/** Coherence of a band that tells. */
const telling = 0.25

/** @returns undefined where the levels exclude it, or nothing stands out */
export async function heard(source: Clip, mic: Clip, a: StemAnalysis, b: StemAnalysis): Promise<Heard | undefined> {
  const starts = timesOf(a, b)
  if (starts.length === 0) return undefined
  const spectra = crossSpectra(),
    last = Math.min(source.frames, mic.frames)
  for (const [i, start] of starts.entries()) {
    if (i === first && spectra.done(a.sampleRate).sharpness < doubtful) return undefined
    if (start < last) spectra.add(await monoOf(source, start, segment), await monoOf(mic, start, segment))
  }
  return spectra.done(a.sampleRate)
}

/** Where the source is loud against the microphone, each against its own loud level; none where it would be heard and is not. */
function timesOf(
  { tracks: { level: x, hop }, sampleRate }: StemAnalysis,
  { tracks: { level: y } }: StemAnalysis
): number[] {
  const count = Math.min(x.length, y.length),
    top = loudOf(x),
    apart = loudOf(y) - top,
    loud = [...Array(count).keys()].filter(i => x[i]! > top - range),
    under = percentile(
      loud.map(i => (y[i]! - x[i]! - apart) / 2),
      softest.share
    )
  if (!(under > softest.level)) return []
  const step = Math.round(hop * sampleRate),
    wide = Math.round(segment / step),
    found: { at: number; ratio: number }[] = []
  for (let from = 0; from + wide <= count; from += wide / 2) {
    let p = 0,
      q = 0
    for (let i = from; i < from + wide; i++) {
      p += powerOfByte[x[i]!]!
      q += powerOfByte[y[i]!]!
    }
    if (p > wide * powerOfByte[Math.max(0, top - range)]! && q > 0) found.push({ at: from * step, ratio: p / q })
  }
  return found
    .sort((s, t) => t.ratio - s.ratio)
    .slice(0, Math.min(most, Math.max(most / 4, found.length >> 1)))
    .map(({ at }) => at)
}
/** Level (byte) that the loudest 5 % of the sounding frames reach. */
const loudOf = (track: Uint8Array): number =>
  percentile(
    track.filter(byte => byte > 0),
    0.95
  )

/** Made once: every pair of stems comes here. */
const fft = createFft(segment),
  window = hann(segment)
/** Spectra of segments of two signals, each segment weighted by the inverse of what it has of both. */
function crossSpectra() {
  const half = segment / 2,
    [re, im, xx, yy, xyRe, xyIm] = Array.from({ length: 6 }, () => new Float64Array(segment)) as Six,
    whitened = { re: new Float64Array(segment), im: new Float64Array(segment) },
    now = Array.from({ length: 4 }, () => new Float64Array(half)) as Four
  let segments = 0
  return {
    add(x: Float64Array, y: Float64Array): void {
      for (let i = 0; i < segment; i++) {
        re[i] = x[i]! * window[i]!
        im[i] = y[i]! * window[i]!
      }
      fft.forward(re, im)
      const [px, py, cross, quadrature] = now
      let sumX = 0,
        sumY = 0
      for (let k = 1, j = segment - 1; k < half; k++, j--) {
        // Both spectra from one transform: X = (Z + Z'*) / 2, Y = (Z - Z'*) / 2i.
        const xr = re[k]! + re[j]!,
          xi = im[k]! - im[j]!,
          yr = im[k]! + im[j]!,
          yi = re[j]! - re[k]!
        sumX += px[k] = xr * xr + xi * xi
        sumY += py[k] = yr * yr + yi * yi
        cross[k] = xr * yr + xi * yi
        quadrature[k] = xi * yr - xr * yi
      }
      // The middle of two channels against each other is rounding.
      if (Math.min(sumX, sumY) < 1e-12 * Math.max(sumX, sumY)) return
      segments++
      const weight = 1 / Math.sqrt(sumX * sumY + 1e-30)
      for (let k = 1; k < half; k++) {
        // Half whitened, as in `alignment`: to the power of -3/8, by square roots, which are faster.
        const fourth = Math.sqrt(Math.sqrt(px[k]! * py[k]! + 1e-30)),
          white = 1 / (fourth * Math.sqrt(fourth))
        whitened.re[k]! += cross[k]! * white
        whitened.im[k]! += quadrature[k]! * white
        xx[k]! += px[k]! * weight
        yy[k]! += py[k]! * weight
        xyRe[k]! += cross[k]! * weight
        xyIm[k]! += quadrature[k]! * weight
      }
    },
    done(sampleRate: number): Heard {
      const delays = whitened.re.slice()
      fft.forward(delays, whitened.im.slice())
      const limit = Math.round(reach * sampleRate),
        at = (lag: number) => Math.abs(delays[(lag + segment) % segment]!)
      let lag = 0,
        sum = 0
      for (let d = -limit; d <= limit; d++) {
        sum += at(d) ** 2
        if (at(d) > at(lag)) lag = d
      }
      const part = (from: number, to: number) => shareOf({ xx, yy, xyRe, xyIm }, from, to, 1 / segments),
        edges = [1, ...bandEdges.map(f => Math.min(half, Math.ceil((f * segment) / sampleRate))), half],
        perBand = Array.from({ length: bands }, (_, b) => part(edges[b]!, edges[b + 1]!))
      // Of a delay alone: all bins together tell where none does by itself.
      const gainAt = (delay: number) => {
        let gain = 0,
          total = 0
        for (let k = 1; k < half; k++) {
          const angle = (2 * Math.PI * k * delay) / segment
          gain += xyRe[k]! * Math.cos(angle) + xyIm[k]! * Math.sin(angle)
          total += xx[k]!
        }
        return Math.abs(gain) / total
      }
      const told = perBand.filter(band => band.coherence > telling),
        power = (of: (band: Share) => number) => told.reduce((total, band) => total + of(band), 0)
      return {
        delay: lag / sampleRate,
        sharpness: at(lag) / Math.sqrt(sum / (2 * limit + 1)),
        coherence: part(1, half).coherence,
        ratio: told.length
          ? 10 * Math.log10(power(band => band.heard) / power(band => band.source))
          : 20 * Math.log10(gainAt(lag)),
        perBand: perBand.map(band =>
          band.coherence > telling ? 10 * Math.log10(band.heard / band.source) : Number.NaN
        )
      }
    }
  }
}
type Six = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
type Four = [Float64Array, Float64Array, Float64Array, Float64Array]

interface Share {
  readonly coherence: number
  /** Power of the source, and of what the microphone has of it. */
  readonly source: number
  readonly heard: number
}
/** @param chance coherence of strangers, one over the number of segments */
function shareOf(
  { xx, yy, xyRe, xyIm }: Readonly<Record<'xx' | 'yy' | 'xyRe' | 'xyIm', Float64Array>>,
  from: number,
  to: number,
  chance: number
): Share {
  let shared = 0,
    total = 0,
    source = 0,
    power = 0
  for (let k = from; k < to; k++) {
    if (!(xx[k]! * yy[k]! > 0)) continue
    const weight = Math.sqrt(xx[k]!),
      common = (xyRe[k]! ** 2 + xyIm[k]! ** 2) / xx[k]!
    total += weight
    shared += (weight * common) / yy[k]!
    source += xx[k]!
    power += Math.max(0, common - chance * yy[k]!)
  }
  return { coherence: total > 0 ? shared / total : 0, source, heard: power }
}
