/**
 * The normal equations of sources in a mix, band by band and side by side: Xᴴ X g = Xᴴ Y over all bins of the band and all
 * frames, g complex, as filters turn phases; in real numbers [A -B; B A] [Re g; Im g] = [Re r; Im r] with Xᴴ X = A + iB.
 */
import { type Audio, createRealFft, frameSize, hann } from '@mixwright/dsp'
import { solveSymmetric } from '../fit/cholesky.ts'

/** Stretches of the sources and of the mix that sound at once. */
export interface HeardTogether {
  readonly sources: readonly Audio[]
  readonly mix: Audio
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
export type Complex = readonly [re: number, im: number]
/** Long enough for bass notes to be apart. */
const frameSeconds = 0.186
/** First and past the last bin of each band: at least one. */
type Bins = readonly (readonly [from: number, to: number])[]
const binsOf = (sampleRate: number, size: number): Bins =>
  bandCentres(sampleRate).map(centre => {
    const edge = (way: number) => Math.round((centre * 2 ** (way / (2 * perOctave)) * size) / sampleRate)
    return [edge(-1), Math.max(edge(1), edge(-1) + 1)] as const
  })

/** The normal equations of one band and side; `gram` holds its lower triangle. */
export interface Equations {
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

/** @param side 0 or 1 @throws RangeError for stretches shorter than a frame */
export function bandEquations(stretches: readonly HeardTogether[], side: number, sampleRate: number): Equations[] {
  const size = frameSize(sampleRate, frameSeconds),
    bins = binsOf(sampleRate, size),
    fft = createRealFft(size),
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

export function summed(bands: readonly Equations[], weights: readonly number[], count: number): Equations {
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
export function solvedReal(band: Equations): number[] {
  const { gram, right } = band,
    diagonal = lifted(band)
  return [
    ...solveSymmetric(
      gram.map((_, a) => gram.map((__, b) => (a === b ? diagonal(a) : gram[Math.max(a, b)]![0][Math.min(a, b)]!))),
      right[0]
    )
  ]
}
export function solved(band: Equations): Complex[] {
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
export const missing = ({ right, power }: Equations, g: readonly Complex[]): number =>
  Math.max(
    0,
    g.reduce((sum, [re, im], a) => sum - re * right[0][a]! - im * right[1][a]!, power)
  )
