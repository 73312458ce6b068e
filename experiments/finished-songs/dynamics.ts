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
/** An expander about the mean level, as steep as it takes. */
export function torn(audio: Audio, rate: number): Float32Array[] {
  const wanted = crestOf(audio) + change
  let [low, high] = [0, 2],
    found: Float32Array[] = audio.map(c => c.slice())
  for (let i = 0; i < 7; i++) {
    const slope = (low + high) / 2
    found = moved(audio, rate, { attack: 0.005, release: 0.12 }, over => Math.max(-40, slope * Math.min(12, over)))
    if (crestOf(found) < wanted) low = slope
    else high = slope
  }
  return found
}

const peakOf = (audio: Audio) => audio.reduce((most, c) => c.reduce((m, v) => Math.max(m, Math.abs(v)), most), 0),
  clipped = (audio: Audio, ceiling: number) => audio.map(c => c.map(v => Math.max(-ceiling, Math.min(ceiling, v))))

/** Moved by a gain in dB that follows the level (mean square of both channels, smoothed) against its mean. */
function moved(
  audio: Audio,
  rate: number,
  { attack, release }: { attack: number; release: number },
  gain: (over: number) => number
): Float32Array[] {
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
