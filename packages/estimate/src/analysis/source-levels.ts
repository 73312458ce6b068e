/**
 * How loud, where and with which tone does each dry source stand in a mix, if nothing but levels and filters is taken into account?
 *
 * Least squares per band and side: over all bins of the band and all frames, Σ |Y - Σ_s g_s X_s|² is least for Xᴴ X g = Xᴴ Y,
 * g complex, as filters turn phases: in real numbers [A -B; B A] [Re g; Im g] = [Re r; Im r] with Xᴴ X = A + iB. All bands
 * together, each as important as the others and g real, give one gain a source and side.
 */
import { type Audio, createRealFft, frameSize, hann } from '@mixwright/dsp'
import { solveSymmetric } from '../fit/cholesky.ts'

/** Stretches of the sources and of the mix that sound at once. */
export interface HeardTogether {
  readonly sources: readonly Audio[]
  readonly mix: Audio
}
export interface SourceLevel {
  /** dB; constant power: a source that stands on one side only is 3 dB louder there than in the centre. */
  readonly gain: number
  /** -1 (left) to 1 (right) of the constant-power law, or the balance of a stereo source. */
  readonly pan: number
  readonly inverted: boolean
  /** dB at `bandCentres`, beyond `gain`. */
  readonly tone: readonly number[]
  /** How far the tone of each band is to be trusted, 0 to 1: what it explains, against that and what nothing explains. */
  readonly weights: readonly number[]
}
export interface SourceLevels {
  readonly sources: readonly SourceLevel[]
  /** Share of the mix's power, each band as important as the others, that levels and filters explain. */
  readonly explained: number
}

/** Bands of a tone: three an octave, as far as a frame has bins for them. */
const perOctave = 3,
  lowest = 31.25
export const bandCentres = (sampleRate: number): number[] =>
  Array.from(
    { length: Math.floor(Math.log2((0.45 * sampleRate) / lowest) * perOctave) + 1 },
    (_, b) => lowest * 2 ** (b / perOctave)
  )

/** Of the power on the diagonal: keeps sources apart that are alike. */
const ridge = 1e-3
/** Least gain, dB: a source that is not heard. */
const silent = -60

/** @param stretches all of the same sources, in the same order @throws RangeError for stretches shorter than a frame */
export function readSourceLevels(stretches: readonly HeardTogether[], sampleRate: number): SourceLevels {
  const size = frameSize(sampleRate, 0.186),
    bins = binsOf(sampleRate, size),
    count = stretches[0]!.sources.length,
    sides = [0, 1].map(side => bandEquations(stretches, side, bins, size)),
    important = sides[0]!.map((one, b) => 1 / (one.power + sides[1]![b]!.power + 1e-12)),
    overall = sides.map(bands => solvedReal(summed(bands, important, count))),
    perBand = sides.map(bands => bands.map(solved)),
    sources = Array.from({ length: count }, (_, s) =>
      levelOf(s, sides, [overall[0]!, overall[1]!], [perBand[0]!, perBand[1]!])
    )
  const left = (side: number) =>
      sides[side]!.reduce((sum, band, b) => sum + important[b]! * missing(band, perBand[side]![b]!), 0),
    all = (side: number) => sides[side]!.reduce((sum, band, b) => sum + important[b]! * band.power, 0)
  return { sources, explained: 1 - (left(0) + left(1)) / (all(0) + all(1) + 1e-12) }
}
type Pair<T> = readonly [T, T]

type Complex = readonly [re: number, im: number]
/** First and past the last bin of each band: at least one. */
type Bins = readonly (readonly [from: number, to: number])[]
const binsOf = (sampleRate: number, size: number): Bins =>
  bandCentres(sampleRate).map(centre => {
    const edge = (way: number) => Math.round((centre * 2 ** (way / (2 * perOctave)) * size) / sampleRate)
    return [edge(-1), Math.max(edge(1), edge(-1) + 1)] as const
  })

/** The normal equations of one band and side; `gram` holds its lower triangle. */
interface Equations {
  readonly gram: readonly (readonly [re: Float64Array, im: Float64Array])[]
  readonly right: readonly [re: Float64Array, im: Float64Array]
  /** Of the mix. */
  power: number
}
const parts = (count: number) => [new Float64Array(count), new Float64Array(count)] as const
const equations = (count: number): Equations => ({
  gram: Array.from({ length: count }, () => parts(count)),
  right: parts(count),
  power: 0
})

function bandEquations(stretches: readonly HeardTogether[], side: number, bins: Bins, size: number): Equations[] {
  const fft = createRealFft(size),
    window = hann(size),
    count = stretches[0]!.sources.length,
    bands = bins.map(() => equations(count)),
    spectra = Array.from({ length: count + 1 }, () => parts(fft.bins)),
    frame = new Float64Array(size)
  for (const { sources, mix } of stretches) {
    if (mix[0]!.length < size) throw new RangeError(`${mix[0]!.length} samples are shorter than a frame of ${size}`)
    for (let start = 0; start + size <= mix[0]!.length; start += size / 2) {
      for (const [s, audio] of [...sources, mix].entries()) {
        const channel = audio[Math.min(side, audio.length - 1)]!
        for (let i = 0; i < size; i++) frame[i] = window[i]! * channel[start + i]!
        fft.forward(frame, ...spectra[s]!)
      }
      bins.forEach(([from, to], b) => addFrame(bands[b]!, spectra, from, to))
    }
  }
  return bands
}

function addFrame(band: Equations, spectra: readonly Spectrum[], from: number, to: number): void {
  const count = spectra.length - 1
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) addProduct(band.gram[a]!, b, spectra[a]!, spectra[b]!, from, to)
    addProduct(band.right, a, spectra[a]!, spectra[count]!, from, to)
  }
  const [re, im] = spectra[count]!
  for (let k = from; k < to; k++) band.power += re[k]! ** 2 + im[k]! ** 2
}
type Spectrum = readonly [re: Float64Array, im: Float64Array]
/** Adds Σ conj(a) b to place `at`. */
function addProduct(
  [re, im]: Spectrum,
  at: number,
  [ar, ai]: Spectrum,
  [br, bi]: Spectrum,
  from: number,
  to: number
): void {
  let real = 0,
    imaginary = 0
  for (let k = from; k < to; k++) {
    real += ar[k]! * br[k]! + ai[k]! * bi[k]!
    imaginary += ar[k]! * bi[k]! - ai[k]! * br[k]!
  }
  re[at]! += real
  im[at]! += imaginary
}

function summed(bands: readonly Equations[], weights: readonly number[], count: number): Equations {
  const sum = equations(count),
    add = (into: Spectrum, from: Spectrum, w: number) =>
      from.forEach((part, p) =>
        part.forEach((v, i) => {
          into[p]![i]! += w * v
        })
      )
  bands.forEach(({ gram, right, power }, k) => {
    const w = weights[k]!
    gram.forEach((row, a) => add(sum.gram[a]!, row, w))
    add(sum.right, right, w)
    sum.power += w * power
  })
  return sum
}

/** Keeps the matrix positive definite where sources are silent or alike. */
const lifted = ({ gram }: Equations): ((a: number) => number) => {
  const trace = gram.reduce((sum, [re], i) => sum + re[i]!, 0) / gram.length
  return a => gram[a]![0][a]! * (1 + ridge) + 1e-9 * trace + 1e-20
}
function solvedReal(band: Equations): number[] {
  const { gram, right } = band,
    diagonal = lifted(band)
  return [
    ...solveSymmetric(
      gram.map((_, a) => gram.map((__, b) => (a === b ? diagonal(a) : gram[Math.max(a, b)]![0][Math.min(a, b)]!))),
      right[0]
    )
  ]
}
function solved(band: Equations): Complex[] {
  const { gram, right } = band,
    diagonal = lifted(band),
    count = gram.length,
    A = (a: number, b: number) => (a === b ? diagonal(a) : gram[Math.max(a, b)]![0][Math.min(a, b)]!),
    // Of Σ conj(x_a) x_b, below the diagonal; above it is the negative.
    B = (a: number, b: number) => (a === b ? 0 : a > b ? gram[a]![1][b]! : -gram[b]![1][a]!),
    both = Array.from({ length: 2 * count }, (_, i) => i),
    matrix = both.map(i =>
      both.map(j => {
        const [a, b] = [i % count, j % count]
        return i < count === j < count ? A(a, b) : i < count ? -B(a, b) : B(a, b)
      })
    ),
    g = solveSymmetric(matrix, [...right[0], ...right[1]])
  return gram.map((_, a) => [g[a]!, g[a + count]!] as const)
}
/** Power that is left: what the mix has less Re(gᴴ r), which the solution explains. */
const missing = ({ right, power }: Equations, g: readonly Complex[]): number =>
  Math.max(
    0,
    g.reduce((sum, [re, im], a) => sum - re * right[0][a]! - im * right[1][a]!, power)
  )

function levelOf(
  s: number,
  sides: readonly (readonly Equations[])[],
  overall: Pair<readonly number[]>,
  perBand: Pair<readonly (readonly Complex[])[]>
): SourceLevel {
  const [l, r] = [overall[0][s]!, overall[1][s]!],
    level = Math.hypot(l, r) / Math.SQRT2 + 1e-12,
    own = sides[0]!.map((_, b) =>
      sides.reduce((sum, bands, side) => {
        const [re, im] = perBand[side]![b]![s]!
        return sum + (re * re + im * im) * bands[b]!.gram[s]![0][s]!
      }, 0)
    ),
    rest = sides[0]!.map((_, b) => sides.reduce((sum, bands, side) => sum + missing(bands[b]!, perBand[side]![b]!), 0))
  return {
    gain: Math.max(silent, 20 * Math.log10(level)),
    pan: (4 / Math.PI) * Math.atan2(Math.abs(r), Math.abs(l)) - 1,
    inverted: l + r < 0,
    tone: own.map((_, b) => {
      const both = Math.hypot(...perBand[0][b]![s]!, ...perBand[1][b]![s]!) / Math.SQRT2
      return 20 * Math.log10(both / level + 1e-6)
    }),
    weights: own.map((power, b) => power / (power + rest[b]! + 1e-20))
  }
}
