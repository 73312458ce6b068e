/** How a gain follows the level: what is left between two sounds where one is the other, turned up and down. */
import type { Samples } from '@mixwright/dsp'

export interface GainLaw {
  /** `over`: louder parts are turned down (or up); `under`: softer ones. */
  readonly side: 'over' | 'under'
  /** dBFS, of peaks: where the gain begins to change. */
  readonly threshold: number
  /** dB of gain per dB of level beyond the threshold. */
  readonly slope: number
  /** dB of gain on the other side of the threshold. */
  readonly rest: number
  /** Share of the variance of the gain that the law explains. */
  readonly explained: number
}

/** Seconds of a step. */
const step = 0.01
/** dB by which peaks stand above the mean of 10 ms: of a sine 3, of speech and drums 6 to 10. */
const peaksOver = 5
/** dB below the loudest step, from which on nothing is read. */
const depth = 50

/**
 * A bend of the gain over the level: for every threshold the least squares of g = c + slope max(0, ±(level - threshold)).
 * @param before @param after pairs of the same stretch
 */
export function gainLaw(
  pairs: readonly (readonly [before: readonly Samples[], after: readonly Samples[]])[],
  sampleRate: number
): GainLaw | undefined {
  const size = Math.round(step * sampleRate),
    points: { level: number; gain: number }[] = []
  for (const [before, after] of pairs) {
    const b = powers(before, size),
      a = powers(after, size)
    b.forEach((p, i) => {
      if (p > 1e-10 && a[i]! > 1e-12) points.push({ level: 10 * Math.log10(p), gain: 10 * Math.log10(a[i]! / p) })
    })
  }
  const loudest = points.reduce((most, { level }) => Math.max(most, level), -200),
    heard = points.filter(({ level }) => level > loudest - depth)
  if (heard.length < 20) return undefined
  const laws = (['over', 'under'] as const).flatMap(side =>
    Array.from({ length: 20 }, (_, i) => bend(heard, side, loudest - 2 * (i + 1)))
  )
  return laws.reduce((a, b) => (b.explained > a.explained ? b : a))
}

function bend(points: readonly { level: number; gain: number }[], side: GainLaw['side'], threshold: number): GainLaw {
  const beyond = points.map(({ level }) => Math.max(0, side === 'over' ? level - threshold : threshold - level)),
    n = points.length,
    mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / n,
    [mx, my] = [mean(beyond), mean(points.map(p => p.gain))]
  let xx = 1e-9,
    xy = 0,
    yy = 1e-9
  points.forEach(({ gain }, i) => {
    xx += (beyond[i]! - mx) ** 2
    xy += (beyond[i]! - mx) * (gain - my)
    yy += (gain - my) ** 2
  })
  const slope = xy / xx
  return { side, threshold: threshold + peaksOver, slope, rest: my - slope * mx, explained: xy ** 2 / xx / yy }
}

/** Mean square of each step, of all channels. */
function powers(audio: readonly Samples[], size: number): number[] {
  return Array.from({ length: Math.floor(audio[0]!.length / size) }, (_, i) => {
    let sum = 0
    for (const channel of audio) for (let k = i * size; k < (i + 1) * size; k++) sum += channel[k]! ** 2
    return sum / size / audio.length
  })
}
