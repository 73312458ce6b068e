/**
 * Mains hum: lines at multiples of 50 or 60 Hz that never stop, and keep level and phase. Each is looked for over half a
 * minute at once, in a signal whose louder moments are turned down (a gate that follows the inverse of its power), so that
 * what shows between strokes and words counts most.
 */
import { createRealFft, hann } from '@mixwright/dsp'
import {
  type Block,
  type Fit,
  fitLine,
  type Line,
  reach,
  type Spectrum,
  strongestBeside,
  surroundings
} from './hum-lines.ts'
import { percentile } from './level.ts'

export interface Hum {
  readonly frequency: 50 | 60
  /** Of all lines together, dBFS. */
  readonly level: number
  readonly harmonics: readonly number[]
}

const mains = [50, 60] as const,
  multiples = [1, 2, 3, 4, 5, 6] as const
/** Hz: enough for the sixth multiple of 60. */
const reducedRate = 1400
/** s: lines 0.7 Hz wide, so that G1 (49.0 Hz) is none. */
const seconds = 3
/** Blocks that are looked at together, half a block apart: 36 s. Grids drift by less than a line's width in that time. */
const together = 24,
  fewest = 4
/** Share by which the grid's frequency may be off, and the steps in which it is searched. */
const drift = 2e-3,
  step = 1e-4
/** Share of the time in which the gate is open. */
const open = 0.05
/**
 * A line is clear from this strength on, and where no other near it has a fifth of it; a grid, where its lines have five
 * times the other's strength in the geometric mean: what is repeated in time has lines at all multiples of its tempo.
 */
const clear = 25,
  ahead = 5
/** So many lines make hum. */
const leastLines = 3
/** dB by which lines that beat with each other and with music may be softer for a moment: hum never stops. */
const beats = 6
/** Of several parts or blocks, what most of them agree in. */
const most = (values: readonly number[]) => percentile(values, 0.4)

interface Found {
  readonly fits: readonly Fit[]
  /** The strongest other near each. */
  readonly beside: readonly number[]
  /** Power of the softest moments. */
  readonly softest: number
}

/** Takes the samples of a signal in order. @param rate Hz */
export function humMeter(rate: number) {
  const factor = Math.max(1, Math.round(rate / reducedRate)),
    reduced = rate / factor,
    reduce = lowpass(factor),
    size = 2 ** Math.round(Math.log2(reduced * seconds)),
    hop = size / 2,
    cut = cutter(size, reduced),
    held = new Float64Array(size),
    parts: Found[][] = []
  let filled = 0,
    start = 0,
    blocks: Block[] = []
  const look = () => {
    parts.push(mains.map((_, m) => bestOf(blocks, cut.lines[m]!)))
    blocks = []
  }
  return {
    push(values: Float64Array): void {
      for (const value of reduce(values)) {
        held[filled++] = value
        if (filled < size) continue
        const block = cut.block(held, start / reduced)
        if (block) blocks.push(block)
        if (blocks.length === together) look()
        held.copyWithin(0, hop)
        filled = hop
        start += hop
      }
    },
    done(): Hum | undefined {
      if (blocks.length >= fewest) look()
      const apart = most(parts.map(([of50, of60]) => own(of50!) - own(of60!))),
        grid = apart > 0 ? 0 : 1
      if (!(Math.abs(apart) > Math.log(ahead) * (multiples.length - 1))) return undefined
      return humOf(
        mains[grid],
        parts.map(part => part[grid]!)
      )
    }
  }
}

/** Hz: a line of both grids. */
const shared = 300
/** The logarithms of strengths: products tell how well lines agree. */
const evidence = (fits: readonly Fit[]) => fits.reduce((sum, { strength }) => sum + Math.log1p(strength), 0)
const own = ({ fits }: Found) => evidence(fits.filter(fit => Math.abs(fit.frequency - shared) > 1))

/** What most parts of the signal agree in. */
function humOf(frequency: 50 | 60, parts: readonly Found[]): Hum | undefined {
  const all = (of: (part: Found) => number) => most(parts.map(of)),
    found = multiples.flatMap((h, i) => {
      const strength = all(({ fits }) => fits[i]!.strength)
      return strength > clear && strength > ahead * all(({ beside }) => beside[i]!)
        ? [{ harmonic: h * frequency, power: all(({ fits }) => 2 * (fits[i]!.re ** 2 + fits[i]!.im ** 2)) }]
        : []
    }),
    level = decibels(found.reduce((sum, { power }) => sum + power, 0))
  return found.length < leastLines || decibels(all(({ softest }) => softest)) < level - beats
    ? undefined
    : { frequency, level, harmonics: found.map(({ harmonic }) => harmonic) }
}

/** The lines of a grid at the frequency at which they fit best together. */
function bestOf(blocks: readonly Block[], lines: readonly (Line & { readonly nominal: number })[]): Found {
  const first = lines.map(line => surroundings(blocks, line)),
    at = (off: number) => lines.map((line, i) => fitLine(blocks, line, line.nominal * (1 + off), first[i]!))
  let fits = at(0)
  for (let off = -drift; off < drift + step / 2; off += step) {
    const here = at(off)
    if (evidence(here) > evidence(fits)) fits = here
  }
  let powers = first
  // What the gate spreads of a strong line hides it: twice is enough.
  for (let pass = 0; pass < 2; pass++) {
    powers = lines.map((line, i) => surroundings(blocks, line, fits[i]))
    fits = lines.map((line, i) => fitLine(blocks, line, fits[i]!.frequency, powers[i]!))
  }
  return {
    softest: most(blocks.map(({ softest }) => softest)),
    fits,
    beside: lines.map((line, i) => strongestBeside(blocks, line, powers[i]!, fits[i]!))
  }
}

/** Gates and transforms a block, and keeps what lies around the lines. */
function cutter(size: number, rate: number) {
  const padded = 2 * size,
    binWidth = rate / padded,
    half = Math.ceil(reach / binWidth),
    transform = createRealFft(padded),
    re = new Float64Array(transform.bins),
    im = new Float64Array(transform.bins),
    window = hann(size),
    gated = new Float64Array(padded),
    lines = mains.map((frequency, m) =>
      multiples.map((h, i) => ({
        index: m * multiples.length + i,
        nominal: h * frequency,
        middle: Math.round((h * frequency) / binWidth),
        binWidth
      }))
    ),
    bins = (from: number, to: number): Spectrum => ({ re: re.slice(from, to + 1), im: im.slice(from, to + 1) })
  return {
    lines,
    /** Undefined where there is nothing to hear. */
    block(held: Float64Array, at: number): Block | undefined {
      const { gate, softest } = gateOf(held, rate)
      if (softest === 0) return undefined
      for (let i = 0; i < size; i++) gated[i] = gate[i]! * window[i]!
      transform.forward(gated, re, im)
      const spectrum = bins(0, 2 * half)
      for (let i = 0; i < size; i++) gated[i]! *= held[i]!
      transform.forward(gated, re, im)
      return {
        at,
        softest,
        gate: spectrum,
        lines: lines.flat().map(({ middle }) => bins(middle - half, middle + half))
      }
    }
  }
}

/** 1 where a block is softest, the inverse of its power elsewhere; no softest power where half of it is silence. */
function gateOf(held: Float64Array, rate: number): { readonly gate: Float64Array; readonly softest: number } {
  // Over one period of each grid: the beating of lines among themselves would make the gate beat, and new lines.
  const power = mains.reduce<Float64Array>(
      (values, frequency) => smoothed(values, Math.round(rate / frequency)),
      held.map(x => x * x)
    ),
    // It changes slowly: every 16th tells as much.
    sampled = power.filter((p, i) => i % 16 === 0 && p > 1e-13),
    softest = sampled.length < held.length / 32 ? 0 : percentile(sampled, open)
  return { gate: power.map(p => softest / Math.max(softest, p)), softest }
}

/** The mean of so many samples about each. */
function smoothed(values: Float64Array, span: number): Float64Array {
  const out = new Float64Array(values.length),
    before = span >> 1
  let sum = 0
  for (let i = before - span; i < values.length; i++) {
    const enters = i + span - before
    if (enters < values.length) sum += values[enters]!
    if (i - before >= 0) sum -= values[i - before]!
    if (i >= 0) out[i] = sum / span
  }
  return out
}
const decibels = (power: number): number => 10 * Math.log10(power + 1e-20)

/** Every `factor`th sample behind a windowed sinc. */
function lowpass(factor: number): (values: Float64Array) => Float64Array {
  const half = 4 * factor,
    shape = Float64Array.from({ length: 2 * half + 1 }, (_, k) => {
      const t = (0.8 * Math.PI * (k - half)) / factor
      return (t === 0 ? 1 : Math.sin(t) / t) * (1 + Math.cos((Math.PI * (k - half)) / (half + 1)))
    }),
    gain = shape.reduce((sum, tap) => sum + tap, 0),
    taps = shape.map(tap => tap / gain)
  let kept = new Float64Array(half)
  return values => {
    const all = new Float64Array(kept.length + values.length)
    all.set(kept)
    all.set(values, kept.length)
    const out = new Float64Array(Math.max(0, Math.floor((all.length - taps.length) / factor) + 1))
    for (let n = 0; n < out.length; n++) {
      let sum = 0
      for (let k = 0, from = n * factor; k < taps.length; k++) sum += taps[k]! * all[from + k]!
      out[n] = sum
    }
    kept = all.slice(out.length * factor)
    return out
  }
}
