/** How delays swing that an oscillator moves: from the sound before them to what is missing without them. */
import type { Audio, Kernels, Samples } from '@mixwright/dsp'
import { filtered, predictor, withoutStill } from '../analysis/system-response.ts'
import { best, refined, type Swing, type Swinging } from './swing.ts'
import { byWindows, type Heard, lags } from './swing-windows.ts'

export interface FoundSwing extends Swing {
  /** Share of what is missing, its spectrum flattened, that lies along it. */
  readonly explained: number
}

/** Taps of what does not swing; down to how many samples in one it is looked at; how many are told. */
const still = 3,
  finest = 2,
  told = 3

/** The best first. @param before a sound @param missing what of it, delayed, is to be found: as many channels, or one goes for all */
export function swingsIn(
  before: Audio,
  missing: Audio,
  sampleRate: number,
  how: Swinging,
  kernels: Kernels
): FoundSwing[] {
  // Where both channels swing alike the louder one tells all.
  const louder = how.apart || missing.length < 2 || square(missing[0]!) > square(missing[1]!) ? 0 : 1,
    [dry, wet] = how.apart ? [before, missing] : [[before[louder] ?? before[0]!], [missing[louder]!]]
  let step = Math.max(finest, Math.round((2 * how.longest * sampleRate) / lags)),
    heard = prepared(dry, wet, step, sampleRate),
    found = byWindows(heard, how, kernels)
  while (true) {
    const { rate } = heard,
      score = (line: Swing) =>
        correlated(line, heard, how).reduce((sum, v, c) => sum + v ** 2 / heard.channels[c]!.xx, 0)
    found = best(
      found,
      line => refined(line, score, how, 1 / rate, heard.channels[0]!.e.length / rate),
      Math.max(told, found.length >> 1)
    )
    if (step === finest) return found.slice(0, told).map(line => measured(line, heard, how))
    step = Math.max(finest, Math.round(step / 2))
    heard = prepared(dry, wet, step, sampleRate)
  }
}
/** As means around every so many samples, the spectra flattened, without what stands still. */
function prepared(before: Audio, missing: Audio, step: number, sampleRate: number): Heard {
  return {
    rate: sampleRate / step,
    channels: missing.map((channel, c) => {
      const [dry, wet] = [coarser(before[c] ?? before[0]!, step), coarser(channel, step)],
        taps = predictor(dry),
        x = filtered(dry, taps, dry.length),
        e = withoutStill(x, filtered(wet, taps, wet.length), still)
      return { x, e, xx: square(x), ee: square(e) }
    })
  }
}
function square(x: Samples): number {
  let sum = 1e-30
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!
  return sum
}
function coarser(x: Samples, step: number): Float64Array {
  const y = new Float64Array(Math.floor(x.length / step))
  for (let i = 0; i < y.length; i++)
    for (let k = 1 - step; k < step; k++) y[i]! += (x[i * step + k] ?? 0) * (1 - Math.abs(k) / step)
  return y
}

/** Σ e x along a line, for each channel. */
function correlated(
  { delay, depth, frequency, phases }: Swing,
  { rate, channels }: Heard,
  { wave }: Swinging
): number[] {
  return channels.map(({ x, e }, c) => {
    let sum = 0
    for (let i = 0; i < e.length; i++) {
      const at = i - delay * rate * (1 + depth * wave(frequency * (i / rate) + phases[c]!)),
        k = Math.floor(at)
      if (k >= 0) sum += e[i]! * (x[k]! + (at - k) * ((x[k + 1] ?? 0) - x[k]!))
    }
    return sum
  })
}

function measured(line: Swing, heard: Heard, how: Swinging): FoundSwing {
  const sums = correlated(line, heard, how),
    all = heard.channels.reduce((sum, { ee }) => sum + ee, 0),
    powers = sums.map((v, c) => v ** 2 / heard.channels[c]!.xx)
  return {
    ...line,
    phases: line.phases.map(p => p - Math.floor(p)),
    explained: powers.reduce((a, b) => a + b, 0) / all
  }
}
