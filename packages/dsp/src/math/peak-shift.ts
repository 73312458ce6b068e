/**
 * Shifting the partials of a spectrum: a peak and the bins around it move together by a whole number of bins and turn by
 * one phase,
 * so that what belongs to one partial stays in phase (J. Laroche & M. Dolson, New phase-vocoder techniques for
 * pitch-shifting, harmonizing and other exotic effects, WASPAA 1999).
 */

/** How the bins of one frame move, one number per bin from 0 to N/2. */
export interface Moves {
  /** In bins, in single precision: they move by the nearest whole number. */
  readonly shift: Float64Array
  /** Radians, about the centre of the frame. */
  readonly turn: Float64Array
  /** Amplitude, what the shift to whole bins costs apart. */
  readonly gain: Float64Array
}

/** What one frame decides from: spectra of left + i right, this one and that of `hop` samples before. */
export interface Frames {
  readonly size: number
  readonly hop: number
  readonly re: Float64Array
  readonly im: Float64Array
  readonly oldRe: Float64Array
  readonly oldIm: Float64Array
  /** Scratch: power per bin, both channels, and its sums up to each bin. */
  readonly power: Float64Array
  readonly sums: Float64Array
}

/** Bins of a peak's own lobe on either side: the main lobe of a Hann window is four bins wide. */
const lobe = 2
/** Growth of a peak's power from frame to frame that belongs to an onset. */
const growth = 1.4
/** A partial lies within its peak's lobe; a phase that says otherwise comes from something else. */
const furthest = 1.5

/** Power of both channels at bin k of left + i right. */
function powerAt(re: Float64Array, im: Float64Array, k: number, mirror: number): number {
  const a = re[k]!,
    b = im[k]!,
    c = re[mirror]!,
    d = im[mirror]!
  return (a * a + b * b + c * c + d * d) / 2
}

/**
 * Finds the peaks and says how each moves for pitches `ratio` times as high.
 * @param formants bins on either side over which the envelope that keeps its place is a mean; 0: it moves too
 * @param onset samples from the centre of the frame to an onset in its second half; what grows is shifted about that
 * @param moves those of the last frame; overwritten
 */
export function decide(frames: Frames, ratio: number, formants: number, onset: number | undefined, moves: Moves): void {
  const { size, re, im, power } = frames,
    half = size / 2
  power[0] = powerAt(re, im, 0, 0)
  for (let k = 1; k <= half; k++) power[k] = powerAt(re, im, k, size - k)
  const { shift, turn } = moves
  let from = 1,
    peak = 0
  for (let k = 1; k < half; k++) {
    if (!isPeak(power, k, half)) continue
    if (peak > 0) {
      const border = valley(power, peak, k)
      settle(frames, moves, peak, from, border, ratio, onset)
      from = border
    }
    peak = k
  }
  settle(frames, moves, peak, from, half, ratio, onset)
  shift[0] = turn[0] = shift[half] = turn[half] = 0
  if (formants > 0) keepEnvelope(frames, moves, formants)
  else moves.gain.fill(1)
}

/** Most that the envelope changes an amplitude by: 24 dB. Beyond that there is noise, not a voice. */
const steepest = 16

/** Every bin as loud as the spectrum, smoothed, is where it goes. */
function keepEnvelope({ size, power, sums }: Frames, { shift, gain }: Moves, reach: number): void {
  const half = size / 2
  for (let k = 0; k <= half; k++) sums[k] = (k ? sums[k - 1]! : 0) + power[k]!
  const envelope = (k: number) => {
    const low = Math.max(0, k - reach),
      high = Math.min(half, k + reach)
    return (sums[high]! - (low ? sums[low - 1]! : 0)) / (high - low + 1)
  }
  for (let k = 0; k <= half; k++) {
    const here = envelope(k),
      there = envelope(Math.min(half, Math.max(0, k + Math.round(shift[k]!))))
    const change = here > 0 ? Math.sqrt(Math.max(0, there / here)) : 1
    gain[k] = Math.fround(Math.min(steepest, Math.max(1 / steepest, change)))
  }
}

function isPeak(power: Float64Array, k: number, half: number): boolean {
  const here = power[k]!
  if (power[k - 1]! >= here || power[k + 1]! > here) return false
  return !(k >= lobe && power[k - lobe]! >= here) && !(k + lobe <= half && power[k + lobe]! > here)
}

/** The weakest bin between two peaks. */
function valley(power: Float64Array, low: number, high: number): number {
  let least = low + 1
  for (let k = low + 2; k < high; k++) if (power[k]! < power[least]!) least = k
  return least
}

/** Moves bins from … to − 1 with their peak. */
function settle(
  frames: Frames,
  { shift, turn }: Moves,
  peak: number,
  from: number,
  to: number,
  ratio: number,
  onset: number | undefined
): void {
  const { size, hop, power, oldRe, oldIm } = frames
  const fresh = onset !== undefined && power[peak]! > growth * powerAt(oldRe, oldIm, peak, (size - peak) % size)
  const frequency = fresh ? peak / size : frequencyAt(frames, peak),
    exact = Math.fround((ratio - 1) * frequency * size),
    bins = fresh ? Math.round(exact) : exact
  const angle = fresh ? (-2 * Math.PI * bins * onset) / size : turn[peak]! + 2 * Math.PI * (ratio - 1) * frequency * hop
  const wrapped = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))
  for (let k = from; k < to; k++) {
    shift[k] = bins
    turn[k] = wrapped
  }
}

/** Cycles per sample, from the phase that has passed since the last frame. */
function frequencyAt({ size, hop, re, im, oldRe, oldIm }: Frames, k: number): number {
  const m = (size - k) % size
  const real = re[k]! * oldRe[k]! + im[k]! * oldIm[k]! + re[m]! * oldRe[m]! + im[m]! * oldIm[m]!
  const imaginary = im[k]! * oldRe[k]! - re[k]! * oldIm[k]! - im[m]! * oldRe[m]! + re[m]! * oldIm[m]!
  const passed = Math.atan2(imaginary, real) / (2 * Math.PI) - (k * hop) / size
  const bins = ((passed - Math.round(passed)) * size) / hop
  return (k + (Math.abs(bins) > furthest ? 0 : bins)) / size
}

/**
 * Overlapping Hann windows, squared, add up to less for a partial that is `off` bins beside its place: the frames then
 * differ in phase away from their centres. Gain that makes up for it: 1 / ∫ w(u)² cos(2π off u) du, relative to off = 0.
 */
function makeup(off: number): number {
  if (Math.abs(off) < 1e-6) return 1
  const square = off * off
  return (Math.PI * off) / Math.sin(Math.PI * off) / (1 + ((4 / 3) * square) / (1 - square) - square / 3 / (4 - square))
}

/** to = the spectrum moved; its transpose if `back`. Both are spectra of left + i right. */
export function move(
  { shift, turn, gain }: Moves,
  from: { readonly re: Float64Array; readonly im: Float64Array },
  to: { readonly re: Float64Array; readonly im: Float64Array },
  size: number,
  back: boolean
): void {
  const half = size / 2
  to.re.fill(0)
  to.im.fill(0)
  for (let k = 0; k <= half; k += half) {
    to.re[k] = from.re[k]!
    to.im[k] = from.im[k]!
  }
  let last = Number.NaN,
    lastTurn = Number.NaN,
    bins = 0,
    cos = 1,
    sin = 0
  for (let k = 1; k < half; k++) {
    const exact = shift[k]!
    if (exact !== last || turn[k] !== lastTurn) {
      last = exact
      lastTurn = turn[k]!
      bins = Math.round(exact)
      // About the centre of the frame: bins alternate in sign.
      const level = (bins % 2 === 0 ? 1 : -1) * makeup(exact - bins)
      cos = level * Math.cos(lastTurn)
      sin = (back ? -level : level) * Math.sin(lastTurn)
    }
    const target = k + bins
    if (target < 1 || target >= half) continue
    const a = back ? target : k,
      b = back ? k : target,
      c = gain[k]! * cos,
      s = gain[k]! * sin
    to.re[b]! += c * from.re[a]! - s * from.im[a]!
    to.im[b]! += c * from.im[a]! + s * from.re[a]!
    to.re[size - b]! += c * from.re[size - a]! + s * from.im[size - a]!
    to.im[size - b]! += c * from.im[size - a]! - s * from.re[size - a]!
  }
}
