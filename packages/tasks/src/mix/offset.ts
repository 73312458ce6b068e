/** Constant offset: what is in every second of a signal alike. The mean of a one-sided waveform comes and goes with it. */
import { type Audio, hann } from '@mixwright/dsp'
import { percentile } from './level.ts'

/** s of which means are taken, and the pieces of one: Hann's window keeps the lowest notes out of a mean. */
const seconds = 1,
  pieces = 64
/** Of the means from the smallest on: tails and joins may lack it. */
const nearly = 0.1
/** The smallest is this share of the largest at least: offsets are constant. */
const steady = 0.4

/** Takes the samples of a signal in order. @param sampleRate Hz */
export function offsetMeter(sampleRate: number, channels: number): { push(audio: Audio): void; done(): number[] } {
  const width = Math.max(1, Math.round((seconds * sampleRate) / pieces)),
    means = Array.from({ length: channels }, (): number[] => []),
    open = new Float64Array(channels)
  let filled = 0
  return {
    push(audio: Audio) {
      const n = audio[0]!.length
      for (let from = 0; from < n; ) {
        const to = Math.min(n, from + width - filled)
        for (let c = 0; c < channels; c++) {
          const x = audio[c]!
          let sum = 0
          for (let i = from; i < to; i++) sum += x[i]!
          open[c]! += sum
        }
        filled += to - from
        from = to
        if (filled < width) continue
        means.forEach((list, c) => list.push(open[c]! / width))
        open.fill(0)
        filled = 0
      }
    },
    /** Per channel, full scale = 1; 0 where nothing is constant. */
    done: () => means.map((list, c) => offsetOf(list.length ? list : [open[c]! / Math.max(1, filled)]))
  }
}

function offsetOf(means: readonly number[]): number {
  const count = Math.min(pieces, means.length),
    window = hann(count),
    weight = window.reduce((sum, w) => sum + w, 0),
    found: number[] = []
  for (let at = 0; at + count <= means.length; at += Math.ceil(count / 2)) {
    const part = means.slice(at, at + count)
    // Digital silence tells nothing: what was cut there had it too.
    if (part.some(mean => mean !== 0))
      found.push(weight > 0 ? part.reduce((sum, m, i) => sum + window[i]! * m, 0) / weight : part[0]!)
  }
  if (found.length === 0) return 0
  const sign = Math.sign(percentile(found, 0.5)),
    sizes = found.map(mean => sign * mean),
    least = percentile(sizes, nearly)
  return least > steady * percentile(sizes, 1 - nearly) ? sign * least : 0
}
