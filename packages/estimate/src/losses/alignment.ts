/**
 * By how much is a mix later than its dry stems? Generalised cross-correlation of the mix with every stem (Knapp &
 * Carter, IEEE Trans. ASSP 1976), half-whitened: (|X||Y|)^-0.75 makes the peak narrow without raising the noise.
 * Cross-spectra of all excerpts add up, so what is not common averages out; the squared correlations of the stems add
 * up too, as a set of stems has one delay, whatever the polarity and level of each.
 */
import { type Clip, createFft, type Fft } from '@mixwright/dsp'

export interface MixAlignment {
  /** Samples by which the mix is later than the stems; negative if it is earlier. */
  readonly delay: number
  /**
   * Largest squared correlation over its mean within reach: over 1000 for the three human mixes tried, 7 to 28 for
   * noise; single stems of one song beside each other, which share its pulse, reach 70.
   */
  readonly sharpness: number
}
/** Seconds searched on either side. */
export const alignmentReach = 0.5
/** Least sharpness that counts as found. */
export const leastSharpness = 40
/** Excerpts read at most, each of about 3 s, evenly spread. */
const excerpts = 12

/**
 * @returns undefined if nothing correlates within ± 0.5 s: not these stems, or another time stretch
 * @throws RangeError if there are no stems or the sample rates differ
 */
export async function alignMix(mix: Clip, stems: readonly Clip[]): Promise<MixAlignment | undefined> {
  requireOneRate(mix, stems)
  const size = 2 ** Math.ceil(Math.log2(3 * mix.sampleRate)),
    reach = Math.min(Math.round(alignmentReach * mix.sampleRate), size / 4),
    sums = stems.map(() => ({ re: new Float64Array(size), im: new Float64Array(size) })),
    fft = createFft(size),
    add = crossAdder(fft)
  const last = Math.max(mix.frames, ...stems.map(s => s.frames)) - size / 2,
    count = Math.max(1, Math.min(excerpts, Math.ceil(last / (size / 2))))
  for (let e = 0; e < count; e++) {
    // Zero padding by half on each side of the stems' excerpt keeps the circular correlation linear within reach.
    const start = Math.max(0, Math.round((last * e) / Math.max(1, count - 1)))
    const whole = await monoOf(mix, start - size / 4, size)
    for (let s = 0; s < stems.length; s++) {
      const part = new Float64Array(size)
      part.set(await monoOf(stems[s]!, start, size / 2), size / 4)
      add(part, whole, sums[s]!)
    }
  }
  return peakOf(sums, reach, fft)
}

/** @throws RangeError if there are no stems or the sample rates differ */
export function requireOneRate(mix: Clip, stems: readonly Clip[]): void {
  if (stems.length === 0) throw new RangeError('give the dry stems of the mix, at least one')
  const other = stems.find(s => s.sampleRate !== mix.sampleRate)
  if (other)
    throw new RangeError(`a stem at ${other.sampleRate} Hz and a mix at ${mix.sampleRate} Hz; resample one of them`)
}

async function monoOf(clip: Clip, start: number, count: number): Promise<Float64Array> {
  const [left, right] = await clip.read(start, count),
    mono = Float64Array.from(left!)
  if (right) for (let i = 0; i < count; i++) mono[i] = 0.5 * (mono[i]! + right[i]!)
  return mono
}

function energyOf(x: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!
  return sum
}

/** Adds conj(X) Y (|X||Y|)^-0.75 of two real signals; both spectra come from one transform. */
function crossAdder({ size, forward }: Fft) {
  const re = new Float64Array(size),
    im = new Float64Array(size)
  return (x: Float64Array, y: Float64Array, to: { re: Float64Array; im: Float64Array }): void => {
    // Beside a silent signal the transform of both holds rounding of the other, which would correlate.
    const energies = [energyOf(x), energyOf(y)]
    if (Math.min(...energies) <= 1e-12 * Math.max(...energies)) return
    re.set(x)
    im.set(y)
    forward(re, im)
    for (let k = 1; k < size / 2; k++) {
      const j = size - k,
        xr = re[k]! + re[j]!,
        xi = im[k]! - im[j]!,
        yr = im[k]! + im[j]!,
        yi = re[j]! - re[k]!,
        // To the power of -3/8, by square roots, which are faster.
        fourth = Math.sqrt(Math.sqrt((xr * xr + xi * xi) * (yr * yr + yi * yi) + 1e-30)),
        w = 1 / (fourth * Math.sqrt(fourth))
      to.re[k]! += (xr * yr + xi * yi) * w
      to.im[k]! += (xi * yr - xr * yi) * w
    }
  }
}

function peakOf(
  sums: readonly { re: Float64Array; im: Float64Array }[],
  reach: number,
  { size, forward }: Fft
): MixAlignment | undefined {
  const squares = new Float64Array(2 * reach + 1)
  for (const { re, im } of sums) {
    forward(re, im)
    const at = (lag: number): number => re[(size + lag) % size]!
    let mean = 0
    for (let lag = -reach; lag <= reach; lag++) mean += at(lag) ** 2 / squares.length
    if (mean > 0) for (let lag = -reach; lag <= reach; lag++) squares[lag + reach]! += at(lag) ** 2 / mean / sums.length
  }
  const best = squares.reduce((b, v, i) => (v > squares[b]! ? i : b), 0),
    sharpness = squares[best]!
  return sharpness >= leastSharpness ? { delay: best - reach, sharpness } : undefined
}
