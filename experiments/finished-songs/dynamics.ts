/** Crushed and torn dynamics, planted: crest factor 4 dB down or up. */
import type { Audio } from '@mixwright/dsp'

/** dB of crest factor that a plant takes or gives. */
const change = 4

/** dB */
export function crestOf(audio: Audio): number {
  let peak = 0,
    squares = 0
  for (const channel of audio)
    for (const v of channel) {
      peak = Math.max(peak, Math.abs(v))
      squares += v * v
    }
  return 20 * Math.log10(peak / Math.sqrt(squares / audio.length / audio[0]!.length))
}

/** A fast compressor, 4:1 above the mean level, then a clipper that takes what is left to take. */
export function crushed(audio: Audio, rate: number): Float32Array[] {
  const wanted = crestOf(audio) - change,
    squeezed = moved(audio, rate, { attack: 0.001, release: 0.06 }, over => -0.75 * Math.max(0, over - 3)),
    peak = peakOf(squeezed)
  let [low, high] = [0, 1]
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2
    if (crestOf(clipped(squeezed, middle * peak)) > wanted) high = middle
    else low = middle
  }
  return clipped(squeezed, high * peak)
}
/** A limiter that looks ahead 3 ms and lets go within 80 ms, as hard as it takes. */
export function limited(audio: Audio, rate: number): Float32Array[] {
  const wanted = crestOf(audio) - change,
    peak = peakOf(audio)
  let [low, high] = [-18, 0],
    found: Float32Array[] = audio.map(c => c.slice())
  for (let k = 0; k < 6; k++) {
    const dB = (low + high) / 2
    found = heldBelow(audio, rate, peak * 10 ** (dB / 20))
    if (crestOf(found) > wanted) high = dB
    else low = dB
  }
  return found
}
function heldBelow(audio: Audio, rate: number, ceiling: number): Float32Array[] {
  const n = audio[0]!.length,
    ahead = Math.round(0.003 * rate),
    keep = Math.exp(-1 / (0.08 * rate)),
    needed = Float32Array.from({ length: n }, (_, i) =>
      Math.min(1, ceiling / Math.max(1e-9, ...audio.map(c => Math.abs(c[i]!))))
    ),
    gains = new Float32Array(n)
  // From the end: by how much what comes within `ahead` pulls down, in a straight line; then the slow way back up.
  for (let i = n - 1, pull = 1; i >= 0; i--) {
    pull = Math.min(needed[i]!, pull + (1 - pull) / ahead)
    gains[i] = pull
  }
  for (let i = 1; i < n; i++) gains[i] = Math.min(gains[i]!, 1 - (1 - gains[i - 1]!) * keep)
  return audio.map(c => c.map((v, i) => v * gains[i]!))
}
/** An expander about the mean level, as steep as it takes. */
export const torn = (audio: Audio, rate: number): Float32Array[] =>
  expanded(audio, rate, { attack: 0.005, release: 0.12 })
/** The same that follows quickly. */
export const tornQuickly = (audio: Audio, rate: number): Float32Array[] =>
  expanded(audio, rate, { attack: 0.001, release: 0.04 })
function expanded(audio: Audio, rate: number, times: Times): Float32Array[] {
  const wanted = crestOf(audio) + change
  let [low, high] = [0, 2],
    found: Float32Array[] = audio.map(c => c.slice())
  for (let i = 0; i < 7; i++) {
    const slope = (low + high) / 2
    found = moved(audio, rate, times, over => Math.max(-40, slope * Math.min(12, over)))
    if (crestOf(found) < wanted) low = slope
    else high = slope
  }
  return found
}

const peakOf = (audio: Audio) => audio.reduce((most, c) => c.reduce((m, v) => Math.max(m, Math.abs(v)), most), 0),
  clipped = (audio: Audio, ceiling: number) => audio.map(c => c.map(v => Math.max(-ceiling, Math.min(ceiling, v))))

/** Seconds. */
interface Times {
  readonly attack: number
  readonly release: number
}
/** Moved by a gain in dB that follows the level (mean square of both channels, smoothed) against its mean. */
function moved(audio: Audio, rate: number, { attack, release }: Times, gain: (over: number) => number): Float32Array[] {
  const n = audio[0]!.length,
    up = 1 - Math.exp(-1 / (attack * rate)),
    down = 1 - Math.exp(-1 / (release * rate)),
    out = audio.map(() => new Float32Array(n))
  let mean = 0
  for (const c of audio) for (const v of c) mean += v * v
  mean /= n * audio.length
  let level = mean,
    factor = 1
  for (let i = 0; i < n; i++) {
    let square = 0
    for (const c of audio) square += c[i]! * c[i]!
    square /= audio.length
    level += (square > level ? up : down) * (square - level)
    // The gain moves slowly enough for every eighth sample.
    if (i % 8 === 0) factor = 10 ** (gain(10 * Math.log10(level / mean + 1e-9)) / 20)
    for (let c = 0; c < audio.length; c++) out[c]![i] = audio[c]![i]! * factor
  }
  return out
}
