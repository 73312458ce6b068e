/** A second voice whose delay swings: what a chorus adds. */
import { createRealFft, type Samples } from '@mixwright/dsp'
import { filtered, predictor, timesConjugate, withoutStill } from './system-response.ts'

export interface MovingEcho {
  /** Seconds: the middle of the delay, and how far it swings to either side. */
  readonly delay: number
  readonly swing: number
  /** Hz */
  readonly frequency: number
  /** Degrees of a sine at the first sample. */
  readonly phase: number
  /** How far what lies along that line stands out of what lies along others, in their standard deviations. */
  readonly prominence: number
}

/** Samples of a window, short as the delay moves within it, and from one to the next. */
const size = 1024,
  hop = 1024
/** Seconds of delays that are looked at; samples that one step of them holds. */
const shortest = 0.003,
  longest = 0.06,
  step = 16
/** What is tried: Hz, seconds, and parts of a cycle. */
const frequencies = { from: 0.2, to: 3, count: 48 },
  swings = { from: 0.0004, to: 0.008, count: 10 },
  phases = 12

/**
 * Correlations of short windows, their spectra flattened, over all delays; then the sine along which most of them lies.
 * @param dry @param wet one channel each of the same stretch
 * @returns undefined where there are too few windows
 */
export function movingEcho(dry: Samples, wet: Samples, sampleRate: number): MovingEcho | undefined {
  const rows = correlations(dry, wet, sampleRate)
  if (rows.length < 40) return undefined
  const line = { delay: 0, swing: 0, frequency: 0, phase: 0 },
    geometric = ({ from, to, count }: typeof frequencies) =>
      Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)))
  let best = { line, score: -1 },
    sum = 0,
    squares = 0,
    count = 0
  const bins = rows[0]!.length,
    scores = new Float64Array(bins)
  for (const frequency of geometric(frequencies))
    for (let p = 0; p < phases; p++)
      for (const swing of geometric(swings)) {
        scores.fill(0)
        const reach = Math.ceil((swing * sampleRate) / step),
          phase = p / phases
        rows.forEach((row, w) => {
          const cycles = (frequency * (w * hop + size / 2)) / sampleRate + phase,
            by = Math.round((swing * sampleRate * Math.sin(2 * Math.PI * cycles)) / step)
          for (let b = reach; b < bins - reach; b++) scores[b]! += row[b + by]!
        })
        for (let b = reach; b < bins - reach; b++) {
          const score = scores[b]!
          sum += score
          squares += score * score
          count++
          if (score > best.score)
            best = { line: { delay: shortest + ((b + 0.5) * step) / sampleRate, swing, frequency, phase }, score }
        }
      }
  const mean = sum / count,
    { delay, swing, frequency, phase } = refined(best.line, rows, sampleRate)
  return {
    delay,
    swing,
    frequency,
    phase: 360 * (phase - Math.floor(phase)),
    prominence: (best.score - mean) / Math.sqrt(squares / count - mean * mean + 1e-30)
  }
}

type Line = Pick<MovingEcho, 'delay' | 'swing' | 'frequency' | 'phase'>
/** One number after the other by smaller and smaller steps. @param line its phase in cycles */
function refined(line: Line, rows: readonly Float64Array[], sampleRate: number): Line {
  const score = ({ delay, swing, frequency, phase }: Line) =>
    rows.reduce((sum, row, w) => {
      const cycles = (frequency * (w * hop + size / 2)) / sampleRate + phase,
        at = ((delay - shortest + swing * Math.sin(2 * Math.PI * cycles)) * sampleRate) / step - 0.5,
        b = Math.floor(at)
      return sum + (1 - (at - b)) * (row[b] ?? 0) + (at - b) * (row[b + 1] ?? 0)
    }, 0)
  const steps: Line = { delay: 0.0003, swing: 0.2 * line.swing, frequency: 0.03, phase: 0.04 }
  let best = line,
    most = score(best)
  for (let round = 0; round < 24; round++)
    for (const name of ['frequency', 'phase', 'delay', 'swing'] as const)
      for (const side of [1, -1]) {
        const next = { ...best, [name]: best[name] + side * steps[name] * 0.85 ** round },
          now = score(next)
        if (now > most) [best, most] = [next, now]
      }
  return best
}

/** Seconds of a response that is a direct sound, filtered: it is taken off, as its tones correlate at many delays. */
const direct = 0.002

/** Of each window the energies of its correlation, in steps of delays, over their mean. */
function correlations(dry: Samples, wet: Samples, sampleRate: number): Float64Array[] {
  const frames = Math.min(dry.length, wet.length),
    taps = predictor(dry),
    x = filtered(dry, taps, frames),
    y = filtered(withoutStill(dry, wet, Math.round(direct * sampleRate)), taps, frames),
    [near, far] = [shortest, longest].map(s => Math.round(s * sampleRate)) as [number, number],
    bins = Math.floor((far - near) / step),
    fft = createRealFft(2 ** Math.ceil(Math.log2(size + far))),
    [xr, xi] = [new Float64Array(fft.bins), new Float64Array(fft.bins)],
    [yr, yi] = [new Float64Array(fft.bins), new Float64Array(fft.bins)],
    held = new Float64Array(fft.size),
    rows: Float64Array[] = []
  for (let start = 0; start + size <= frames; start += hop) {
    held.fill(0)
    for (let i = 0; i < size + far; i++) held[i] = x[start - far + i] ?? 0
    fft.forward(held, xr, xi)
    held.fill(0)
    held.set(y.subarray(start, start + size), far)
    fft.forward(held, yr, yi)
    timesConjugate(yr, yi, xr, xi)
    fft.inverse(yr, yi, held)
    const row = new Float64Array(bins)
    for (let b = 0; b < bins; b++)
      for (let i = near + b * step; i < near + (b + 1) * step; i++) row[b]! += held[i]! ** 2
    const mean = row.reduce((a, v) => a + v, 0) / bins
    // What is loud counts no more than what is soft, and no single delay more than others.
    rows.push(mean > 1e-20 ? row.map(v => Math.sqrt(v / mean)) : row)
  }
  return rows
}
