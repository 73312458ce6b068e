/** What two stems have in common as waveforms, from bounded excerpts: copies, delay and polarity, coherence. */
import { type Clip, createFft, hann } from '@mixwright/dsp'
import { powerOfByte, type StemAnalysis } from './analysis.ts'

export interface Alignment {
  /** Samples by which the second is later than the first. */
  readonly delay: number
  /** -1 if they are of opposite polarity. */
  readonly polarity: 1 | -1
  /** Correlation at that delay, 0 to 1. */
  readonly strength: number
}

/** Samples of an excerpt, and the number of them per pair. */
const excerpt = 32768,
  excerpts = 6
/** Microphones farther apart than this (s) are a room, not a fault. */
const reach = 0.03

/**
 * Starts of the excerpts in which both are loudest, or the first of them alone; they do not overlap.
 * @param where frames that count, 1 or 0
 */
function commonTimes(a: StemAnalysis, b: StemAnalysis, alone = false, where?: Uint8Array): number[] {
  const { hop } = a.tracks,
    step = Math.round(hop * a.sampleRate),
    wide = Math.round(excerpt / step),
    x = a.tracks.level,
    y = b.tracks.level,
    count = Math.min(x.length, y.length)
  const scores: { at: number; score: number }[] = []
  for (let start = 0; start === 0 || start + wide <= count; start += wide) {
    let p = 0,
      q = 0
    for (let i = start; i < Math.min(count, start + wide); i++) {
      if (where?.[i] === 0) continue
      p += powerOfByte[x[i]!]!
      q += powerOfByte[y[i]!]!
    }
    scores.push({ at: start * step, score: alone ? (q > 0 ? p : 0) : p * q })
  }
  return scores
    .filter(s => s.score > 0)
    .sort((s, t) => t.score - s.score)
    .slice(0, excerpts)
    .map(s => s.at)
}

/** Made once: every pair of stems comes here. Twice the length, so that delays do not come round. */
const size = 2 * excerpt,
  long = { fft: createFft(size), re: new Float64Array(size), im: new Float64Array(size) }

/** The middle of a stretch of a clip. */
export const monoOf = async (clip: Clip, start: number, count = excerpt): Promise<Float64Array> => {
  const [left, right] = await clip.read(start, count),
    mono = Float64Array.from(left!)
  // A loop: `from` with a function is slow, and every pair of stems comes here.
  if (right) for (let i = 0; i < mono.length; i++) mono[i] = 0.5 * (mono[i]! + right[i]!)
  return mono
}

/** The same clip, begun `samples` later. */
export const shifted = (clip: Clip, samples: number): Clip => ({
  ...clip,
  read: (start, count, into) => clip.read(start + samples, count, into)
})

/** The null test: one minus the other at its best gain leaves less than -50 dB. */
export async function isCopy(clipA: Clip, clipB: Clip, a: StemAnalysis, b: StemAnalysis): Promise<boolean> {
  let xx = 0,
    xy = 0,
    yy = 0
  for (const at of commonTimes(a, b).slice(0, 3)) {
    const [p, q] = await Promise.all([clipA.read(at, excerpt), clipB.read(at, excerpt)]),
      channels = Math.max(p.length, q.length)
    for (let c = 0; c < channels; c++) {
      const x = p[c] ?? p[0]!,
        y = q[c] ?? q[0]!
      for (let i = 0; i < excerpt; i++) {
        xx += x[i]! * x[i]!
        xy += x[i]! * y[i]!
        yy += y[i]! * y[i]!
      }
    }
  }
  return xx > 0 && yy > 0 && (yy - (xy * xy) / xx) / yy < 1e-5
}

/**
 * Delay and polarity by generalised cross-correlation. Half-whitened spectra (|X||Y|)^-0.75 make the peak narrow
 * without raising the noise; cross-spectra of several excerpts add up, so what is not common averages out.
 * @param least height of the peak against the rms of all delays below which nothing is believed
 * @param where frames that count, 1 or 0, on the grid of the tracks; absent: all
 */
export async function alignment(
  clipA: Clip,
  clipB: Clip,
  a: StemAnalysis,
  b: StemAnalysis,
  least: number,
  where?: Uint8Array
): Promise<Alignment | undefined> {
  const { fft, re, im } = long,
    cross = { re: new Float64Array(size), im: new Float64Array(size) },
    times = commonTimes(a, b, false, where),
    pairs: [Float64Array, Float64Array][] = []
  for (const at of times) {
    const x = await monoOf(clipA, at),
      y = await monoOf(clipB, at)
    if (where) for (const signal of [x, y]) keep(signal, where, at, Math.round(a.tracks.hop * a.sampleRate))
    pairs.push([x, y])
    re.fill(0).set(x)
    im.fill(0).set(y)
    fft.forward(re, im)
    for (let k = 1; k < excerpt; k++) {
      // Both spectra from one transform: X = (Z + Z'*) / 2, Y = (Z - Z'*) / 2i.
      const j = size - k,
        xr = re[k]! + re[j]!,
        xi = im[k]! - im[j]!,
        yr = im[k]! + im[j]!,
        yi = re[j]! - re[k]!
      // To the power of -3/8, by square roots, which are faster.
      const fourth = Math.sqrt(Math.sqrt((xr * xr + xi * xi) * (yr * yr + yi * yi) + 1e-30)),
        w = 1 / (fourth * Math.sqrt(fourth))
      cross.re[k]! += (xr * yr + xi * yi) * w
      cross.im[k]! += (xi * yr - xr * yi) * w
    }
  }
  fft.forward(cross.re, cross.im)
  const limit = Math.round(reach * a.sampleRate),
    at = (lag: number) => cross.re[(size + lag) % size]!
  let lag = 0,
    sum = 0
  for (let d = -limit; d <= limit; d++) {
    sum += at(d) ** 2
    if (Math.abs(at(d)) > Math.abs(at(lag))) lag = d
  }
  const sharp = Math.abs(at(lag)) / Math.sqrt(sum / (2 * limit + 1)),
    strength = Math.abs(correlation(pairs, lag))
  return sharp > least ? { delay: lag, polarity: at(lag) < 0 ? -1 : 1, strength } : undefined
}

/** Silences what lies outside the frames that count. */
function keep(signal: Float64Array, where: Uint8Array, from: number, hop: number): void {
  for (let i = 0; i < signal.length; i++) if (!where[Math.floor((from + i) / hop)]) signal[i] = 0
}

function correlation(pairs: readonly (readonly [Float64Array, Float64Array])[], lag: number): number {
  let xy = 0,
    xx = 0,
    yy = 0
  for (const [x, y] of pairs)
    for (let i = Math.max(0, -lag); i < excerpt - Math.max(0, lag); i++) {
      const p = x[i]!,
        q = y[i + lag]!
      xy += p * q
      xx += p * p
      yy += q * q
    }
  return xx * yy > 0 ? xy / Math.sqrt(xx * yy) : 0
}

/** Samples of a segment of the coherence; a delay of a room is short beside it. */
const segment = 8192,
  short = {
    fft: createFft(segment),
    window: hann(segment),
    re: new Float64Array(segment),
    im: new Float64Array(segment)
  }

/**
 * Magnitude-squared coherence of a source and a stem, weighted by the source's amplitude (by its power, the
 * few tones that a drum machine repeats would decide): 1 if the stem holds the source through any filter, about one
 * over the number of segments (0.03) if they have nothing in common but time and key.
 */
export async function coherence(source: Clip, stem: Clip, a: StemAnalysis, b: StemAnalysis): Promise<number> {
  const { fft, window, re, im } = short,
    half = segment / 2,
    xx = new Float64Array(half),
    yy = new Float64Array(half),
    xyRe = new Float64Array(half),
    xyIm = new Float64Array(half)
  for (const at of commonTimes(a, b, true)) {
    const x = await monoOf(source, at),
      y = await monoOf(stem, at)
    for (let start = 0; start + segment <= excerpt; start += half) {
      for (let i = 0; i < segment; i++) {
        re[i] = x[start + i]! * window[i]!
        im[i] = y[start + i]! * window[i]!
      }
      fft.forward(re, im)
      for (let k = 1, j = segment - 1; k < half; k++, j--) {
        const xr = re[k]! + re[j]!,
          xi = im[k]! - im[j]!,
          yr = im[k]! + im[j]!,
          yi = re[j]! - re[k]!
        xx[k]! += xr * xr + xi * xi
        yy[k]! += yr * yr + yi * yi
        xyRe[k]! += xr * yr + xi * yi
        xyIm[k]! += xi * yr - xr * yi
      }
    }
  }
  let shared = 0,
    total = 0
  for (let k = 1; k < half; k++) {
    const w = Math.sqrt(xx[k]!)
    total += w
    if (w * yy[k]! > 0) shared += (w * (xyRe[k]! ** 2 + xyIm[k]! ** 2)) / (xx[k]! * yy[k]!)
  }
  return total > 0 ? shared / total : 0
}
